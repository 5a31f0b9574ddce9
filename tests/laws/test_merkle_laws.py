"""Laws of the Merkle tree: what one bit changes, no proof survives."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from custody.proof.merkle import (
    RootBuilder,
    consistency_path,
    inclusion_path,
    leaf_of_entry,
    root_of,
    verify_consistency,
    verify_inclusion,
)

LEAVES = [leaf_of_entry(n.to_bytes(2, "big")) for n in range(200)]


def _flip(data: bytes, bit: int) -> bytes:
    changed = bytearray(data)
    changed[bit // 8 % len(data)] ^= 1 << bit % 8
    return bytes(changed)


@given(st.data(), st.integers(1, 200))
def test_one_changed_bit_breaks_inclusion(data: st.DataObject, size: int) -> None:
    """A bit flipped in the leaf, the root, the index or any hash of the path is refused."""
    index = data.draw(st.integers(0, size - 1))
    leaves = LEAVES[:size]
    leaf, root, path = leaves[index], root_of(leaves), inclusion_path(leaves, index)
    assert verify_inclusion(leaf, index, size, path, root)
    bit = data.draw(st.integers(0, 255))
    assert not verify_inclusion(_flip(leaf, bit), index, size, path, root)
    assert not verify_inclusion(leaf, index, size, path, _flip(root, bit))
    assert not verify_inclusion(leaf, index ^ 1 << bit % 64, size, path, root)
    for position, part in enumerate(path):
        changed = (*path[:position], _flip(part, bit), *path[position + 1 :])
        assert not verify_inclusion(leaf, index, size, changed, root)


@given(st.data(), st.integers(2, 200))
def test_one_changed_bit_breaks_consistency(data: st.DataObject, second: int) -> None:
    """A bit flipped in a root or any hash of the path is refused."""
    first = data.draw(st.integers(1, second - 1))
    roots = root_of(LEAVES[:first]), root_of(LEAVES[:second])
    path = consistency_path(LEAVES[:second], first)
    assert verify_consistency(first, second, *roots, path)
    bit = data.draw(st.integers(0, 255))
    assert not verify_consistency(first, second, _flip(roots[0], bit), roots[1], path)
    assert not verify_consistency(first, second, roots[0], _flip(roots[1], bit), path)
    for position, part in enumerate(path):
        changed = (*path[:position], _flip(part, bit), *path[position + 1 :])
        assert not verify_consistency(first, second, *roots, changed)


@given(st.lists(st.integers(0, 1500), max_size=5))
def test_a_root_does_not_depend_on_how_leaves_arrive(portions: list[int]) -> None:
    """Leaves added in any portions give the root of all of them at once."""
    leaves = [leaf_of_entry(n.to_bytes(4, "big")) for n in range(sum(portions))]
    builder = RootBuilder()
    start = 0
    for portion in portions:
        builder.extend(leaves[start : start + portion])
        start += portion
    assert builder.root() == root_of(leaves)
