# Two images: `server`, which is also the control worker and `crunch migrate`, and `host`, which processes datasets.
#   docker build --target server --tag crunch .
#   docker build --target host --tag crunch-host .

FROM node:20.20.2-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
# No package needs a script of its own to be installed, so none is let run.
RUN npm ci --ignore-scripts
COPY . .
RUN npm run build && rm -r dist/.build

FROM node:20.20.2-bookworm-slim AS packages
WORKDIR /packages
COPY package.json package-lock.json .npmrc ./
# Optional is the embedded PostgreSQL of `crunch up`; containers have one of their own.
RUN npm ci --ignore-scripts --omit=dev --omit=optional

FROM node:20.20.2-bookworm-slim AS crunch
# Debian removes a version when it has a newer one: with pinned ones, the image could not be built again.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates tini \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /opt/crunch
COPY package.json LICENSE ./
COPY docs docs
COPY prisma/migrations prisma/migrations
COPY --from=packages /packages/node_modules node_modules
COPY --from=build /build/dist dist
# The folder is made here so that a volume mounted there belongs to the account that writes to it.
RUN ln -s /opt/crunch/dist/cli/main.js /usr/local/bin/crunch \
    && install --directory --owner=1000 --group=1000 --mode=0700 /var/lib/crunch
ENV NODE_ENV=production
WORKDIR /var/lib/crunch
# Signals reach Crunch, and processes that lost their parent are collected.
ENTRYPOINT ["tini", "--", "crunch"]

FROM crunch AS host
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends bash coreutils python3 python3-venv \
    && rm -rf /var/lib/apt/lists/*
ARG SNAKEMAKE_VERSION=9.27.1
RUN python3 -m venv /opt/snakemake \
    && /opt/snakemake/bin/pip install --no-cache-dir --disable-pip-version-check "snakemake==${SNAKEMAKE_VERSION}"
ENV CRUNCH_SNAKEMAKE=/opt/snakemake/bin/snakemake
USER 1000:1000
CMD ["loop", "--directory", "/var/lib/crunch/work"]

FROM crunch AS server
# Workflow sources may be repositories.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends git \
    && rm -rf /var/lib/apt/lists/*
USER 1000:1000
ENV CRUNCH_PORT=8700
EXPOSE 8700
HEALTHCHECK --interval=10s --timeout=7s --start-period=30s --retries=3 \
    CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.CRUNCH_PORT + '/api/v1/health').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["server", "--listen", "0.0.0.0"]
