#!/bin/sh
# Turns KAFKA_A_B=c into a.b=c, formats the data folder once, and becomes the broker.
set -euf
env | sed -n 's/^KAFKA_\([A-Z_]*\)=/\1=/p' | grep -v '^HEAP_OPTS=' | while IFS='=' read -r name value; do
  echo "$(echo "$name" | tr 'A-Z_' 'a-z.')=$value"
done > /tmp/server.properties
java="java ${KAFKA_HEAP_OPTS:--Xms192m -Xmx384m} -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Dkafka.logs.dir=/tmp -cp /opt/kafka/libs/*"
$java kafka.tools.StorageTool format --standalone --ignore-formatted -t "$CLUSTER_ID" -c /tmp/server.properties
exec $java kafka.Kafka /tmp/server.properties
