# The npm package, its dependencies, and node. KAFKA_ variables, /var/lib/kafka/data and /mnt/shared/config are as in the
# apache/kafka image, so that its compose files work with another image name.
ARG NODE_VERSION=22

FROM node:${NODE_VERSION}-alpine AS build
WORKDIR /source
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN npm run build && npm pack --ignore-scripts --pack-destination /tmp
WORKDIR /opt/odradek
# The lock file decides the versions here too.
RUN cp /source/package-lock.json . && cp /source/package.json . \
 && npm ci --omit=dev --ignore-scripts --no-audit --no-fund \
 && mkdir node_modules/odradek && tar -xzf /tmp/odradek-*.tgz -C node_modules/odradek --strip-components=1 \
 && cp /source/dist/command/*.cache node_modules/odradek/dist/command/

FROM alpine:3.22
RUN apk add --no-cache libstdc++ \
 && adduser -D -h /home/appuser -u 1000 appuser \
 && mkdir -p /var/lib/kafka/data /mnt/shared/config /etc/kafka/secrets \
 && chown -R appuser /var/lib/kafka /mnt/shared/config /etc/kafka
COPY --from=build /usr/local/bin/node /usr/local/bin/node
COPY --from=build /opt/odradek/node_modules /opt/odradek/node_modules
COPY docker/server.properties docker/listeners.properties /etc/odradek/
COPY --chmod=755 docker/entrypoint.sh docker/healthcheck.sh /usr/local/bin/
RUN printf '#!/bin/sh\nexec node /opt/odradek/node_modules/odradek/bin/odradek.js "$@"\n' > /usr/local/bin/odradek \
 && chmod 755 /usr/local/bin/odradek

USER appuser
EXPOSE 9092
VOLUME ["/var/lib/kafka/data", "/mnt/shared/config", "/etc/kafka/secrets"]
HEALTHCHECK --interval=5s --timeout=5s --start-period=10s --retries=3 CMD ["healthcheck.sh"]
ENTRYPOINT ["entrypoint.sh"]
