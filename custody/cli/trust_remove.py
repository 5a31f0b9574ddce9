"""`custody trust remove`: know an identity no longer."""

from __future__ import annotations

import click

from custody.cli.console import answer, tell
from custody.cli.options import PATH
from custody.cli.verb import Verb
from custody.format.limits import TRUST_FILE_BYTES
from custody.storage.atomic_file import replace_file
from custody.trust.change import without_identity
from custody.trust.trust_file import decode_trust_file, encode_trust_file


@click.command("remove", cls=Verb)
@click.argument("file", type=PATH)
@click.argument("identity")
def command(*, file: str, identity: str) -> int:
    """Take IDENTITY out of the trust in FILE, with all its keys: it was never yours to trust."""
    replace_file(
        file,
        lambda data: encode_trust_file(without_identity(decode_trust_file(data), identity)),
        TRUST_FILE_BYTES,
    )
    answer(f"removed: {identity}")
    tell("its bundles are those of a stranger now; custody trust revoke keeps what is proven to be older")
    return 0


COMMAND = command
