"""Which number each item gets: at random, so that order and gaps tell nothing, or as added, on request."""

from __future__ import annotations

import struct
from array import array
from collections.abc import Callable
from typing import Final

from custody.errors import UsageError

RANDOM, PATH = "random", "path"
_DRAWN_AT_ONCE: Final = 4096
_DRAW_BYTES: Final = 8


def draw_order(names: list[bytes], count: int, order: str, randomness: Callable[[int], bytes]) -> array[int]:
    """Return the place in the draft of each number, from number 1 on.

    Args:
        names: the original names.
        count: how many of them belong to the draft.
        order: "random", or "path": bytewise by name, equal names as added.
        randomness: gives bytes from a cryptographic generator.

    Raises:
        UsageError: another order.
    """
    if order == PATH:
        return array("I", sorted(range(count), key=names.__getitem__))
    if order != RANDOM:
        raise UsageError("order: expected random or path, found another word")
    drawn = array("I", range(count))
    waiting: list[int] = []
    for last in range(count - 1, 0, -1):
        if not waiting:
            wanted = min(last, _DRAWN_AT_ONCE)
            waiting = list(struct.unpack(f">{wanted}Q", randomness(_DRAW_BYTES * wanted)))
        # 64 bits for at most ten million places: the remainder's bias is below 2^-40.
        other = waiting.pop() % (last + 1)
        drawn[last], drawn[other] = drawn[other], drawn[last]
    return drawn
