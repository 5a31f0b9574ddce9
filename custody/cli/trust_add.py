"""`custody trust add`: accept the identity of a public key file."""

from __future__ import annotations

import re

import click

from custody.cli.console import answer, tell
from custody.cli.options import PATH
from custody.errors import UsageError
from custody.format.key_file import decode_public_key_file
from custody.format.limits import KEY_FILE_BYTES, TRUST_FILE_BYTES
from custody.storage.atomic_file import replace_file
from custody.storage.named_file import read_named_file
from custody.trust.change import with_identity
from custody.trust.trust import Role
from custody.trust.trust_file import decode_trust_file, encode_trust_file


@click.command("add")
@click.argument("file", type=PATH)
@click.argument("public_key", type=PATH)
@click.option("--fingerprint", help="The 60 digits that you were told by another channel.")
@click.option(
    "--role",
    "roles",
    multiple=True,
    type=click.Choice([role.value for role in Role]),
    default=(Role.SEALER.value, Role.HOLDER.value),
    show_default=True,
    help="What the identity is accepted for; can be given several times.",
)
@click.option("--identity", help="Your own name for it; the one in its file unless given.")
def command(
    *, file: str, public_key: str, fingerprint: str | None, roles: tuple[str, ...], identity: str | None
) -> int:
    """Add the identity of PUBLIC_KEY to the trust in FILE."""
    found = decode_public_key_file(read_named_file(public_key, KEY_FILE_BYTES), name=identity)
    actual = found.key_set.fingerprint
    if fingerprint is not None and re.sub(r"[\s-]", "", fingerprint) != actual.replace(" ", ""):
        raise UsageError(
            "fingerprint: expected the one you gave, found another; nothing was added",
            code="FINGERPRINT",
            hint="ask for the public key file and the fingerprint again, each by its own channel",
        )
    replace_file(
        file,
        lambda data: encode_trust_file(
            with_identity(decode_trust_file(data), found, [Role(role) for role in roles])
        ),
        TRUST_FILE_BYTES,
    )
    answer(f"identity: {found.name}")
    answer(f"roles: {', '.join(roles)}")
    answer(f"fingerprint: {actual}")
    if fingerprint is None:
        tell("next: compare this fingerprint with its owner by another channel, by telephone for instance")
    return 0


COMMAND = command
