#!/bin/sh
# Starts the broker as the apache/kafka image does: a mounted server.properties, KAFKA_ variables on top of it.
# What neither of them says keeps its single-node default.
set -eu

mounted=/mnt/shared/config/server.properties
files="--config /etc/odradek/server.properties"
if [ -f "$mounted" ]; then
  files="$files --config $mounted"
elif [ -z "${KAFKA_LISTENERS-}${KAFKA_ADVERTISED_LISTENERS-}" ]; then
  files="$files --config /etc/odradek/listeners.properties"
fi

# shellcheck disable=SC2086 # one word per flag is meant
exec node /opt/odradek/node_modules/odradek/bin/odradek.js start $files --port-file /tmp/odradek.port "$@"
