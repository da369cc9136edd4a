# The door of the repository: `make` alone says what there is.
SHELL := /bin/sh
.DEFAULT_GOAL := help

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
RUNTIME := exec $(BIN)/python -m local_runtime
PLACE := .run$(if $(filter-out 0,$(OFFSET)),/offset-$(OFFSET))
KEYS = --keys $(PLACE)/keys $(WHERE)
WHERE := $(if $(OFFSET),--offset $(OFFSET))
WATCHED := $(if $(filter-out 0,$(OBSERVE)),--observe)

.PHONY: help environment any-environment run dev up down status ops infra dapr-cli doctor render test check lock bench chaos brokers alerts telemetry verify-deploy images compose-files smoke tutorials demo

help: ## say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

environment:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed: install it, or say make PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) tools/bootstrap.py

any-environment:
	@$(if $(wildcard $(BIN)/python),,echo "Nothing has been started in this clone yet: make run"; exit 1)

run: environment ## start everything here; Ctrl-C ends it, data stays (OBSERVE=1: with Prometheus and Alertmanager)
	@$(RUNTIME) run $(WHERE) $(WATCHED)

dev: environment ## the same, and what imports a changed file starts anew; the page reloads by itself
	@$(RUNTIME) dev $(WHERE) $(WATCHED)

up: environment ## start everything in the background
	@$(RUNTIME) up $(WHERE) $(WATCHED)

down: any-environment ## stop what `make up` or `make run` started
	@$(RUNTIME) down $(WHERE)

status: any-environment ## every process, its health, port and URL, as JSON
	@$(RUNTIME) status $(WHERE)

ops: any-environment ## an operator's command line (ARGS="status", ARGS="dead-letters list", ARGS="--help")
	@exec $(BIN)/python -m todo_ops $(ARGS) $(if $(filter --help -h,$(ARGS)),,$(KEYS))

infra: environment ## only database, broker, topics and schemas (for dapr run -f dapr/dapr.yaml)
	@$(RUNTIME) infra $(WHERE)

dapr-cli: environment ## build the pinned Dapr CLI, about three minutes, and say how it runs the apps beside `make infra`
	@$(RUNTIME) dapr-cli $(WHERE)

doctor: ## explain what is on this machine, what is missing and what is in the way
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed: install it, or say make PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) tools/bootstrap.py --verify
	@$(RUNTIME) doctor $(WHERE)

render: environment ## write dapr/ and what the chart reads again from the tables in event-contracts, and the golden renders
	@$(BIN)/python -m local_runtime render --offset 0 dapr
	@exec $(BIN)/python -m tests.deploy.chart

check: environment ## lint, types, contracts and unit tests; under 90 s
	@$(RUNTIME) check

test: environment ## everything but what takes minutes, beside a running platform (ARGS: only these, as for pytest)
	@$(RUNTIME) test $(ARGS)

bench: environment ## measure everything side by side and write the numbers as JSON
	@$(RUNTIME) bench

chaos: environment ## what takes minutes or hours: long faults, restores, another clone, while the promises are checked
	@$(RUNTIME) chaos

brokers: environment ## what other brokers can promise: one suite against Kafka, Redis Streams and RabbitMQ, by component files only
	@$(RUNTIME) brokers

alerts: environment ## check the alerts of monitoring/ and run their tests and routes (builds promtool and amtool, some minutes the first time)
	@$(RUNTIME) alerts

telemetry: environment ## spans, logs and metrics of every edge, through the real collector (builds it, a quarter of an hour the first time)
	@$(RUNTIME) telemetry

verify-deploy: environment ## climb the ladder of docs/verification.md: chart, schemas, policies, then what needs a machine (STEPS="1 2")
	@$(RUNTIME) verify-deploy $(STEPS)

smoke: ## complete a recurring task on a platform that runs anywhere, as CI does after a deployment (URL=https://…)
	@exec $(PYTHON) .github/scripts/smoke.py $(or $(URL),http://localhost:8080)

tutorials: environment ## follow docs/tutorials word by word in a fresh clone
	@$(RUNTIME) tutorials

demo: environment ## film the page in a minute and a half, on the platform that runs or on one of its own: .run/demo/demo.webm
	@$(RUNTIME) demo $(WHERE)

images: environment ## build every container image (TAG=dev, REGISTRY=todo; BASES=local: on base images made from packages; RELEASE=1)
	@$(RUNTIME) images --tag $(or $(TAG),dev) --registry $(or $(REGISTRY),todo) $(if $(filter local,$(BASES)),--local-bases) $(if $(RELEASE),--release)

compose-files: environment ## write the secrets and settings that compose.yaml gives to containers
	@$(RUNTIME) compose-files

lock: environment ## pin what the pyproject files ask for, with hashes, in requirements.lock
	@$(RUNTIME) lock
