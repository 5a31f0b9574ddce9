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
_FEWEST_LINES: Final = 16


def draw_order(
    name_of: Callable[[int], bytes], count: int, order: str, randomness: Callable[[int], bytes]
) -> array[int]:
    """Return the place in the draft of each number, from number 1 on.

    Args:
        name_of: gives the original name at each place.
        count: how many items the draft has.
        order: "random", or "path": bytewise by name, equal names as added.
        randomness: gives bytes from a cryptographic generator.

    Raises:
        UsageError: another order.
    """
    if order == PATH:
        return array("I", sorted(range(count), key=name_of))
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


def padded_count(count: int) -> int:
    """Return the number of lines that hides a number of items: 16, else at most four significant bits.

    17 gives 18, 1,000 gives 1,024, 1,000,000 gives 1,048,576: at most one item in eight is padding.
    """
    if count <= _FEWEST_LINES:
        return _FEWEST_LINES
    shift = max(0, (count - 1).bit_length() - 1 - 3)
    return -(-count >> shift) << shift
