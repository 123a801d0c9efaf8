#!/bin/sh
# The first time, the node is formatted with its two users; all others are made by the job `topics`.
set -eu
kafka=/opt/kafka/bin
settings=/sesame/server.properties
if [ ! -e /var/lib/kafka/data/meta.properties ]; then
    "$kafka/kafka-storage.sh" format --standalone --cluster-id "$("$kafka/kafka-storage.sh" random-uuid)" --config "$settings" \
        --add-scram "SCRAM-SHA-512=[name=admin,password=$(cat /run/secrets/kafka.admin)]" \
        --add-scram "SCRAM-SHA-512=[name=broker,password=$(cat /run/secrets/kafka.broker)]"
fi
exec "$kafka/kafka-server-start.sh" "$settings"
