#!/bin/sh
# Healthy is who answers a client: the port file is there when the broker serves, the listing is asked by the protocol.
set -eu
exec node /opt/odradek/node_modules/odradek/bin/odradek.js topic ls --json \
  --bootstrap-server "localhost:$(cat /tmp/odradek.port)" > /dev/null
