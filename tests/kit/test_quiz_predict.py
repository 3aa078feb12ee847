"""Predictions: every snippet is run, and another snippet has another answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from click.testing import Result as Ran

from grader.cards import CardError
from grader.catalogue import exercise
from grader.cli import main
from grader.deck.check import Linked, faults
from grader.deck.reviews import NAME
from grader.judge.evidence import Distrust
from grader.judge.zygote import Zygote
from grader.predict.asking import Predictions, value
from grader.predict.measures import told
from grader.predict.play import play
from grader.predict.prediction import PREDICTIONS, Prediction, predictions, read
from grader.predict.sources import FILL

SLUGS = sorted(predictions())


@dataclass(frozen=True, slots=True)
class Proof:
    """What happens, and what happens instead when `old` is replaced by `new`."""

    happens: str
    old: str
    new: str
    instead: str


PROOFS = {
    "chat-decodes-each-token": Proof(
        "cut", "token.decode()", 'token.decode(errors="ignore")', "complete"
    ),
    "comparison-returned": Proof("3", "[record async for record in records]", "[]", "0"),
    "comparison-status-too-late": Proof(
        "200",
        "    return StreamingResponse(document(store)",
        '    raise HTTPException(503, "the store cannot be read")\n'
        "    return StreamingResponse(document(store)",
        "503",
    ),
    "csv-in-batches": Proof("201", "yield_per=100", "yield_per=50", "251"),
    "csv-with-around-return": Proof(
        "open",
        "    rows = session.execute(query.execution_options(yield_per=100))\n",
        "    rows = session.execute(query.execution_options(yield_per=100))\n    session.close()\n",
        "closed",
    ),
    "file-left-behind": Proof("open", "64 * 1024", "32 << 20", "closed"),
    "file-promises-too-much": Proof("cut", "100 * 1024", "100_000", "complete"),
    "file-read-on-the-loop": Proof("blocked", "async def chunks", "def chunks", "free"),
    "logs-heartbeat-by-timeout": Proof("2", ", 15)", ", 60)", "4"),
    "logs-native-heartbeat": Proof(
        "3",
        "            yield entry",
        "            yield entry\n            return",
        "1",
    ),
    "logs-queue": Proof("all", "asyncio.Queue()", "asyncio.Queue(maxsize=10)", "part"),
    "results-execute": Proof(
        "never",
        'await connection.execute(query)\n        separator = "["\n        for row in',
        "await connection.stream(query.execution_options(yield_per=100))\n"
        '        separator = "["\n        async for row in',
        "0",
    ),
    "task-fails-late": Proof(
        "200",
        "    return StreamingResponse(reports(tasks)",
        '    raise HTTPException(503, "none today")\n    return StreamingResponse(reports(tasks)',
        "503",
    ),
    "task-reports-first": Proof(
        "3",
        '            yield f"data: {json.dumps(report)}\\n\\n"\n            await step.run()\n',
        '            await step.run()\n            yield f"data: {json.dumps(report)}\\n\\n"\n',
        "2",
    ),
    "ticker-from-a-list": Proof(
        "0",
        "        found = [update async for update in updates]\n    for update in found:\n    ",
        "        async for update in updates:\n        ",
        "4",
    ),
    "ticker-looks-ahead": Proof("3", "if held is not None:", "if held := update:", "4"),
    "ticker-one-line-end": Proof("0", '}\\n"', '}\\n\\n"', "3"),
    "ticker-producer": Proof(
        "open",
        '    while (update := await queue.get()) is not None:\n        yield f"data: '
        '{json.dumps(update)}\\n\\n"\n    await producer\n',
        "    try:\n        while (update := await queue.get()) is not None:\n            yield "
        'f"data: {json.dumps(update)}\\n\\n"\n    finally:\n        producer.cancel()\n',
        "closed",
    ),
}


@pytest.fixture(scope="module")
def zygote() -> Iterator[Zygote]:
    sources = {exercise(each.exercise).source for each in predictions().values()}
    with Zygote(sources) as zygote:
        yield zygote


def happens(zygote: Zygote, asked: Prediction, file: Path) -> str:
    seen = play(zygote.address, exercise(asked.exercise), file, asked.scene)
    return told(asked.measure.of(seen))


def test_there_are_enough_of_them_over_different_exercises() -> None:
    assert len(SLUGS) >= 10
    about = {each.exercise for each in predictions().values()}
    assert about >= {"stock-ticker", "live-logs", "users-csv", "chat-stream", "long-task"}
    assert about >= {"large-file", "comparison-buffered", "comparison-streamed"}
    assert {exercise(slug).source for slug in about} == set(FILL)


def test_each_of_them_is_proved() -> None:
    assert sorted(PROOFS) == SLUGS


@pytest.mark.parametrize("slug", SLUGS)
def test_the_answer_is_what_happens_and_changes_with_the_snippet(
    zygote: Zygote, tmp_path: Path, slug: str
) -> None:
    asked, proof = predictions()[slug], PROOFS[slug]
    other = tmp_path / "other.py"
    assert proof.old in asked.code
    other.write_text(asked.code.replace(proof.old, proof.new), encoding="utf-8")
    found = [happens(zygote, asked, file) for file in (asked.file, other)]
    assert found == [proof.happens, proof.instead]


@pytest.mark.parametrize("slug", SLUGS)
def test_what_happens_can_be_typed(slug: str) -> None:
    asked, proof = predictions()[slug], PROOFS[slug]
    for happened in (proof.happens, proof.instead):
        assert value(asked, happened) == happened


# The files

WHOLE = (PREDICTIONS / "logs-queue.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "lacks"),
    [
        ('topic = "flow control"\n', "", "the key topic"),
        ("topic =", 'author = "me"\ntopic =', "a meaning for the key author"),
        ('asks = "taken"', 'asks = "luck"', "something to ask: one of events, "),
        ("at = 5.0", "until = 5.0", "a meaning for until in its scene"),
        (", at = 5.0", "", "at in its scene: when the client is looked at"),
        ("part = ", "half = ", "choices that fit: all, part"),
        ('all = "All 400 entries."\n', "", "a text for each of two choices at least"),
        ("# The log", "The log", "a heading with '# ' and the question"),
    ],
)
def test_a_prediction_that_is_not_whole_is_refused(
    tmp_path: Path, old: str, new: str, lacks: str
) -> None:
    assert old in WHOLE
    file = tmp_path / "torn.md"
    file.write_text(WHOLE.replace(old, new), encoding="utf-8")
    file.with_suffix(".py").write_text("")
    with pytest.raises(CardError) as refused:
        read(file)
    assert str(refused.value).startswith(f"torn.md lacks {lacks}")


def test_a_prediction_without_its_snippet_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "torn.md"
    file.write_text(WHOLE, encoding="utf-8")
    with pytest.raises(CardError, match=r"torn.md lacks its snippet, torn.py"):
        read(file)


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"cards": ("backpresure",)}, "names the card backpresure, which does not exist; did you"),
        ({"exercise": "live-log"}, "names the exercise live-log, which does not exist; did you"),
        ({"exercise": "image"}, "is about image, whose source no scene can fill"),
        ({"misconceptions": ("runs-ahed",)}, "names the misconception runs-ahed, which does not"),
        ({"slug": "backpressure"}, "has the name of a card"),
    ],
)
def test_what_leads_nowhere_is_listed(change: dict[str, Any], found: str) -> None:
    torn = replace(predictions()["logs-queue"], **change)
    told = list(faults(replace(Linked.known(), predictions={"logs-queue": torn})))
    assert len(told) == 1
    assert found in told[0]
    assert "logs-queue" in told[0]


# On the terminal

Quiz = Callable[..., Ran]


@pytest.fixture
def quiz(grade: Callable[..., Ran], zygote: Zygote, monkeypatch: pytest.MonkeyPatch) -> Quiz:
    """`grade quiz` of one prediction, in a process that is there already."""
    monkeypatch.setattr(Predictions, "_ready", lambda self: zygote)

    def run(slug: str, *typed: str, arguments: tuple[str, ...] = ()) -> Ran:
        monkeypatch.setattr("grader.commands.quiz._chosen", lambda **_: {slug: predictions()[slug]})
        lines = "".join(f"{line}\n" for line in typed)
        whole = ("quiz", "--predict", "-n", "1", *arguments)
        return CliRunner().invoke(main, whole, input=lines, env={"COLUMNS": "80"})

    return run


def log(folder: Path) -> dict[str, Any]:
    (entry,) = json.loads((folder / NAME).read_text())["log"]
    return dict(entry)


def flat(text: str) -> str:
    return " ".join(text.split())


def test_a_wrong_prediction_is_told_what_happened_and_comes_again(
    quiz: Quiz, tmp_path: Path
) -> None:
    ran = quiz("task-reports-first", "2 steps")
    asked = predictions()["task-reports-first"]
    assert ran.exit_code == 0
    assert "You said: 2. What happened: 3." in ran.stdout
    assert "GET /process/long-task" in ran.stdout
    assert flat(asked.why) in flat(ran.stdout)
    assert f"card {asked.cards[0]}" in ran.stdout
    assert "It comes again in 1 minute." in ran.stdout
    assert (log(tmp_path)["said"], log(tmp_path)["happened"], log(tmp_path)["rating"]) == (
        "2",
        "3",
        1,
    )


@pytest.mark.parametrize("said", ["2", "open"])
def test_a_right_prediction_is_rated_by_the_learner(quiz: Quiz, tmp_path: Path, said: str) -> None:
    ran = quiz("ticker-producer", said, "4")
    assert f"As you said: {predictions()['ticker-producer'].choices['open']}" in ran.stdout
    assert (log(tmp_path)["said"], log(tmp_path)["rating"]) == ("open", 4)


def test_what_happens_is_not_shown_before_it_is_predicted(quiz: Quiz, tmp_path: Path) -> None:
    ran = quiz("task-reports-first", "q")
    assert flat(predictions()["task-reports-first"].question) in flat(ran.stdout)
    assert "await step.run()" in ran.stdout
    assert "GET /process/long-task" not in ran.stdout
    assert "Stopped; nothing was answered." in ran.stdout


@pytest.mark.parametrize(
    ("slug", "typed", "says"),
    [
        ("ticker-producer", "3", "type a number from 1 to 2. Once more:"),
        ("task-reports-first", "some", "type a number of events. Once more:"),
        ("task-reports-first", "", "type a number of events. Once more:"),
        ("comparison-returned", "later", "type seconds after the request, or never. Once more:"),
    ],
)
def test_what_cannot_be_an_answer_is_asked_once_more(
    quiz: Quiz, slug: str, typed: str, says: str
) -> None:
    assert says in flat(quiz(slug, typed, "q").stdout)


@pytest.mark.parametrize("typed", ["3", "3.0", "3 s", "3 seconds"])
def test_a_number_may_have_its_unit(quiz: Quiz, typed: str) -> None:
    assert "As you said: 3." in quiz("comparison-returned", typed, "").stdout


def test_a_word_may_stand_for_a_number(quiz: Quiz) -> None:
    assert "You said: never. What happened: 3." in quiz("comparison-returned", "Never").stdout


def test_a_snippet_that_cannot_be_run_is_left_out_and_counts_for_nothing(
    quiz: Quiz, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise Distrust("the self-check failed")

    monkeypatch.setattr("grader.judge.selfcheck.ensure", broken)
    ran = quiz("ticker-producer", "1")
    assert "ticker-producer could not be run, and does not count: the self-check" in flat(
        ran.stdout
    )
    assert json.loads((tmp_path / NAME).read_text())["log"] == []
    assert ran.exit_code == 4


def test_the_process_that_runs_them_ends_with_the_session() -> None:
    asked = predictions()["ticker-one-line-end"]
    with Predictions([asked]) as running:
        process = running._ready()._process
        assert process.poll() is None
    assert process.poll() is not None


def test_a_prediction_is_shown_without_what_happens(grade: Callable[..., Ran]) -> None:
    told = grade("cards", "show", "task-reports-first").stdout
    assert "quiz --predict --exercise long-task" in told
    assert "await step.run()" in told
    assert flat(predictions()["task-reports-first"].why) not in flat(told)


def test_predictions_are_listed_among_the_cards(grade: Callable[..., Ran]) -> None:
    told = grade("cards", "list").stdout
    assert all(f"{slug}  " in told for slug in SLUGS)
    assert "ticker-producer  senior, lifetime, prediction" in told


def test_a_misspelt_prediction_is_told_its_neighbour(grade: Callable[..., Ran]) -> None:
    assert "did you mean ticker-producer?" in grade("cards", "show", "ticker-producr").stderr
