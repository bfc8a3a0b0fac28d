#!/usr/bin/env bash
# One replica after the other is drained, made anew from the present image and taken back: nobody is lost.
# ./roll.sh [seconds in which pages that are opening may finish; 5]
set -euo pipefail
cd "$(dirname "$0")"

tell() {
    docker compose exec -T proxy bash -c \
        'exec 3<>"/dev/tcp/127.0.0.1/${ADMIN_PORT-9000}" && echo "$0" >&3 && cat <&3' "$1"
}

for replica in one two; do
    tell "set server convlab/$replica state drain" # no newcomers
    sleep "${1:-5}"
    # It ends what it is at and closes its sockets: who is there goes to another one, with all settings.
    docker compose up --detach --no-deps --force-recreate --wait "$replica"
    tell "set server convlab/$replica state ready"
    until tell "show stat" | grep "^convlab,$replica,.*,UP," >/dev/null; do sleep 0.2; done # or nobody would be there
done
