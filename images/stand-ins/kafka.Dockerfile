# Stands in for the official apache/kafka image where no image registry is reachable: the published jars on Debian's Java,
# told by the same KAFKA_… settings. Its context has jars/ beside kafka-entrypoint.sh.
ARG BASE
FROM ${BASE}
RUN --mount=type=cache,target=/var/cache/apt apt-get update -q \
    && apt-get install -qy --no-install-recommends openjdk-21-jre-headless && rm -rf /var/lib/apt/lists/* \
    && mkdir -p /var/lib/kafka/data /opt/kafka && useradd --system --uid 1000 appuser && chown -R appuser /var/lib/kafka
COPY jars /opt/kafka/libs
COPY kafka-entrypoint.sh /
USER 1000
ENTRYPOINT ["/kafka-entrypoint.sh"]
