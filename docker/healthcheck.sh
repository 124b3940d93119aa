#!/bin/sh
# Healthy is who answers a client: the port file is there when the broker serves, the listing is asked by the protocol.
set -u
port=$(cat /tmp/odradek.port) || exit 1
node /opt/odradek/node_modules/odradek/bin/odradek.js topic ls --json --bootstrap-server "localhost:$port" > /dev/null || exit 1
