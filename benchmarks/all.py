"""How long it takes to judge everything: `grade run --all --target solutions` as a whole process.

    python -m benchmarks.all

Cold: each round starts its own zygote and its own pytest session. The first round is not counted.
"""

from __future__ import annotations

from statistics import median

import click

from benchmarks.latency import command, timed
from grader.catalogue import exercises


@click.command()
@click.option("--times", default=5, show_default=True, help="Rounds; the median is printed.")
def main(times: int) -> None:
    """Time the verdicts on all references together."""
    arguments = ("-P", "-m", "grader", "run", "--all", "--target", "solutions")
    command(*arguments)  # not counted: file caches, and the self-check
    took = [timed(lambda: command(*arguments)) for _ in range(times)]
    count, seconds = len(exercises()), median(took)
    click.echo(
        f"{count} exercises in {seconds:.2f} s ({min(took):.2f} to {max(took):.2f}), "
        f"{seconds / count:.2f} s each"
    )


if __name__ == "__main__":
    main()
