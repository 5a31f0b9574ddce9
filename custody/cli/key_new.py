"""`custody key new`: a new key set for an identity, protected by a passphrase."""

from __future__ import annotations

import os

import click

from custody.cli.console import answer, tell
from custody.cli.options import PATH, passphrase_option
from custody.cli.passphrase import passphrase_from
from custody.cli.verb import Verb
from custody.errors import ExistsError, UsageError
from custody.keys.key_file import create_key
from custody.keys.secret_file import write_secret_file
from custody.storage.targets import check_target


@click.command("new", cls=Verb)
@click.argument("identity")
@click.option("--out", required=True, type=PATH, help="The key file to create; it stays with you.")
@passphrase_option
@click.option("--unprotected", is_flag=True, help="Without a passphrase: whoever reads the file is you.")
def command(*, identity: str, out: str, passphrase_file: str | None, unprotected: bool) -> int:
    """Make keys for IDENTITY: a pseudonym such as w-01, of a-z, 0-9 and . _ @ -."""
    if unprotected and passphrase_file:
        raise UsageError("--unprotected and --passphrase-file: expected one of them, found both")
    if os.path.lexists(out):
        raise ExistsError("key file: expected a new name, found it taken")
    check_target(out)
    ask = passphrase_from(passphrase_file, new=True)
    data, signer = create_key(identity, random=os.urandom, passphrase=None if unprotected else ask())
    write_secret_file(out, data)
    if unprotected:
        tell("WARNING: THIS KEY HAS NO PASSPHRASE. WHOEVER CAN READ THE FILE CAN SIGN AS THIS IDENTITY.")
    answer(f"identity: {signer.identity.name}")
    answer(f"fingerprint: {signer.identity.key_set.fingerprint}")
    tell("next: custody key backup (print the page), custody key export (give the public key file to others)")
    return 0


COMMAND = command
