"""`custody trust show`: whom a trust file accepts, for what, and since when no longer."""

from __future__ import annotations

import click

from custody.cli.authority_text import trusted_lines
from custody.cli.console import answer
from custody.cli.options import PATH
from custody.cli.verb import Verb
from custody.facade.verifying import open_trust
from custody.trust.trust import DatedKeySet, Role


@click.command("show", cls=Verb)
@click.argument("file", type=PATH)
def command(*, file: str) -> int:
    """Show whom the trust in FILE accepts."""
    trust = open_trust(file)
    for identity in trust.identities:
        roles = ", ".join(role.value for role in Role if role in identity.roles)
        answer(f"identity: {identity.name} ({roles})")
        for dated in identity.sets:
            answer(f"  fingerprint: {dated.key_set.fingerprint}{_dates(dated)}")
    for authority in trust.authorities:
        for line in trusted_lines(authority):
            answer(line)
    for threshold in trust.thresholds:
        answer(f"threshold: {threshold.event_type} needs {threshold.identities} identities")
    for end in trust.algorithm_ends:
        answer(f"algorithm: {end.algorithm} until {end.until}")
    if not trust.identities:
        answer("no identity is trusted" if trust.authorities else "nobody is trusted")
    return 0


def _dates(dated: DatedKeySet) -> str:
    named = (
        ("from", dated.valid_from),
        ("until", dated.valid_until),
        ("in other hands since", dated.compromised_since),
    )
    return "".join(f", {name} {moment}" for name, moment in named if moment is not None)


COMMAND = command
