"""The Merkle tree of RFC 9162 section 2.1 with SHA-256: roots, inclusion and consistency.

A *leaf* here is the 32-byte hash of an entry, `SHA-256(0x00 || entry)`; every function takes leaves, so that
an item's leaf, which is that hash already (DESIGN, "Items"), is not hashed again. `leaf_of_entry` serves raw
entries.

Checks of proofs are stricter than the RFC: every hash has exactly 32 bytes, sizes and indices are integers in
[0, 2^64), and a boolean is no integer. The tree size comes from signed data, never from a proof. Whatever is
malformed proves nothing: it is answered with False, not with an error.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Final

from custody.errors import UsageError

HASH_BYTES: Final = 32
EMPTY_ROOT: Final = hashlib.sha256(b"").digest()
_LEAF_PREFIX: Final = b"\x00"
_NODE_PREFIX: Final = b"\x01"
_MAX_COUNT: Final = 1 << 64
_BLOCK_LEVEL: Final = 10
_BLOCK_LEAVES: Final = 1 << _BLOCK_LEVEL  # 32 KiB of leaves wait for each other; larger blocks are no faster


def leaf_of_entry(entry: bytes) -> bytes:
    """Hash one raw entry into its leaf, `SHA-256(0x00 || entry)` (RFC 9162 section 2.1.1)."""
    return hashlib.sha256(_LEAF_PREFIX + entry).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(_NODE_PREFIX + left + right).digest()


def _next_level(hashes: Sequence[bytes]) -> list[bytes]:
    """Pair up neighbours and carry an odd last hash up unchanged."""
    sha256 = hashlib.sha256
    prefix = _NODE_PREFIX
    pairs = iter(hashes)
    level = [sha256(prefix + left + right).digest() for left, right in zip(pairs, pairs, strict=False)]
    if len(hashes) % 2:
        level.append(hashes[-1])
    return level


def _top_of(hashes: Sequence[bytes]) -> bytes:
    while len(hashes) > 1:
        hashes = _next_level(hashes)
    return hashes[0]


def _check_hashes(hashes: Sequence[bytes]) -> None:
    if hashes and set(map(len, hashes)) != {HASH_BYTES}:
        raise UsageError("leaf: expected 32 bytes, found another length")


class RootBuilder:
    """Computes a root from a stream of leaves in O(log n) memory.

    The only mutable thing of this module: feed it with `add` or `extend`, then read `root()`, as often as
    wanted.
    """

    __slots__ = ("_blocks", "_pending", "_subtrees")

    def __init__(self) -> None:
        """Start with the empty tree."""
        self._pending: list[bytes] = []
        # Roots of full subtrees, largest first, with their sizes in blocks: a binary counter.
        self._subtrees: list[tuple[int, bytes]] = []
        self._blocks = 0

    @property
    def size(self) -> int:
        """The number of leaves so far."""
        return self._blocks * _BLOCK_LEAVES + len(self._pending)

    def add(self, leaf: bytes) -> None:
        """Append one leaf of 32 bytes; a wrong length is noticed here or at the latest by `root`."""
        self._pending.append(leaf)
        if len(self._pending) == _BLOCK_LEAVES:
            self._fold_block()

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Append many leaves of 32 bytes each; quicker than `add` one by one."""
        stream = iter(leaves)
        while True:
            room = _BLOCK_LEAVES - len(self._pending)
            before = len(self._pending)
            self._pending.extend(islice(stream, room))
            if len(self._pending) - before < room:
                return
            self._fold_block()

    def _fold_block(self) -> None:
        _check_hashes(self._pending)
        size, top = 1, _top_of(self._pending)
        while self._subtrees and self._subtrees[-1][0] == size:
            _, left = self._subtrees.pop()
            size, top = 2 * size, _node(left, top)
        self._subtrees.append((size, top))
        self._blocks += 1
        self._pending.clear()

    def root(self) -> bytes:
        """Return the root of the leaves so far, 32 bytes; more leaves may follow.

        Raises:
            UsageError: a leaf does not have 32 bytes.
        """
        _check_hashes(self._pending)
        tops = [top for _, top in self._subtrees]
        if self._pending:
            tops.append(_top_of(self._pending))
        if not tops:
            return EMPTY_ROOT
        root = tops.pop()
        while tops:
            root = _node(tops.pop(), root)
        return root


