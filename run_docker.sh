#!/usr/bin/env bash
# The kit and its live server in a container: `run_docker.sh help` says what it does.
set -euo pipefail

root=$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)
image=${IMAGE:-streamdrill}
name=${NAME:-streamdrill}
seconds_to_be_healthy=90

# How every container of the image is run: it can write to its volume and to /tmp, and nowhere else.
locked=(--read-only --tmpfs /tmp --cap-drop ALL --security-opt no-new-privileges
    --volume "$name-state:/state" --volume "$root/exercises:/streamdrill/exercises:ro")
input=(--interactive)
if [ -t 0 ] && [ -t 1 ]; then input+=(--tty); fi

help() {
    cat <<'TEXT'
usage: run_docker.sh VERB

  start              build the image if there is none, run the server, wait until it is healthy
  test               judge the references in the image: all green
  client [PATH]      stream from the server by curl; PATH is /stream/stock-ticker if not given
  logs [--follow]    what the server has printed
  status             whether it runs, how healthy it is, and where; exit code 1 if it does not run
  stop               stop and remove the container; what the kit remembers stays in its volume
  restart            stop, then start; on the same port, unless PORT says another
  shell [COMMAND]    a shell in the container
  build              build the image again, after a change
  grade [ARGUMENTS]  `grade` in the image, on your exercises/: run_docker.sh grade run stock-ticker
  help               this

Variables: PORT (8000), TARGET (solutions; or exercises, your own answers, as they were at start),
IMAGE and NAME (streamdrill) of what is made, BASE (the image it is built on), and NETWORK=host for
an engine that has no bridge.
TEXT
}

fail() { # SENTENCE
    echo "run_docker: $1" >&2
    exit 1
}

need_docker() {
    command -v docker >/dev/null ||
        fail "docker is not installed, or not on PATH; install Docker's engine, then run it again."
    docker version --format '{{.Server.Version}}' >/dev/null 2>&1 ||
        fail "Docker's daemon does not answer; start it (sudo systemctl start docker), or see by docker info whether you may use it."
}

running() {
    [ "$(docker inspect --format '{{.State.Running}}' "$name" 2>/dev/null)" = true ]
}

health() {
    docker inspect --format '{{.State.Health.Status}}' "$name" 2>/dev/null || echo gone
}

address() { # where the container was told to listen, or where the next one will be
    local found
    found=$(docker inspect --format '{{index .Config.Labels "streamdrill.port"}}' "$name" 2>/dev/null) || true
    echo "http://127.0.0.1:${found:-${PORT:-8000}}"
}

check_port() { # PORT
    if ! [[ $1 =~ ^[1-9][0-9]{0,4}$ && $1 -le 65535 ]]; then
        fail "PORT is '$1'; expected a number from 1 to 65535."
    fi
    if (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; then
        fail "port $1 is taken; end the program that holds it, or take another: PORT=8001 $0 start"
    fi
}

build() {
    local options=(--tag "$image")
    [ -z "${BASE:-}" ] || options+=(--build-arg "BASE=$BASE")
    [ -z "${NETWORK:-}" ] || options+=(--network "$NETWORK")
    docker build "${options[@]}" "$root"
}

build_if_missing() {
    docker image inspect "$image" >/dev/null 2>&1 || build
}

start() {
    if running; then
        echo "It runs already, on $(address)"
        return
    fi
    local port=${PORT:-8000} published
    check_port "$port"
    published=(--publish "127.0.0.1:$port:8000")
    [ -z "${NETWORK:-}" ] || published=(--network "$NETWORK" --env "PORT=$port")
    build_if_missing
    docker rm --force "$name" >/dev/null 2>&1 || true # one that has ended by itself
    docker run --detach --name "$name" --label "streamdrill.port=$port" "${locked[@]}" \
        "${published[@]}" --env "TARGET=${TARGET:-solutions}" "$image" >/dev/null
    wait_until_healthy
}

wait_until_healthy() {
    local waited=0 now
    while now=$(health) && [ "$now" != healthy ]; do
        if ! running; then
            docker logs "$name" >&2 || true
            fail "the server ended; the lines above are what it printed."
        elif [ "$now" = unhealthy ] || [ "$waited" -ge "$seconds_to_be_healthy" ]; then
            docker logs "$name" >&2 || true
            fail "the server did not become healthy (it is: $now); the lines above are what it printed."
        fi
        sleep 1
        waited=$((waited + 1))
    done
    echo "It is healthy, on $(address)"
}

stop() {
    docker stop "$name" >/dev/null 2>&1 || true
    if docker rm "$name" >/dev/null 2>&1; then echo "It is stopped."; else echo "Nothing ran."; fi
}

restart() {
    local here
    here=$(address)
    PORT=${PORT:-${here##*:}}
    stop
    start
}

status() {
    if ! running; then
        echo "It does not run; $0 start"
        return 1
    fi
    echo "It runs ($(health)) on $(address)"
}

client() { # [PATH]
    command -v curl >/dev/null || fail "curl is not installed; open $(address)/ in a browser instead."
    running || fail "the server does not run; $0 start"
    local path=${1:-stream/stock-ticker}
    curl --no-buffer --fail-with-body --silent --show-error "$(address)/${path#/}"
}

logs() { # [--follow]
    docker inspect --format '{{.Id}}' "$name" >/dev/null 2>&1 || fail "there is no server; $0 start"
    docker logs "$@" "$name"
}

in_image() { # COMMAND...: in a container of its own, that is removed when it ends
    build_if_missing
    docker run --rm "${input[@]}" "${locked[@]}" --network "${NETWORK:-none}" --no-healthcheck \
        --env "STREAMDRILL_COMMAND=$0 grade" "$image" "$@"
}

grade() { # [ARGUMENTS...]
    [ "${1:-}" != serve ] || fail "here nobody would reach what \`serve\` serves; $0 start"
    in_image grade "$@"
}

shell() { # [COMMAND...]
    [ $# -gt 0 ] || set -- sh
    if running; then docker exec "${input[@]}" "$name" "$@"; else in_image "$@"; fi
}

verb=${1:-help}
[ $# -eq 0 ] || shift
case $verb in
    help | --help | -h) help && exit ;;
    start | test | client | logs | stop | restart | status | shell | build | grade) need_docker ;;
    *) fail "there is no verb '$verb'; $0 help lists them." ;;
esac
case $verb in
    test) in_image grade run --all --target solutions "$@" ;;
    *) "$verb" "$@" ;;
esac
