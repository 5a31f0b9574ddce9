"""To whom a bundle or a copy goes: the options that say so, and a warning where his keys are not known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from custody.cli.options import TEXT
from custody.model.identity import Identity
from custody.transfer.desk import Desk
from custody.transfer.recipient import check_recipient

_Function = TypeVar("_Function", bound=Callable[..., Any])


def recipient_options(function: _Function) -> _Function:
    """Add whom it goes to, and what carries it."""
    for option in (
        click.option("--medium", type=TEXT, metavar="TEXT", help="What carries it."),
        click.option(
            "--to",
            required=True,
            type=TEXT,
            metavar="FILE|NAME",
            help="His public key file, or his name in the trust.",
        ),
    ):
        function = option(function)
    return function


def unknown_words(desk: Desk, to: Identity) -> tuple[str, ...]:
    """Say so when what the recipient signs would not count under the trust in use."""
    if check_recipient(desk.trust, to, desk.signer.identity, desk.now()):
        return ()
    return (
        "WARNING: your trust does not know these keys; his receipt counts when it does: custody trust add",
    )