def root_of(leaves: Iterable[bytes]) -> bytes:
    """Compute the root of leaves of 32 bytes each (RFC 9162 section 2.1.1); of none, `SHA-256("")`.

    Raises:
        UsageError: a leaf does not have 32 bytes.
    """
    builder = RootBuilder()
    builder.extend(leaves)
    return builder.root()


def inclusion_path(leaves: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """Compute the hashes that lead from leaf `index` (from 0) to the root (RFC 9162 section 2.1.3.1).

    Raises:
        UsageError: there is no such leaf, or a leaf does not have 32 bytes.
    """
    if not 0 <= index < len(leaves):
        raise UsageError(f"leaf index: expected 0 to {len(leaves) - 1}, found {index}")
    _check_hashes(leaves)
    path: list[bytes] = []
    level = leaves
    while len(level) > 1:
        sibling = index ^ 1
        if sibling < len(level):
            path.append(level[sibling])
        level = _next_level(level)
        index >>= 1
    return tuple(path)


def consistency_path(leaves: Sequence[bytes], first_size: int) -> tuple[bytes, ...]:
    """Compute the hashes that show the first `first_size` leaves to be a prefix of all of them.

    RFC 9162 section 2.1.4.1.

    Raises:
        UsageError: `first_size` is not in 1 to the number of leaves, or a leaf does not have 32 bytes.
    """
    if not 0 < first_size <= len(leaves):
        raise UsageError(f"first size: expected 1 to {len(leaves)}, found {first_size}")
    _check_hashes(leaves)
    path: list[bytes] = []
    # The subtree over leaves[start:end], and the size of the prefix inside it.
    start, end, prefix = 0, len(leaves), first_size
    while prefix != end - start:
        split = 1 << (end - start - 1).bit_length() - 1
        if prefix <= split:
            path.append(_top_of(leaves[start + split : end]))
            end = start + split
        else:
            path.append(_top_of(leaves[start : start + split]))
            start, prefix = start + split, prefix - split
    if start:  # the verifier has the prefix's own root only when the subtree starts at the first leaf
        path.append(_top_of(leaves[start:end]))
    path.reverse()
    return tuple(path)


def _is_count(value: object) -> bool:
    return type(value) is int and 0 <= value < _MAX_COUNT


def _are_hashes(*values: object) -> bool:
    return all(type(value) is bytes and len(value) == HASH_BYTES for value in values)


def verify_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Tell whether `path` shows that leaf `index` of the tree of `size` leaves with this root is `leaf`.

    RFC 9162 section 2.1.3.2, with the stricter checks of this module.
    """
    if not (_is_count(index) and _is_count(size) and _are_hashes(leaf, root, *path)) or index >= size:
        return False
    position, last, found = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if position & 1 or position == last:
            found = _node(sibling, found)
            while not position & 1 and position:
                position >>= 1
                last >>= 1
        else:
            found = _node(found, sibling)
        position >>= 1
        last >>= 1
    return last == 0 and found == root


def verify_consistency(
    first_size: int, second_size: int, first_root: bytes, second_root: bytes, path: Sequence[bytes]
) -> bool:
    """Tell whether `path` shows that the first `first_size` of `second_size` leaves make the first root.

    RFC 9162 section 2.1.4.2, with the stricter checks of this module. A first size of 0 is refused: anything
    would be consistent with it.
    """
    if not (_is_count(first_size) and _is_count(second_size) and _are_hashes(first_root, second_root, *path)):
        return False
    if not 0 < first_size <= second_size:
        return False
    if first_size == second_size:
        return not path and first_root == second_root
    if not path:
        return False
    hashes = list(path)
    if first_size & (first_size - 1) == 0:  # a power of two: the first root is a node of the second tree
        hashes.insert(0, first_root)
    return _fold_consistency(first_size - 1, second_size - 1, hashes) == (first_root, second_root)


def _fold_consistency(position: int, last: int, hashes: list[bytes]) -> tuple[bytes, bytes] | None:
    """Fold a consistency path into both roots; None when its length does not fit the sizes."""
    while position & 1:
        position >>= 1
        last >>= 1
    first = second = hashes[0]
    for sibling in hashes[1:]:
        if last == 0:
            return None
        if position & 1 or position == last:
            first, second = _node(sibling, first), _node(sibling, second)
            while not position & 1 and position:
                position >>= 1
                last >>= 1
        else:
            second = _node(second, sibling)
        position >>= 1
        last >>= 1
    return (first, second) if last == 0 else None
