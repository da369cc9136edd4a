# Stands in for the official prometheus image where no image registry is reachable: Debian's, the same paths.
ARG BASE
FROM ${BASE}
RUN --mount=type=cache,target=/var/cache/apt apt-get update -q && apt-get install -qy --no-install-recommends prometheus \
    && rm -rf /var/lib/apt/lists/* && mkdir -p /prometheus && chown 65534:65534 /prometheus
USER 65534:65534
ENTRYPOINT ["/usr/bin/prometheus"]
