#!/usr/bin/env bash
# Run a command beside a Docker engine of its own, where no image registry is reached.
#
#     sudo docker/without_registry.sh COMMAND...
#     sudo docker/without_registry.sh ./run_docker.sh test
#
# The engine keeps its data in a temporary folder, and ends with the command. The command finds it
# by DOCKER_HOST; BASE is an image of Debian's packages that the Dockerfile can be built on, and
# NETWORK is host, because the engine has no bridge. Debian's packages docker.io and debootstrap are
# needed. Exit code 3, with one sentence: no engine could be had; else that of the command.
set -euo pipefail
root=$(cd -P "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
suite=$(sed -n "s/^VERSION_CODENAME=//p" /etc/os-release)
made=$root/.streamdrill/docker/base-$suite.tar
seconds_to_start=60

cannot() { # SENTENCE
    echo "without_registry: $1" >&2
    exit 3
}

[ $# -gt 0 ] || cannot "expected a command to run."
[ "$(id -u)" -eq 0 ] || cannot "an engine of one's own needs root."
for needed in dockerd docker debootstrap; do
    command -v "$needed" >/dev/null || cannot "$needed is not installed."
done

folder=$(mktemp -d "${TMPDIR:-/tmp}/engine-XXXXXX")
engine=
# A socket's path has to be short, and the folder's may be long.
socket=$(mktemp -u /tmp/engine-XXXXXX.sock)

tidy_up() {
    if [ -n "$engine" ]; then
        kill "$engine" 2>/dev/null || true
        wait "$engine" 2>/dev/null || true
    fi
    awk -v folder="$folder/" 'index($2, folder) == 1 { print $2 }' /proc/mounts | sort --reverse |
        while read -r mounted; do umount "$mounted" || true; done
    rm -rf --one-file-system "$folder" "$socket"
}
trap tidy_up EXIT
trap 'exit 143' TERM
trap 'exit 130' INT

make_base() { # minimal Debian with Python, and the certificates that this machine trusts
    local mirror
    mirror=$(apt-get indextargets --format "\$(CODENAME) \$(COMPONENT) \$(SITE)" 'Created-By: Packages' |
        awk -v suite="$suite" '$1 == suite && $2 == "main" { print $3; exit }')
    echo "without_registry: making $made; this takes minutes, and happens once." >&2
    debootstrap --variant=minbase --include=python3-venv "$suite" "$folder/base" ${mirror:+"$mirror"} \
        >"$folder/base.log" 2>&1 || {
        tail -5 "$folder/base.log" >&2
        cannot "debootstrap could not make a minimal Debian; the lines above are its last."
    }
    install -D /etc/ssl/certs/ca-certificates.crt "$folder/base/etc/ssl/certs/ca-certificates.crt"
    rm -rf "$folder"/base/var/cache/apt/archives/*.deb "$folder"/base/var/lib/apt/lists/*
    mkdir -p "$(dirname "$made")"
    tar --directory "$folder/base" --create --file "$made.draft" .
    mv "$made.draft" "$made"
    rm -rf --one-file-system "$folder/base"
}

if [ ! -f "$made" ]; then
    make_base
fi

dockerd --iptables=false --ip6tables=false --bridge=none --host "unix://$socket" \
    --data-root "$folder/data" --exec-root "$folder/exec" --pidfile "$folder/pid" \
    >"$folder/log" 2>&1 &
engine=$!
export DOCKER_HOST=unix://$socket BASE=streamdrill-base NETWORK=host
export DOCKER_BUILDKIT=0 # Debian's engine comes without buildx

until docker version >/dev/null 2>&1; do
    if ! kill -0 "$engine" 2>/dev/null || [ $((seconds_to_start -= 1)) -lt 0 ]; then
        tail -5 "$folder/log" >&2
        cannot "dockerd does not run here; the lines above are its last."
    fi
    sleep 1
done
docker import "$made" "$BASE" >/dev/null

"$@"
