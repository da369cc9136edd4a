#!/bin/sh
# Rendered from event-contracts by `make render`; a change here is lost, and a test fails until then.
# Topics, users and rights on a Redpanda of one's own or in its cloud, by `rpk`, which knows the cluster by its profile.
# Passwords come from the environment: PASSWORD_TODO_RELAY and its like.
password() { name=PASSWORD_$(echo "$1" | tr 'a-z-' 'A-Z_'); eval "value=\${$name:?$name is empty}"; echo "$value"; }
user() { word=$(password "$1"); rpk security user create "$1" --mechanism SCRAM-SHA-512 --password "$word"; }
allow() { rpk security acl create --allow-principal "User:$1" "$2" "$3" --resource-pattern-type "$4" --operation "$5"; }
set -eu
rpk topic create task-events -p 3 -r 3 -c retention.ms=2592000000 -c cleanup.policy=delete --if-not-exists
rpk topic create account-events -p 3 -r 3 -c retention.ms=2592000000 -c cleanup.policy=delete --if-not-exists
rpk topic create reminders -p 3 -r 3 -c retention.ms=604800000 -c cleanup.policy=delete --if-not-exists
rpk topic create task-updates -p 3 -r 3 -c retention.ms=86400000 -c cleanup.policy=delete --if-not-exists
user todo-backend
allow todo-backend --topic reminders literal describe,read
allow todo-backend --topic task-updates literal describe,read
allow todo-backend --group broadcast- prefixed describe,read
user todo-relay
allow todo-relay --topic task-events literal describe,write
allow todo-relay --topic account-events literal describe,write
allow todo-relay --topic task-updates literal describe,write
user recurring-task-service
allow recurring-task-service --topic task-events literal describe,read
allow recurring-task-service --topic account-events literal describe,read
allow recurring-task-service --group recurring-task-service literal describe,read
user notification-service
allow notification-service --topic reminders literal describe,write
allow notification-service --topic task-events literal describe,read
allow notification-service --topic account-events literal describe,read
allow notification-service --group notification-service literal describe,read
user audit-service
allow audit-service --topic task-events literal describe,read
allow audit-service --topic account-events literal describe,read
allow audit-service --topic reminders literal describe,read
allow audit-service --group audit-service literal describe,read
