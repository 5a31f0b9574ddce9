"""What is said of the case on the command line: its title, in one language or both, and what it is about."""

from __future__ import annotations

import functools
from collections.abc import Callable

import click

from custody.cli.options import TEXT


def case_options(function: Callable[..., int]) -> Callable[..., int]:
    """Add the options about the case; the command gets them as `case`, members by name, or None."""

    @click.option("--case", "title", type=TEXT, metavar="TITLE", help="The title of the case.")
    @click.option("--case-title-ar", "title_ar", type=TEXT, metavar="TITLE", help="Its title in Arabic.")
    @click.option("--case-description", "description", type=TEXT, metavar="TEXT", help="What it is about.")
    @functools.wraps(function)
    def with_case(
        *, title: str | None, title_ar: str | None, description: str | None, **others: object
    ) -> int:
        members = {"title": title, "title_ar": title_ar, "description": description}
        given = {name: text for name, text in members.items() if text is not None}
        return function(case=given or None, **others)

    return with_case
