"""`custody trust revoke`: from a moment on, somebody else may have used the keys."""

from __future__ import annotations

import click

from custody.cli.console import answer
from custody.cli.options import FINGERPRINT, PATH, TIME
from custody.cli.verb import Verb
from custody.format.limits import TRUST_FILE_BYTES
from custody.model.instant import Instant
from custody.storage.atomic_file import replace_file
from custody.trust.change import with_compromise
from custody.trust.trust_file import decode_trust_file, encode_trust_file


@click.command("revoke", cls=Verb)
@click.argument("file", type=PATH)
@click.argument("identity")
@click.option("--since", required=True, type=TIME, help="The first moment at which the keys may be misused.")
@click.option(
    "--fingerprint",
    type=FINGERPRINT,
    help="Which of its key sets, when it has several; all of them unless given.",
)
def command(*, file: str, identity: str, since: Instant, fingerprint: str | None) -> int:
    """Let the keys of IDENTITY count only for what is proven to be older."""
    replace_file(
        file,
        lambda data: encode_trust_file(
            with_compromise(decode_trust_file(data), identity, since, fingerprint)
        ),
        TRUST_FILE_BYTES,
    )
    answer(f"revoked: {identity} since {since}")
    return 0


COMMAND = command
