"""The deck for other programs: a package for Anki, and a table."""

from __future__ import annotations

import csv
import io
import itertools
import sqlite3
import time
import zlib
from collections.abc import Iterable
from contextlib import closing
from html import escape
from pathlib import Path
from zipfile import ZipFile

import genanki

from grader.cards import Card

DECK = zlib.crc32(b"streamdrill deck")  # never changes: Anki knows a deck and a model by number
MODEL = zlib.crc32(b"streamdrill model")
COLUMNS = ("id", "level", "topic", "question", "answer", "points", "red_flags", "follow_ups")


def anki(deck: Iterable[Card], file: Path) -> None:
    """Write an .apkg. Importing a later one updates the notes and keeps what was learned."""
    model = genanki.Model(
        MODEL,
        "streamdrill",
        fields=[{"name": name} for name in ("Id", "Question", "Answer")],
        templates=[
            {
                "name": "Card",
                "qfmt": "{{Question}}",
                "afmt": "{{FrontSide}}<hr id=answer>{{Answer}}",
            }
        ],
        css=".card { font-family: sans-serif; text-align: left; } pre { margin-left: 1em; }",
    )
    notes = genanki.Deck(DECK, "streamdrill")
    for card in deck:
        notes.add_note(
            genanki.Note(
                model=model,
                fields=[card.slug, escape(card.question), _back(card)],
                tags=[card.level, card.topic.replace(" ", "-")],
                guid=genanki.guid_for("streamdrill", card.slug),
            )
        )
    _write(genanki.Package(notes), file)


def tsv(deck: Iterable[Card]) -> str:
    """A line a card below the names of the columns; lists are joined by semicolons."""
    table = io.StringIO()
    writer = csv.writer(table, dialect="excel-tab", lineterminator="\n")
    writer.writerow(COLUMNS)
    for card in deck:
        lists = ("; ".join(each) for each in (card.points, card.red_flags, card.follow_ups))
        answer = " ".join(card.answer.split())
        writer.writerow([card.slug, card.level, card.topic, card.question, answer, *lists])
    return table.getvalue()


def _write(package: genanki.Package, file: Path) -> None:
    # genanki's own write_to_file leaves a copy of the database among the temporary files.
    now = time.time()
    with closing(sqlite3.connect(":memory:")) as database:
        package.write_to_db(database.cursor(), now, itertools.count(int(now * 1000)))
        database.commit()
        with ZipFile(file, "w") as archive:
            archive.writestr("collection.anki2", database.serialize())
            archive.writestr("media", "{}")


def _back(card: Card) -> str:
    answer = "".join(map(_paragraph, card.answer.split("\n\n")))
    lists = (
        ("Must be mentioned", card.points),
        ("Heard often, and wrong", card.red_flags),
        ("Asked next", card.follow_ups),
    )
    return answer + "".join(
        f"<p><b>{label}</b></p><ul>{''.join(f'<li>{escape(text)}</li>' for text in texts)}</ul>"
        for label, texts in lists
    )


def _paragraph(markdown: str) -> str:
    kind = "pre" if markdown.startswith("    ") else "p"
    return f"<{kind}>{escape(markdown)}</{kind}>"
