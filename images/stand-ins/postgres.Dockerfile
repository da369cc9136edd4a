# Stands in for the official postgres image where no image registry is reachable: Debian's PostgreSQL, the same settings.
ARG BASE
FROM ${BASE}
RUN --mount=type=cache,target=/var/cache/apt apt-get update -q && apt-get install -qy --no-install-recommends postgresql-17 \
    && rm -rf /var/lib/apt/lists/* /var/lib/postgresql/* \
    && mkdir /var/lib/postgresql/data && chown -R postgres /var/lib/postgresql /var/run/postgresql
COPY postgres-entrypoint.sh /
ENV PATH=/usr/lib/postgresql/17/bin:/usr/bin:/bin PGDATA=/var/lib/postgresql/data
# hadolint ignore=DL3066
USER postgres
STOPSIGNAL SIGINT
ENTRYPOINT ["/postgres-entrypoint.sh"]
CMD ["postgres"]
