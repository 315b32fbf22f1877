#!/bin/sh
# Draws the secrets that docker-compose.yml hands out, into deploy/secrets/. What is there is never touched.
set -eu
umask 077
cd "$(dirname "$0")"
mkdir -p secrets
cd secrets

draw() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }
# The folder keeps other users of this machine out; the containers see each file by itself and run as other users. What was
# not drawn whole gets no name under which it would be left alone.
put() {
  [ -e "$1" ] || { cat >"$1.part" && [ -s "$1.part" ] && chmod 0444 "$1.part" && mv "$1.part" "$1"; }
}

draw | put owner-password
draw | put app-password
draw | put system-password
draw | put queue-password
printf 'scelle' | put storage-key-id
draw | put storage-key

url() { printf 'postgres://%s:%s@postgres:5432/scelle' "$1" "$(cat "$2")"; }
url postgres owner-password | put owner-url
printf 'postgres://only-init-knows-the-owner' | put no-owner-url
url scelle_app app-password | put app-url
url scelle_system system-password | put system-url
printf 'redis://default:%s@queue:6379' "$(cat queue-password)" | put queue-url
put valkey.conf <<CONF
# Every job is on the disk within a second; nothing is ever evicted: the queue would forget jobs in silence.
requirepass $(cat queue-password)
appendonly yes
appendfsync everysec
maxmemory 512mb
maxmemory-policy noeviction
CONF
put storage.json <<JSON
{
  "identities": [
    {
      "name": "scelle",
      "credentials": [{ "accessKey": "$(cat storage-key-id)", "secretKey": "$(cat storage-key)" }],
      "actions": ["Admin", "Read", "Write", "List", "Tagging"]
    }
  ]
}
JSON
echo "Secrets are in $(pwd)"
