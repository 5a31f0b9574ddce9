"""Anchors: a token fetched just before sealing shows that the seal was not made earlier (DESIGN, "Time")."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from custody.format.hashes import HASHES
from custody.network.fault import ExchangeError
from custody.stamping.desk import Desk, Postponed
from custody.stamping.exchange import ask, make_query
from custody.trust.trust import Authority

FRESH_BYTES: Final = 32
_HASH: Final = HASHES["sha256"]


def fetch_anchors(desk: Desk, authorities: Sequence[Authority]) -> tuple[bytes, ...]:
    """Ask each authority to stamp fresh random bytes, which tell nothing, and return the tokens.

    Args:
        desk: trust, clock, randomness, and the way to the authorities.
        authorities: whom to ask.

    Raises:
        NetworkError: one was not reached, or did not answer with a token that holds.
    """
    tokens = []
    for authority in authorities:
        digest = _HASH.digest(desk.randomness(FRESH_BYTES))
        tokens.append(_ask(desk, authority, digest))
    return tuple(tokens)


def _ask(desk: Desk, authority: Authority, digest: bytes) -> bytes:
    """Ask as often as may help."""
    while True:
        try:
            return ask(desk, authority, make_query(desk, authority, _HASH.name, digest)).data
        except ExchangeError as error:
            if error.again_in_seconds is None:
                raise
            again = error.again_in_seconds
            desk.postpones(Postponed(authority=authority.name, error=error, again_in_seconds=again))
