# syntax=docker/dockerfile:1
# The images: `docker build --target hub -t loco-hub:0.1.0 .` and `--target emulator -t loco-emulator:0.1.0`.
# docs/docker.md says how they are run.
ARG SWIFT_IMAGE=swift:6.2-bookworm
ARG DEBIAN_IMAGE=debian:bookworm-slim

FROM ${SWIFT_IMAGE} AS build
WORKDIR /src
# In the order in which things change: packages, the libraries' sources, ours.
COPY scripts scripts
RUN scripts/install-packages build && rm -rf /var/lib/apt/lists/*
COPY Package.swift ./
RUN swift package resolve
COPY . .
# The program looks for Swift's libraries beside itself; the images have no other Swift.
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
RUN swift build -c release --product loco \
    && install -D -m 755 -t /out/usr/lib/loco .build/release/loco \
    && ldd .build/release/loco | awk '$3 ~ "/swift/" { print $3 }' | xargs install -m 644 -t /out/usr/lib/loco \
    && install -d /out/usr/bin && ln -s ../lib/loco/loco /out/usr/bin/loco \
    && demo/build.sh /out/usr/share/loco/loco-demo.img \
    && cp -r Sources/Gateway/Web /out/usr/share/loco/Web

# What both have: a user without rights, whose folder is all that is written to.
FROM ${DEBIAN_IMAGE} AS base
RUN groupadd --gid 10001 loco \
    && useradd --uid 10001 --gid loco --home-dir /var/lib/loco --no-create-home --shell /usr/sbin/nologin loco \
    && install -d -o loco -g loco -m 700 /var/lib/loco
ENV LOCO_RUN_DIRECTORY=/var/lib/loco/run
WORKDIR /var/lib/loco

# What the pages import. Only the scripts are taken: a package of them brings an interpreter or two along.
FROM ${DEBIAN_IMAGE} AS pages
RUN --mount=type=bind,source=scripts,target=/scripts \
    /scripts/install-packages pages && rm -rf /var/lib/apt/lists/*

FROM base AS hub
RUN --mount=type=bind,source=scripts,target=/scripts \
    /scripts/install-packages hub image && rm -rf /var/lib/apt/lists/*
COPY --from=pages /usr/share/javascript /usr/share/javascript
COPY --from=pages /usr/share/novnc /usr/share/novnc
COPY docker/check-hub /usr/bin/check-hub
COPY --from=build /out/ /
# An address that is not loopback needs LOCO_TOKEN; without, the hub says so and ends.
ENV LOCO_HUB_HOST=0.0.0.0
USER 10001:10001
EXPOSE 3000 3002
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 CMD ["check-hub"]
ENTRYPOINT ["tini", "--", "loco"]
CMD ["hub"]

FROM base AS emulator
RUN --mount=type=bind,source=scripts,target=/scripts \
    /scripts/install-packages run image && rm -rf /var/lib/apt/lists/*
COPY --from=build /out/ /
ENV LOCO_NODE_HOST=0.0.0.0
USER 10001:10001
EXPOSE 3100
# Exit codes beyond 1 are not Docker's.
HEALTHCHECK --interval=10s --timeout=8s --start-period=60s --retries=3 CMD ["/bin/sh", "-c", "loco probe test || exit 1"]
ENTRYPOINT ["tini", "--", "loco"]
CMD ["node"]
