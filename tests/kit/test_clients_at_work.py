"""`grade clients`: what each kind of client shows, how it can end, and that the others go on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest
from click.testing import CliRunner
from click.testing import Result as Ran

from grader.catalogue import Exercise
from grader.cli import main
from grader.clients import calling
from grader.clients.run import known

NOWHERE = "http://127.0.0.1:1"
Clients = Callable[..., Ran]


@pytest.fixture
def clients(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Clients:
    """Run `grade clients` on answers with these sources, by slug; all others are stubs."""
    monkeypatch.setattr(Exercise, "answer", lambda self, target: tmp_path / f"{self.module}.py")

    def run(*arguments: str, typed: str = "", **sources: str) -> Ran:
        for each in known():
            stub = f"async def {each.function}(base_url): raise NotImplementedError"
            source = dedent(sources.get(each.module, stub))
            (tmp_path / f"{each.module}.py").write_text(source)
        environment = {"COLUMNS": "80", "NO_COLOR": "1"}
        command = ["clients", "--url", NOWHERE, *arguments]
        return CliRunner().invoke(main, command, input=typed, env=environment)

    return run


def unwrapped(ran: Ran) -> str:
    """What was printed, without the line breaks of its layout."""
    return " ".join(ran.stdout.split())


def test_enter_runs_all_and_one_that_fails_does_not_stop_the_others(clients: Clients) -> None:
    ran = clients(
        typed="\n",
        fetch_large_file="import nothing_of_that_name",
        watch_stock_ticker="""
            async def watch_stock_ticker(base_url):
                yield {"price": 1.5}
                raise ConnectionError("lost")
        """,
    )

    assert ran.exit_code == 1
    assert "ModuleNotFoundError: No module named 'nothing_of_that_name'" in unwrapped(ran)
    assert '{"price": 1.5}' in ran.stdout
    assert "ConnectionError: lost" in ran.stdout
    stubs = [each.slug for each in known()[2:]]
    assert stubs
    assert all(f"{slug}: still the stub: implement" in unwrapped(ran) for slug in stubs)


def test_stubs_alone_are_not_gradable(clients: Clients) -> None:
    ran = clients("all")

    assert ran.exit_code == 3
    assert unwrapped(ran).count("still the stub") == len(known())


def test_the_menu_takes_a_number(clients: Clients) -> None:
    ran = clients(
        typed="2\n",
        watch_stock_ticker="""
            async def watch_stock_ticker(base_url):
                for number in range(100):
                    yield {"url": base_url, "number": number}
        """,
    )

    assert ran.exit_code == 0
    assert f'{{"url": "{NOWHERE}", "number": 59}}' in ran.stdout
    assert '"number": 60' not in ran.stdout
    assert "watch-stock-ticker: 100 items" in ran.stdout


def test_tokens_are_printed_as_they_are(clients: Clients) -> None:
    ran = clients(
        "read-chat",
        read_chat="""
            async def read_chat(base_url, prompt):
                for token in ("Py", "thon", " is\\n", "\\x1b[2J", "fine"):
                    yield token
        """,
    )

    assert ran.exit_code == 0
    assert "Python is\n" in ran.stdout
    assert "\x1b" not in ran.stdout
    assert "fine\n" in ran.stdout
    assert "5 items" in ran.stdout


def test_a_download_has_a_bar_and_its_size(clients: Clients) -> None:
    ran = clients(
        "fetch-large-file",
        fetch_large_file="""
            async def fetch_large_file(base_url, target, progress):
                target.write_bytes(bytes(2_000_000))
                progress(1_000_000, None)
                progress(2_000_000, 2_000_000)
        """,
    )

    assert ran.exit_code == 0
    assert "2.0/2.0 MB" in ran.stdout
    assert "fetch-large-file: 2,000,000 bytes saved" in ran.stdout


def test_a_task_has_a_bar_with_its_step(clients: Clients) -> None:
    ran = clients(
        "track-task",
        track_task="""
            async def track_task(base_url, *, on_progress):
                on_progress(50.0, "half")
                on_progress(100.0, "all of it")
        """,
    )

    assert ran.exit_code == 0
    assert "100 % all of it" in ran.stdout


def test_a_comparison_is_a_table(clients: Clients) -> None:
    ran = clients(
        "compare-responses",
        compare_responses="""
            async def compare_responses(base_url):
                one = {"first_byte": 1.5, "total": 2, "size": 85229, "peak": 0}
                return {"buffered": one, "streamed": one | {"first_byte": 0.0015}, "same": False}
        """,
    )

    assert ran.exit_code == 0
    assert "1,500.0 ms" in ran.stdout
    assert "1.5 ms" in ran.stdout
    assert "85,229 bytes" in ran.stdout
    assert "the records differ" in ran.stdout


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("", "has no compare_responses"),
        ("async def compare_responses(url): ...", "a parameter url, which the stub has not"),
        ("def compare_responses(base_url): return [1]", "'list' object"),
        ("async def compare_responses(base_url): raise SystemExit(2)", "SystemExit: 2"),
    ],
)
def test_what_cannot_be_run_is_a_failure_with_its_reason(
    clients: Clients, source: str, says: str
) -> None:
    ran = clients("compare-responses", compare_responses=source)

    assert ran.exit_code == 1
    assert says in unwrapped(ran)


def test_a_watcher_that_goes_on_is_left(clients: Clients, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calling, "LIMIT", 0.0)
    ran = clients(
        "watch-stock-ticker",
        watch_stock_ticker="""
            import asyncio

            async def watch_stock_ticker(base_url):
                yield {"number": 1}
                await asyncio.Event().wait()
        """,
    )

    assert ran.exit_code == 0
    assert "watch-stock-ticker: 1 item in 0 seconds" in ran.stdout


def test_a_coroutine_that_never_ends_has_failed(
    clients: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calling, "LIMIT", 0.0)
    ran = clients(
        "compare-responses",
        compare_responses="""
            import asyncio

            async def compare_responses(base_url):
                await asyncio.Event().wait()
        """,
    )

    assert ran.exit_code == 1
    assert "nothing came of it within 0 seconds" in ran.stdout


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("stock-ticker", "stock-ticker is an endpoint; the clients are fetch-large-file, "),
        ("read-chart", "there is no exercise 'read-chart'; did you mean read-chat"),
        ("99", "there is no exercise '99'"),
    ],
)
def test_what_is_no_client_is_refused(clients: Clients, name: str, says: str) -> None:
    ran = clients(name)

    assert ran.exit_code == 2
    assert says in ran.stderr
