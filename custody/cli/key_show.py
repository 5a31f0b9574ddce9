"""`custody key show`: identity, key ids and fingerprint of a key file, secret or public."""

from __future__ import annotations

import click

from custody.cli.console import answer
from custody.cli.options import PATH
from custody.cli.verb import Verb
from custody.format.key_file import decode_public_key_file
from custody.format.limits import KEY_FILE_BYTES
from custody.keys.key_file import decode_key_file
from custody.model.identity import Identity
from custody.storage.named_file import read_named_file

_SECRET = b'{"format":"custody/key/'


@click.command("show", cls=Verb)
@click.argument("file", type=PATH)
@click.option("--identity", help="The name for an OpenSSH public key without one.")
def command(*, file: str, identity: str | None) -> int:
    """Show what a key file says in the clear; nothing is unlocked."""
    data = read_named_file(file, KEY_FILE_BYTES)
    if data.startswith(_SECRET):
        found = decode_key_file(data)
        kind = "secret, protected" if found.protected else "secret, UNPROTECTED"
        print_identity(found.claimed_identity, kind)
    else:
        print_identity(decode_public_key_file(data, name=identity), "public")
    return 0


def print_identity(identity: Identity, kind: str) -> None:
    """Print who a key set is for, its keys, and the digits to read out."""
    answer(f"identity: {identity.name}")
    answer(f"file: {kind}")
    for key in identity.key_set.keys:
        answer(f"key: {key.algorithm.value} {key.key_id}")
    answer(f"fingerprint: {identity.key_set.fingerprint}")


COMMAND = command
