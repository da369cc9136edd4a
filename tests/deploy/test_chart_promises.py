"""What every object of every environment keeps to: bounds, probes, rights, room for a node to go away."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from event_contracts.apps import APPS
from local_runtime.keys import Keys
from local_runtime.platform.specs import Specs
from local_runtime.render.place import Place

from tests.deploy import chart
from tests.deploy.chart import Rendered, rendered

pytestmark = pytest.mark.step1
EVERYWHERE = pytest.mark.parametrize("name", chart.DEPLOYED)
UNLIKE_A_LAPTOP = {
    "REPLICA",  # a number that pods do not have; the pod's name is in logs
    "DAPR_HTTP_PORT",  # those of daprd in a pod are the settings' defaults
    "DAPR_GRPC_PORT",
    "PYTHONUNBUFFERED",  # in the images
    "DATABASE_OWNER_URL",
}


def container(template: dict[str, Any]) -> dict[str, Any]:
    [only] = template["spec"]["containers"]
    return only


def seconds(annotation: str) -> int:
    return int(annotation.removesuffix("s"))


@EVERYWHERE
def test_every_app_is_deployed_with_its_service_its_account_and_its_budget(name: str) -> None:
    found = rendered(name)
    for kind in ("Deployment", "Service", "PodDisruptionBudget"):
        assert set(found.of(kind)) == set(APPS)
    assert set(APPS) == set(found.of("ServiceAccount")) - {"kafka-secrets"}
    for app, budget in found.of("PodDisruptionBudget").items():
        labels = found.of("Deployment")[app]["spec"]["template"]["metadata"]["labels"]
        assert budget["spec"]["unhealthyPodEvictionPolicy"] == "AlwaysAllow"
        assert budget["spec"]["maxUnavailable"] == 1
        assert budget["spec"]["selector"]["matchLabels"].items() <= labels.items()
        assert found.of("Service")[app]["spec"]["selector"].items() <= labels.items()


@EVERYWHERE
def test_no_container_is_root_writable_unbounded_or_talks_to_the_cluster(name: str) -> None:
    for template in rendered(name).pods().values():
        pod, only = template["spec"], container(template)
        assert pod["automountServiceAccountToken"] is False
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        for context in (pod["securityContext"], only["securityContext"]):
            assert (context["runAsNonRoot"], context["runAsUser"], context["runAsGroup"]) == (True, 65532, 65532)
        assert only["securityContext"]["allowPrivilegeEscalation"] is False
        assert only["securityContext"]["readOnlyRootFilesystem"] is True
        assert only["securityContext"]["capabilities"] == {"drop": ["ALL"]}
        assert "tmp" in {mount["name"] for mount in only["volumeMounts"]}
        assert all("sizeLimit" in v["emptyDir"] for v in pod["volumes"] if "emptyDir" in v)
        for bound in ("requests", "limits"):
            assert set(only["resources"][bound]) == {"cpu", "memory"}


@EVERYWHERE
def test_every_app_is_asked_on_its_health_routes(name: str) -> None:
    for app, deployment in rendered(name).of("Deployment").items():
        only = container(deployment["spec"]["template"])
        assert only["ports"] == [{"name": "http", "containerPort": APPS[app].open_port, "protocol": "TCP"}]
        asked = {p: only[p]["httpGet"] for p in ("startupProbe", "livenessProbe", "readinessProbe")}
        assert asked["startupProbe"] == asked["livenessProbe"] == {"path": "/health/live", "port": "http"}
        assert asked["readinessProbe"] == {"path": "/health/ready", "port": "http"}
        patience = only["startupProbe"]["periodSeconds"] * only["startupProbe"]["failureThreshold"]
        assert patience >= 60, "a slow node must not be a crash loop"


@EVERYWHERE
def test_replicas_are_spread_and_a_roll_out_takes_none_away(name: str) -> None:
    for deployment in rendered(name).of("Deployment").values():
        spec = deployment["spec"]
        spread = spec["template"]["spec"]["topologySpreadConstraints"]
        assert [c["topologyKey"] for c in spread] == ["topology.kubernetes.io/zone", "kubernetes.io/hostname"]
        for constraint in spread:
            labels = spec["template"]["metadata"]["labels"]
            assert constraint["labelSelector"]["matchLabels"].items() <= labels.items()
        assert spec["strategy"]["rollingUpdate"] == {"maxSurge": 1, "maxUnavailable": 0}
        assert "minReadySeconds" not in spec


@pytest.mark.parametrize(("kind", "surge"), [("canary", 1), ("blue-green", "100%")])
def test_a_new_version_is_on_trial_beside_the_old_one(kind: str, surge: int | str) -> None:
    for deployment in rendered("prod", f"rollout.kind={kind}", "rollout.soakSeconds=600").of("Deployment").values():
        spec, [app] = deployment["spec"], deployment["spec"]["template"]["spec"]["containers"]
        assert spec["strategy"]["rollingUpdate"] == {"maxSurge": surge, "maxUnavailable": 0}
        assert spec["minReadySeconds"] == 600
        start = app["startupProbe"]["periodSeconds"] * app["startupProbe"]["failureThreshold"]
        assert spec["progressDeadlineSeconds"] > 600 + start, "a slow node's trial is not given up"


@EVERYWHERE
def test_the_sidecar_is_bounded_fits_restricted_pods_and_ends_after_its_app(name: str) -> None:
    for app, deployment in rendered(name).of("Deployment").items():
        template = deployment["spec"]["template"]
        said = template["metadata"]["annotations"]
        assert (said["dapr.io/enabled"], said["dapr.io/app-id"], said["dapr.io/config"]) == ("true", app, app)
        assert said.get("dapr.io/app-port") == (str(APPS[app].app_port) if APPS[app].app_port else None)
        assert said["dapr.io/sidecar-seccomp-profile-type"] == "RuntimeDefault"
        for bound in ("cpu-request", "cpu-limit", "memory-request", "memory-limit"):
            assert said[f"dapr.io/sidecar-{bound}"]
        variables = dict(pair.split("=", 1) for pair in said["dapr.io/env"].split(","))
        assert int(variables["GOMEMLIMIT"].removesuffix("MiB")) < int(
            said["dapr.io/sidecar-memory-limit"].removesuffix("Mi")
        )
        assert (said["dapr.io/api-token-secret"], said["dapr.io/app-token-secret"]) == (
            "dapr-api-token",
            "app-api-token",
        )
        drained = container(template)["lifecycle"]["preStop"]["sleep"]["seconds"]
        ending = seconds(said["dapr.io/block-shutdown-duration"]) + seconds(said["dapr.io/graceful-shutdown-seconds"])
        assert template["spec"]["terminationGracePeriodSeconds"] > drained + ending


@pytest.mark.parametrize("name", ["staging", *(n for n in chart.DEPLOYED if n.startswith("prod"))])
def test_what_is_rolled_out_is_named_by_digest(name: str) -> None:
    for template in rendered(name).pods().values():
        assert "@sha256:" in container(template)["image"]
    refused = chart.template(chart.values_of(name), chart.DIGESTS[1:])
    assert "frontend.image.digest is empty, and image.requireDigests asks for one" in refused.stderr


def test_page_and_backend_scale_by_the_processor_time_of_the_app_alone() -> None:
    found = rendered("prod")
    scalers = found.of("HorizontalPodAutoscaler")
    assert set(scalers) == {"todo-frontend", "todo-backend"}
    for app, scaler in scalers.items():
        spec = scaler["spec"]
        assert (spec["minReplicas"], spec["maxReplicas"]) == (2, 10)
        assert spec["metrics"] == [
            {
                "type": "ContainerResource",
                "containerResource": {
                    "name": "cpu",
                    "container": "app",
                    "target": {"type": "Utilization", "averageUtilization": 70},
                },
            }
        ]
        assert container(found.of("Deployment")[app]["spec"]["template"])["name"] == "app"


@EVERYWHERE
def test_a_number_of_replicas_stands_only_where_nobody_else_counts(name: str) -> None:
    found = rendered(name)
    scaled = set(found.of("HorizontalPodAutoscaler")) | set(found.of("ScaledObject"))
    for app, deployment in found.of("Deployment").items():
        assert ("replicas" in deployment["spec"]) == (app not in scaled)


def test_consumers_scale_by_lag_of_their_own_group_with_keda_and_not_at_all_without() -> None:
    consumers = {"recurring-task-service", "notification-service", "audit-service"}
    scalers = rendered("prod").of("ScaledObject")
    assert set(scalers) == consumers
    for app, scaler in scalers.items():
        groups = {trigger["metadata"]["consumerGroup"] for trigger in scaler["spec"]["triggers"]}
        assert groups == {app}
    without = rendered("prod", "keda.enabled=false")
    assert not without.of("ScaledObject")
    assert consumers.isdisjoint(without.of("HorizontalPodAutoscaler"))


@EVERYWHERE
def test_migrations_are_done_as_owners_over_the_direct_address_before_the_roll_out(name: str) -> None:
    jobs = rendered(name).of("Job")
    assert set(jobs) == {f"migrate-{schema}" for schema in ("tasks", "recurring", "notifications", "audit")}
    values = [yaml.safe_load(file.read_text()) for file in [chart.CHART / "values.yaml", *chart.values_of(name)]]
    direct = [v["postgres"]["direct"]["host"] for v in values if v.get("postgres", {}).get("direct")][-1]
    for job in jobs.values():
        assert job["metadata"]["annotations"]["helm.sh/hook"] == "pre-install,pre-upgrade"
        only = container(job["spec"]["template"])
        url = next(e["value"] for e in only["env"] if e["name"] == "DATABASE_OWNER_URL")
        schema = job["metadata"]["name"].removeprefix("migrate-")
        assert url.startswith(f"postgresql://{schema}_owner:$(DATABASE_PASSWORD)@{direct}:")
        assert only["args"][0].endswith(".migrate")
        assert only["terminationMessagePolicy"] == "FallbackToLogsOnError"


def test_the_pooler_is_for_those_who_keep_nothing_on_a_connection() -> None:
    found, pooled = rendered("prod"), {}
    for app, deployment in found.of("Deployment").items():
        env = {e["name"]: e.get("value") for e in container(deployment["spec"]["template"])["env"]}
        if "DATABASE_URL" in env:
            pooled[app] = "@pool.prod.internal:6432/" in env["DATABASE_URL"]
            assert env["DATABASE_POOLED"] == str(pooled[app]).lower()
    assert pooled == {
        "todo-backend": True,
        "recurring-task-service": True,
        "todo-relay": False,  # a notification wakes it, and a lease binds its connection
        "notification-service": False,  # relays in its own process
        "audit-service": False,  # seals set how their session prints
    }


def test_a_second_login_has_its_own_password_beside_the_first() -> None:
    found = rendered("prod", "postgres.secondLogin=true")
    for app, deployment in found.of("Deployment").items():
        env = {e["name"]: e for e in container(deployment["spec"]["template"])["env"]}
        if "DATABASE_URL" in env:
            role = f"{APPS[app].schema or 'tasks'}_app_b"
            assert env["DATABASE_URL"]["value"].startswith(f"postgresql://{role}:$(DATABASE_PASSWORD)@")
            assert env["DATABASE_PASSWORD"]["valueFrom"]["secretKeyRef"]["key"] == "database-password-b"
            keys = {entry["secretKey"] for entry in found.of("ExternalSecret")[app]["spec"]["data"]}
            assert {"database-password", "database-password-b"} <= keys, "a pod of before may start once more"


def test_every_process_is_told_what_it_is_told_on_a_laptop(tmp_path: Any) -> None:
    specs = Specs(Place(), Keys(tmp_path), parts=None)  # type: ignore[arg-type]
    found: Rendered = rendered("prod")
    for app_id, app in APPS.items():
        there = {e["name"] for e in container(found.of("Deployment")[app_id]["spec"]["template"])["env"]}
        here = set(specs.environment(app))
        assert here - there - UNLIKE_A_LAPTOP == set()


@EVERYWHERE
def test_nothing_secret_stands_in_a_render(name: str) -> None:
    found = rendered(name)
    assert not found.of("Secret")
    for template in found.pods().values():
        for entry in container(template)["env"]:
            if (
                any(word in entry["name"] for word in ("PASSWORD", "TOKEN", "SESSION_KEY"))
                and "FILE" not in entry["name"]
            ):
                assert "valueFrom" in entry, entry["name"]


@pytest.mark.parametrize("name", ["dev", "staging", "prod", "prod-gke"])
def test_every_secret_that_apps_read_is_fetched(name: str) -> None:
    found = rendered(name)
    fetched = {
        (secret, entry["secretKey"])
        for secret, document in found.of("ExternalSecret").items()
        for entry in document["spec"]["data"]
    }
    for pod in found.pods().values():
        for entry in container(pod)["env"]:
            if "valueFrom" in entry:
                reference = entry["valueFrom"]["secretKeyRef"]
                assert (reference["name"], reference["key"]) in fetched
        for volume in pod["spec"]["volumes"]:
            assert "secret" not in volume or volume["secret"]["secretName"] in {secret for secret, _ in fetched}


@pytest.mark.parametrize("name", ["staging", "prod", "prod-gke"])
def test_what_migrations_read_is_there_before_them_and_outlives_the_next_upgrade(name: str) -> None:
    found = rendered(name)
    job = found.of("Job")["migrate-tasks"]
    pod = job["spec"]["template"]["spec"]
    wanted = {e["valueFrom"]["secretKeyRef"]["name"] for e in pod["containers"][0]["env"] if "valueFrom" in e}
    wanted |= {volume["secret"]["secretName"] for volume in pod["volumes"] if "secret" in volume}
    secrets = found.of("ExternalSecret")
    early = {n for n, d in secrets.items() if "helm.sh/hook" in d["metadata"].get("annotations", {})}
    assert early == wanted
    for secret in early:
        before = int(secrets[secret]["metadata"]["annotations"]["helm.sh/hook-weight"])
        assert before < int(job["metadata"]["annotations"]["helm.sh/hook-weight"])
        assert secrets[secret]["spec"]["target"]["creationPolicy"] == "Orphan"
