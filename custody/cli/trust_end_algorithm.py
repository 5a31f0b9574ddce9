"""`custody trust end-algorithm`: from a moment on, an algorithm proves nothing new."""

from __future__ import annotations

import click

from custody.cli.console import answer
from custody.cli.options import PATH, TIME
from custody.cli.trust_change import change_trust
from custody.cli.verb import Verb
from custody.model.instant import Instant
from custody.trust.change import with_algorithm_end


@click.command("end-algorithm", cls=Verb)
@click.argument("file", type=PATH)
@click.argument("algorithm")
@click.option("--until", required=True, type=TIME, help="The first moment at which it proves nothing new.")
def command(*, file: str, algorithm: str, until: Instant) -> int:
    """Let ALGORITHM prove nothing new from a moment on: a hash, or a signature of people or authorities.

    What is stamped before, or renewed in time, stays proven. An end that was set before is replaced. Names:
    sha256, sha384, sha512, sha3_256, ed25519, mldsa65, rsa, rsa-2048 (keys of at most so many bits), ecdsa,
    ecdsa-p256 and others; another name is refused, and all of them are said.
    """
    before, _ = change_trust(file, lambda trust: with_algorithm_end(trust, algorithm, until))
    was = before.end_of(algorithm)
    answer(f"algorithm: {algorithm} until {until}" + (f" (was {was})" if was is not None else ""))
    return 0


COMMAND = command
