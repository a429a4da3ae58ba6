#!/bin/sh
# Runs subextract as the user that PUID and PGID name, with the UMASK for the subtitle files that it writes.
set -eu

umask "${UMASK:-022}"
if [ "$(id -u)" -ne 0 ]; then
    exec subextract "$@"
fi
mkdir -p /state
chown -R "${PUID:-1000}:${PGID:-1000}" /state
export HOME=/state
exec setpriv --reuid="${PUID:-1000}" --regid="${PGID:-1000}" --clear-groups --no-new-privs subextract "$@"
