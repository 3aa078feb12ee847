"""How long it takes to judge all references: `grade run` as a whole process, twice.

    python -m benchmarks.all

First the endpoints alone, then the clients with them. Cold: each round starts its own zygote and
its own pytest session. The first round is not counted.
"""

from __future__ import annotations

from statistics import median

import click

from benchmarks.latency import command, timed
from grader.catalogue import endpoints, exercises


@click.command()
@click.option("--times", default=5, show_default=True, help="Rounds; the median is printed.")
def main(times: int) -> None:
    """Time the verdicts on the references together."""
    for kind, chosen in (("endpoints", endpoints()), ("exercises", exercises())):
        arguments = ("-P", "-m", "grader", "run", *chosen, "--target", "solutions")
        command(*arguments)  # not counted: file caches, and the self-check
        took = [timed(lambda: command(*arguments)) for _ in range(times)]  # noqa: B023
        count, seconds = len(chosen), median(took)
        click.echo(
            f"{count} {kind} in {seconds:.2f} s ({min(took):.2f} to {max(took):.2f}), "
            f"{seconds / count:.2f} s each"
        )


if __name__ == "__main__":
    main()
