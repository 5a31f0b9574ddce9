"""`custody trust add`: accept the identity of a public key file."""

from __future__ import annotations

import sys

import click

from custody.cli.console import answer, tell
from custody.cli.options import FINGERPRINT, PATH
from custody.cli.verb import Verb
from custody.errors import UsageError
from custody.facade.verifying import open_trust
from custody.format.key_file import decode_public_key_file
from custody.format.limits import KEY_FILE_BYTES, TRUST_FILE_BYTES
from custody.model.identity import Identity
from custody.storage.atomic_file import replace_file
from custody.storage.named_file import read_named_file
from custody.trust.change import with_identity
from custody.trust.trust import Role, Trust
from custody.trust.trust_file import decode_trust_file, encode_trust_file

_ROLES = (Role.SEALER, Role.HOLDER)


@click.command("add", cls=Verb)
@click.argument("file", type=PATH)
@click.argument("public_key", type=PATH)
@click.option("--fingerprint", type=FINGERPRINT, help="What its owner told you by another channel.")
@click.option("--unconfirmed", is_flag=True, help="Without a comparison; to be made up for later.")
@click.option(
    "--role",
    "roles",
    multiple=True,
    type=click.Choice([role.value for role in Role]),
    help="What the identity is accepted for; several add up. A new one is sealer and holder unless given.",
)
@click.option("--identity", help="Your own name for it; the one in its file unless given.")
@click.option("--second-set", is_flag=True, help="The identity is known, and these are further keys of its.")
def command(
    *,
    file: str,
    public_key: str,
    fingerprint: str | None,
    unconfirmed: bool,
    roles: tuple[str, ...],
    identity: str | None,
    second_set: bool,
) -> int:
    """Add the identity of PUBLIC_KEY to the trust in FILE, once its fingerprint is compared."""
    found = decode_public_key_file(read_named_file(public_key, KEY_FILE_BYTES), name=identity)
    given = tuple(Role(role) for role in roles)

    def change(data: bytes) -> bytes:
        return encode_trust_file(_grown(decode_trust_file(data), found, given, second_set=second_set))

    change(read_named_file(file, TRUST_FILE_BYTES))  # nobody is asked about what will be refused
    if not unconfirmed or fingerprint is not None:
        _compare(found, fingerprint)
    before = open_trust(file)
    replace_file(file, change, TRUST_FILE_BYTES)
    _print(found, before, open_trust(file))
    if unconfirmed and fingerprint is None:
        tell("next: compare this fingerprint with its owner by another channel, by telephone for instance")
    return 0


def _grown(trust: Trust, found: Identity, roles: tuple[Role, ...], *, second_set: bool) -> Trust:
    known = any(one.name == found.name for one in trust.identities)
    if second_set and not known:
        raise UsageError("--second-set: expected an identity of the trust, found another name")
    return with_identity(trust, found, roles if roles or known else _ROLES, second_set=second_set)


def _compare(found: Identity, fingerprint: str | None) -> None:
    """Compare the keys with what their owner said, or let the person at the terminal do it."""
    actual = found.key_set.fingerprint
    if fingerprint is not None:
        if fingerprint != actual:
            raise UsageError(
                "fingerprint: expected the one you gave, found another; nothing was added",
                code="FINGERPRINT",
                hint="ask for the public key file and the fingerprint again, each by its own channel",
            )
        return
    if not sys.stdin.isatty():
        raise UsageError(
            "fingerprint: expected it with --fingerprint, or a terminal to ask on, found neither",
            code="UNCONFIRMED",
            hint="ask its owner by another channel; or say --unconfirmed and compare later",
        )
    tell(f"identity: {found.name}\nfingerprint: {actual}")
    if not click.confirm("compare by another channel; is it the same, and to be added?", err=True):
        raise UsageError("fingerprint: expected your yes, found another answer", code="UNCONFIRMED")


def _print(found: Identity, before: Trust, after: Trust) -> None:
    was, now = (
        next((one for one in trust.identities if one.name == found.name), None) for trust in (before, after)
    )
    if was is not None and now is not None and len(now.sets) > len(was.sets):
        tell("WARNING: THIS IS A FURTHER KEY SET. WHOEVER HOLDS IT COUNTS AS THIS IDENTITY FROM NOW ON.")
    answer(f"identity: {found.name}")
    if now is not None:
        answer(f"roles: {', '.join(role.value for role in Role if role in now.roles)}")
    answer(f"fingerprint: {found.key_set.fingerprint}")


COMMAND = command
