#!/bin/sh
# Rendered from event-contracts by `make render`; a change here is lost, and a test fails until then.
# Topics, accounts and rights on Confluent Cloud, by `confluent`, signed in, with environment and cluster chosen.
# `confluent api-key create --service-account` then makes what goes to the secret of an app: username and password.
account() {
  confluent iam service-account list -o json | jq -r ".[] | select(.name == \"$1\") | .id" | grep . && return
  confluent iam service-account create "$1" --description "todo platform" -o json | jq -r .id
}
allow() {
  id=$(account "$1"); shift
  confluent kafka acl create --allow --service-account "$id" "$@"
}
set -eu
confluent kafka topic create task-events --partitions 3 --config retention.ms=2592000000,cleanup.policy=delete --if-not-exists
confluent kafka topic create account-events --partitions 3 --config retention.ms=2592000000,cleanup.policy=delete --if-not-exists
confluent kafka topic create reminders --partitions 3 --config retention.ms=604800000,cleanup.policy=delete --if-not-exists
confluent kafka topic create task-updates --partitions 3 --config retention.ms=86400000,cleanup.policy=delete --if-not-exists
allow todo-backend --topic reminders --operations describe,read
allow todo-backend --topic task-updates --operations describe,read
allow todo-backend --consumer-group broadcast- --prefix --operations describe,read
allow todo-relay --topic task-events --operations describe,write
allow todo-relay --topic account-events --operations describe,write
allow todo-relay --topic task-updates --operations describe,write
allow recurring-task-service --topic task-events --operations describe,read
allow recurring-task-service --topic account-events --operations describe,read
allow recurring-task-service --consumer-group recurring-task-service --operations describe,read
allow notification-service --topic reminders --operations describe,write
allow notification-service --topic task-events --operations describe,read
allow notification-service --topic account-events --operations describe,read
allow notification-service --consumer-group notification-service --operations describe,read
allow audit-service --topic task-events --operations describe,read
allow audit-service --topic account-events --operations describe,read
allow audit-service --topic reminders --operations describe,read
allow audit-service --consumer-group audit-service --operations describe,read
