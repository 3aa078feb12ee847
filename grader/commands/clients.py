"""The command that runs clients against a live server."""

from __future__ import annotations

import click

from grader.commands.common import SLUG, Session, color_option, target_option


@click.command()
@click.argument("name", metavar="[SLUG|all]", required=False, type=SLUG)
@target_option
@click.option("--url", metavar="URL", help="The server, instead of one of its own.")
@color_option
@click.pass_obj
def clients(session: Session, name: str | None, target: str, url: str | None) -> int:
    """Run client exercises against a live server, and show what they give.

    Without a name: a menu. The server is one of its own, of the solutions, on a free port. Exit
    code: 0 all ended well, 1 one failed, 2 usage, 3 one is still the stub.
    """
    from grader.clients.run import NoClient, chosen, menu, run

    page = session.page()
    if name is None:
        page.print(menu(page))
        name = click.prompt("Which one? Enter runs all", default="all", show_default=False)
    try:
        wanted = chosen(str(name).strip())
    except NoClient as error:
        raise click.UsageError(str(error)) from None
    return run(wanted, target=target, url=url, page=page)
