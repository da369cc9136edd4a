# Stands in for the official node image where no image registry is reachable: the binary of a PyPI wheel, and its npm.
ARG BASE
FROM ${BASE}
COPY node /usr/local/bin/node
COPY npm /usr/local/lib/node_modules/npm
RUN chmod +x /usr/local/bin/node /usr/local/lib/node_modules/npm/bin/npm-cli.js \
    && ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm
