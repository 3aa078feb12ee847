#!/usr/bin/env bash
# Run a command beside a Docker engine of its own, where no image registry is reached.
#
#     sudo docker/without_registry.sh [--compose] COMMAND...
#     sudo docker/without_registry.sh ./run_docker.sh test
#
# The engine keeps its data in a temporary folder, and ends with the command. The command finds it
# by DOCKER_HOST; BASE is an image of Debian's packages that the Dockerfile can be built on, and
# NETWORK is host, because the engine has no default bridge, and no way out of one that is made.
# With --compose there are also stand-ins for the other images that compose.yaml names.
#
# The images are made in minutes, once for each of their recipes, and kept in .streamdrill/docker.
# Debian's packages docker.io and debootstrap are needed. Exit code 3, with one sentence: no engine
# could be had; else that of the command.
set -euo pipefail
root=$(cd -P "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
kept=$root/.streamdrill/docker
seconds_to_start=60

say() { # SENTENCE
    echo "without_registry: $1" >&2
}

cannot() { # SENTENCE
    say "$1"
    exit 3
}

compose=
if [ "${1:-}" = --compose ]; then
    compose=yes
    shift
fi
[ $# -gt 0 ] || cannot "expected a command to run."
[ "$(id -u)" -eq 0 ] || cannot "an engine of one's own needs root."
for needed in dockerd docker debootstrap; do
    command -v "$needed" >/dev/null || cannot "$needed is not installed."
done
suite=$(sed -n "s/^VERSION_CODENAME=//p" /etc/os-release)

folder=$(mktemp -d "${TMPDIR:-/tmp}/engine-XXXXXX")
engine=
# A socket's path has to be short, and the folder's may be long.
socket=$(mktemp -u /tmp/engine-XXXXXX.sock)

tidy_up() {
    trap '' INT TERM
    if [ -n "$engine" ]; then
        # What is left by a command that was interrupted: the bridges would outlive the engine.
        docker ps --all --quiet 2>/dev/null | xargs --no-run-if-empty docker rm --force >/dev/null || true
        docker network prune --force >/dev/null 2>&1 || true
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

recipe() { # FUNCTION FILES...: a short name for what the function makes of the files
    { echo "$suite" && declare -f "$1" && cat "${@:2}"; } </dev/null | sha256sum | cut -c -12
}

make_base() { # DRAFT: minimal Debian with Python, and the certificates that this machine trusts
    local mirror
    mirror=$(apt-get indextargets --format "\$(CODENAME) \$(COMPONENT) \$(SITE)" 'Created-By: Packages' |
        awk -v suite="$suite" '$1 == suite && $2 == "main" { print $3; exit }')
    debootstrap --variant=minbase --include=python3-venv "$suite" "$folder/base" ${mirror:+"$mirror"} \
        >"$folder/base.log" 2>&1 || {
        tail -5 "$folder/base.log" >&2
        cannot "debootstrap could not make a minimal Debian; the lines above are its last."
    }
    install -D /etc/ssl/certs/ca-certificates.crt "$folder/base/etc/ssl/certs/ca-certificates.crt"
    rm -rf "$folder"/base/var/cache/apt/* "$folder"/base/var/lib/apt/lists/*
    tar --directory "$folder/base" --create --file "$1" .
    rm -rf --one-file-system "$folder/base"
}

make_stand_ins() { # DRAFT: Debian's nginx and PostgreSQL
    local each
    for each in nginx postgres; do
        docker build --network host --build-arg "BASE=$BASE" --tag "stand-in-$each" \
            "$root/docker/stand_ins/$each" >"$folder/build.log" 2>&1 || {
            tail -5 "$folder/build.log" >&2
            cannot "the stand-in for $each could not be built; the lines above are its last."
        }
    done
    docker save --output "$1" stand-in-nginx stand-in-postgres
}

name_stand_ins() { # as compose.yaml names those for which they stand in
    local each
    for each in nginx postgres; do
        docker tag "stand-in-$each" "$(sed -n "s/^ *image: \($each:.*\)/\1/p" "$root/compose.yaml")"
    done
}

keep() { # KIND FUNCTION FILES...: the file with what the function makes; makes it if it is not there
    local made
    made=$kept/$1-$(recipe "${@:2}").tar
    mkdir -p "$kept"
    {
        flock 9 # another one may be making it
        if [ ! -f "$made" ]; then
            say "making $made; this takes minutes, and happens once."
            "$2" "$folder/draft.tar"
            rm -f "$kept/$1"-*.tar
            mv "$folder/draft.tar" "$made.draft"
            mv "$made.draft" "$made"
        fi
    } 9>"$kept/lock"
    echo "$made"
}

base=$(keep base make_base)

# In a session of its own: Ctrl-C is the command's, and the engine is needed to tidy up.
setsid setpriv --pdeathsig TERM dockerd --iptables=false --ip6tables=false --ip-forward=false \
    --bridge=none --host "unix://$socket" --data-root "$folder/data" --exec-root "$folder/exec" \
    --pidfile "$folder/pid" >"$folder/log" 2>&1 &
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
docker import "$base" "$BASE" >/dev/null
if [ -n "$compose" ]; then
    stand_ins=$(keep stand-ins make_stand_ins "$root"/docker/stand_ins/*/*)
    docker load --quiet --input "$stand_ins" >/dev/null
    name_stand_ins
fi

"$@"
