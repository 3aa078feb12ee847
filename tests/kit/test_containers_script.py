"""`run_docker.sh` beside a `docker` that only records how it is called."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.catalogue import ROOT

from .docker_stand_in import Machine, make_machine

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the script is for a POSIX shell")


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return make_machine(tmp_path)


@pytest.fixture
def free_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as holder:
        return str(holder.getsockname()[1])


@pytest.fixture
def taken_port() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as holder:
        yield str(holder.getsockname()[1])


VERBS = ("start", "test", "client", "logs", "stop", "restart", "status", "shell", "build", "grade")


@pytest.mark.parametrize("verb", VERBS)
def test_without_docker_a_verb_says_so(verb: str, machine: Machine) -> None:
    (machine.path / "docker").unlink()
    ran = machine.run(verb)
    assert (ran.returncode, ran.stdout) == (1, "")
    assert "docker is not installed" in ran.stderr


@pytest.mark.parametrize("verb", VERBS)
def test_without_a_daemon_a_verb_says_so_and_does_nothing(verb: str, machine: Machine) -> None:
    machine.has("down")
    ran = machine.run(verb)
    assert (ran.returncode, ran.stdout) == (1, "")
    assert "daemon does not answer" in ran.stderr
    assert len((machine.state / "calls").read_text().splitlines()) == 1


def test_help_needs_no_docker_and_knows_every_verb(machine: Machine) -> None:
    (machine.path / "docker").unlink()
    ran = machine.run("help")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert [verb for verb in VERBS if f"\n  {verb} " not in ran.stdout] == []


def test_an_unknown_verb_is_refused(machine: Machine) -> None:
    ran = machine.run("strat")
    assert ran.returncode == 1
    assert "no verb 'strat'" in ran.stderr


def test_start_builds_the_image_once(machine: Machine, free_port: str) -> None:
    assert machine.run("start", PORT=free_port).returncode == 0
    machine.run("stop")
    assert machine.run("start", PORT=free_port).returncode == 0
    assert machine.calls("build") == [["--tag", "streamdrill", str(ROOT)]]


def test_start_runs_a_locked_container_on_the_port(machine: Machine, free_port: str) -> None:
    ran = machine.run("start", PORT=free_port, TARGET="exercises")

    [call] = machine.calls("run")
    assert "--read-only" in call
    assert f"127.0.0.1:{free_port}:8000" in call
    assert "TARGET=exercises" in call
    assert f"{ROOT}/exercises:/streamdrill/exercises:ro" in call
    assert call[-1] == "streamdrill"
    assert "It is healthy" in ran.stdout


def test_start_on_the_network_of_the_host_listens_there(machine: Machine, free_port: str) -> None:
    machine.run("start", PORT=free_port, NETWORK="host")
    [call] = machine.calls("run")
    assert f"--network host --env PORT={free_port}" in " ".join(call)
    assert "--publish" not in call


def test_start_does_not_run_a_second_container(machine: Machine) -> None:
    machine.has("container")
    ran = machine.run("start")
    assert "runs already, on http://127.0.0.1:8765" in ran.stdout
    assert machine.calls("run") == []


def test_start_names_a_port_that_is_taken(machine: Machine, taken_port: str) -> None:
    ran = machine.run("start", PORT=taken_port)
    assert ran.returncode == 1
    assert f"port {taken_port} is taken" in ran.stderr
    assert machine.calls("build") == machine.calls("run") == []


@pytest.mark.parametrize("port", ["http", "0", "65536", "-1", "8000 "])
def test_start_refuses_what_is_no_port(port: str, machine: Machine) -> None:
    ran = machine.run("start", PORT=port)
    assert ran.returncode == 1
    assert f"PORT is '{port}'" in ran.stderr
    assert machine.calls("run") == []


def test_start_shows_what_an_unhealthy_server_printed(machine: Machine, free_port: str) -> None:
    machine.has("health", "unhealthy\n")
    ran = machine.run("start", PORT=free_port)
    assert ran.returncode == 1
    assert "printed by the server" in ran.stderr
    assert "it is: unhealthy" in ran.stderr


def test_start_shows_what_a_server_printed_that_ended(machine: Machine, free_port: str) -> None:
    machine.has("ended")
    machine.has("health", "starting\n")
    ran = machine.run("start", PORT=free_port)
    assert ran.returncode == 1
    assert "printed by the server" in ran.stderr
    assert "the server ended" in ran.stderr


def test_build_passes_the_base_and_the_network_on(machine: Machine) -> None:
    machine.run("build", BASE="slim", NETWORK="host")
    [call] = machine.calls("build")
    assert " ".join(call) == f"--tag streamdrill --build-arg BASE=slim --network host {ROOT}"


@pytest.mark.parametrize(
    ("arguments", "command"),
    [
        (("test",), "grade run --all --target solutions"),
        (("grade", "run", "health"), "grade run health"),
        (("shell",), "sh"),
    ],
)
def test_a_command_runs_in_a_locked_container_without_a_network(
    arguments: tuple[str, ...], command: str, machine: Machine
) -> None:
    machine.has("image")
    assert machine.run(*arguments).returncode == 0
    [call] = machine.calls("run")
    assert " --network none " in " ".join(call)
    assert " ".join(call).endswith(f" grade streamdrill {command}")
    assert {"--rm", "--read-only"} <= set(call)
    assert "--tty" not in call


def test_a_shell_is_one_in_the_container_that_runs(machine: Machine) -> None:
    machine.has("container")
    machine.run("shell", "id", "-u")
    assert machine.calls("exec") == [["--interactive", "streamdrill", "id", "-u"]]


def test_the_logs_are_the_containers(machine: Machine) -> None:
    machine.has("container")
    ran = machine.run("logs", "--follow")
    assert ran.stdout == "printed by the server\n"
    assert machine.calls("logs") == [["--follow", "streamdrill"]]


def test_without_a_server_there_are_no_logs(machine: Machine) -> None:
    ran = machine.run("logs")
    assert (ran.returncode, ran.stdout) == (1, "")
    assert "there is no server; " in ran.stderr


def test_a_command_knows_how_it_is_called(machine: Machine) -> None:
    machine.has("image")
    machine.run("grade", "run", "health")
    [call] = machine.calls("run")
    assert f"--env STREAMDRILL_COMMAND={ROOT}/run_docker.sh grade" in " ".join(call)


def test_a_server_that_nobody_could_reach_is_not_started(machine: Machine) -> None:
    machine.has("image")
    ran = machine.run("grade", "serve")
    assert ran.returncode == 1
    assert "run_docker.sh start" in ran.stderr
    assert machine.calls("run") == []


def test_stop_keeps_the_volume(machine: Machine) -> None:
    machine.has("container")
    assert machine.run("stop").stdout == "It is stopped.\n"
    assert machine.calls("rm") == [["streamdrill"]]
    assert machine.run("stop").stdout == "Nothing ran.\n"


def test_restart_takes_the_same_port_again(machine: Machine, free_port: str) -> None:
    machine.has("container")
    machine.has("image")
    machine.has("port", free_port)
    machine.run("restart")
    [call] = machine.calls("run")
    assert f"127.0.0.1:{free_port}:8000" in call


def test_the_exit_code_of_status_says_whether_it_runs(machine: Machine) -> None:
    assert machine.run("status").returncode == 1
    machine.has("container")
    ran = machine.run("status")
    assert (ran.returncode, ran.stdout) == (0, "It runs (healthy) on http://127.0.0.1:8765\n")


def test_client_streams_by_curl_from_where_the_container_listens(machine: Machine) -> None:
    curl = machine.path / "curl"
    curl.write_text('#!/bin/sh\necho "$*"\n')
    curl.chmod(0o755)
    assert "does not run" in machine.run("client").stderr
    machine.has("container")
    assert machine.run("client").stdout.endswith(" http://127.0.0.1:8765/stream/stock-ticker\n")
    for path in ("/health", "health"):
        assert machine.run("client", path).stdout.endswith(" http://127.0.0.1:8765/health\n")


def test_client_without_curl_says_so(machine: Machine) -> None:
    machine.has("container")
    assert "curl is not installed" in machine.run("client").stderr
