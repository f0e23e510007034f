# The ambassador as an image: podman build --tag decorator .
# Two builds give the same layer; `podman build --timestamp 0` gives the same image as well.
#
# The base is named by its exact version. A digest, which no registry can move, is taken as well:
#   --build-arg BASE=registry.access.redhat.com/ubi9/nodejs-24-minimal@sha256:…
# Any image with Node 20.19 or newer will do: --build-arg BASE=docker.io/library/node:24-slim
ARG BASE=registry.access.redhat.com/ubi9/nodejs-24-minimal:9.8-1791306535

FROM ${BASE} AS build
USER 0
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
# Of the development dependencies the build needs the compiler and the bundler alone.
RUN node -e "const all = JSON.parse(fs.readFileSync('package.json')); \
      const { esbuild, typescript, '@types/node': node } = all.devDependencies; \
      fs.writeFileSync('package.json', JSON.stringify({ ...all, devDependencies: { esbuild, typescript, '@types/node': node } }))" \
 && npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY src ./src
RUN npm run build -- --declaration false \
 && npm prune --omit=dev --ignore-scripts --no-audit --no-fund
COPY build/prune-modules.js build/sbom.js ./build/
# npm lists what is missing as an error, and development dependencies are missing by now.
RUN npm pkg delete devDependencies \
 && npm sbom --sbom-format=cyclonedx >sbom.json \
 && node build/sbom.js <sbom.json >sbom.cdx.json \
 && node build/prune-modules.js node_modules
# As it was, without the changes above.
COPY package.json ./
ARG SOURCE_DATE_EPOCH=0
RUN mkdir -p /image/opt/ambassador \
 && mv dist node_modules package.json sbom.cdx.json /image/opt/ambassador \
 && chmod -R a+rX,go-w /image \
 && node -e "for (const name of ['', ...fs.readdirSync('/image', { recursive: true })]) \
      fs.lutimesSync('/image/' + name, $SOURCE_DATE_EPOCH, $SOURCE_DATE_EPOCH)"

FROM ${BASE}
LABEL org.opencontainers.image.title="ambassador" \
      org.opencontainers.image.description="A sidecar for any HTTP/1.x service: raw-socket tunnel, good error pages, telemetry" \
      org.opencontainers.image.licenses="MIT" \
      name="ambassador" \
      summary="A sidecar for any HTTP/1.x service" \
      description="Listens on PORT, tunnels every connection to TARGET_PORT, replaces the service's 404 page, measures every request" \
      io.k8s.display-name="ambassador" \
      io.k8s.description="A sidecar for any HTTP/1.x service: raw-socket tunnel, good error pages, telemetry" \
      io.openshift.tags="nodejs,http,proxy,sidecar" \
      io.openshift.expose-services="8080:http" \
      io.openshift.non-scalable="false" \
      io.openshift.min-memory="48Mi" \
      io.openshift.min-cpu="10m"
# One layer on top of the base. Nothing in it is ever written to, so any user may run it and the file system be read-only.
COPY --from=build /image /
WORKDIR /opt/ambassador
ENV NODE_ENV=production
# glibc returns freed memory to the system only from the end of its heap, or where a block has a mapping of its own. Bounds
# that do not move give large blocks such a mapping; a heap that grows in small steps has less room for them in between. The
# first bound is above the 32 KiB that V8's compiler takes again and again: below, each costs two calls of the kernel. After
# 3,000 connections of a mixed attack the heap keeps 16 MiB instead of 26 MiB.
ENV MALLOC_MMAP_THRESHOLD_=33280 MALLOC_TRIM_THRESHOLD_=65536 MALLOC_TOP_PAD_=16384
# A number, so that runAsNonRoot can be checked; OpenShift puts a user of its own in its place.
USER 1001
EXPOSE 8080 9901
STOPSIGNAL SIGTERM
# Node itself is process 1: npm or a shell in between would lose SIGTERM and the exit code. Its flags, for one thread that
# does nothing but tunnel: what it makes dies young, in far less room than the young generation would grow to; and threads
# that help the collector and the compiler cost more to wake than they do here, and 10 MiB. Memory is given back after ten
# quiet minutes, not after V8's eight quiet seconds: with the last connection's objects goes the code that was compiled for
# them, and each burst would begin with compiling it again, some milliseconds for each function.
ENTRYPOINT ["node", "--max-semi-space-size=1", "--single-threaded-gc", "--no-concurrent-recompilation", "--gc-memory-reducer-start-delay-ms=600000", "/opt/ambassador/dist/main.js"]
CMD []
