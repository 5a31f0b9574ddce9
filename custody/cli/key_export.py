"""`custody key export`: the public key file, for everybody who is to verify."""

from __future__ import annotations

import click

from custody.cli.console import tell
from custody.cli.options import PATH, passphrase_option
from custody.cli.signing import signer_from
from custody.cli.verb import Verb
from custody.format.key_file import encode_public_key_file
from custody.storage.named_file import write_named_file


@click.command("export", cls=Verb)
@click.argument("key", type=PATH)
@click.option("--out", default="-", type=PATH, help="The file to create; standard output unless given.")
@click.option("--identity", help="The name for an OpenSSH key without one.")
@passphrase_option
def command(*, key: str, out: str, identity: str | None, passphrase_file: str | None) -> int:
    """Write the public key file of KEY; the passphrase is asked, so that the keys are the right ones."""
    signer = signer_from(key, passphrase_file, identity)
    write_named_file(out, encode_public_key_file(signer.identity))
    tell(f"fingerprint: {signer.identity.key_set.fingerprint}")
    tell("next: whoever trusts this file compares the fingerprint with you by another channel")
    return 0


COMMAND = command
