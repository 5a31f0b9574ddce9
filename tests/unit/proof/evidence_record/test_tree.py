"""Hash trees of evidence records: one token for many bundles."""

from __future__ import annotations

import hashlib

import pytest

from custody.errors import UsageError
from custody.format.hashes import HASHES
from custody.proof.evidence_record.record import ReducedTree
from custody.proof.evidence_record.tree import group_hash, reduced_trees, tree_root

SHA256 = HASHES["sha256"]


def _leaf(number: int) -> bytes:
    return hashlib.sha256(number.to_bytes(4, "big")).digest()


def _hash(*values: bytes) -> bytes:
    return hashlib.sha256(b"".join(values)).digest()


def test_a_group_of_one_is_its_value() -> None:
    """Rule ER-2: it is not hashed again."""
    assert group_hash([_leaf(1)], SHA256) == _leaf(1)


def test_a_group_is_sorted_before_it_is_hashed() -> None:
    """Rule ER-2: the order in the list does not matter."""
    low, middle, high = sorted(map(_leaf, range(3)))
    assert group_hash([high, low, middle], SHA256) == _hash(low, middle, high)


def test_the_root_is_computed_list_by_list() -> None:
    """Rule ER-3, by hand: each list joins what the lists before it came to."""
    first, second, third = map(_leaf, range(3))
    start = _hash(*sorted((first, second)))
    assert tree_root(((first, second), (third,)), SHA256) == _hash(*sorted((start, third)))


@pytest.mark.parametrize("tree", [(), ((),), ((b"a" * 32,), ())])
def test_a_tree_with_an_empty_list_has_no_root(tree: ReducedTree) -> None:
    """Rule ER-3: no list may be empty, and there must be one."""
    assert tree_root(tree, SHA256) is None


@pytest.mark.parametrize("count", [2, 3, 4, 5, 7, 8, 9, 31])
def test_every_leaf_leads_to_the_root(count: int) -> None:
    """Each reduced tree starts with its own leaf alone (ER-11) and ends at the one root."""
    leaves = [_leaf(number) for number in range(count)]
    root, trees = reduced_trees(leaves, SHA256)
    assert [tree[0] for tree in trees] == [(leaf,) for leaf in leaves]
    assert {tree_root(tree, SHA256) for tree in trees} == {root}


def test_a_batch_of_one_needs_no_tree() -> None:
    """The token then stamps the digest itself, which every implementation reads alike."""
    assert reduced_trees([_leaf(1)], SHA256) == (_leaf(1), ((),))


def test_three_leaves_by_hand() -> None:
    """Sorted neighbours are paired, and the odd leaf moves up unchanged."""
    low, middle, high = sorted(map(_leaf, range(3)))
    pair = _hash(low, middle)
    root, trees = reduced_trees([high, low, middle], SHA256)
    assert root == _hash(*sorted((pair, high)))
    assert trees == (((high,), (pair,)), ((low,), (middle,), (high,)), ((middle,), (low,), (high,)))


def test_equal_leaves_share_a_place() -> None:
    """A value that comes twice has one leaf and one reduced tree."""
    root, trees = reduced_trees([_leaf(1), _leaf(2), _leaf(1)], SHA256)
    assert trees[0] == trees[2] == ((_leaf(1),), (_leaf(2),))
    assert root == reduced_trees([_leaf(2), _leaf(1)], SHA256)[0]


def test_equal_leaves_alone_need_no_tree() -> None:
    """A batch of one value is a batch of one, however often it comes."""
    assert reduced_trees([_leaf(1)] * 3, SHA256) == (_leaf(1), ((), (), ()))


@pytest.mark.parametrize("leaves", [[], [b"short"], [_leaf(1), b"a" * 48]])
def test_other_leaves_are_refused(leaves: list[bytes]) -> None:
    """No leaf, or one that is no digest of the hash, is a mistake of the caller."""
    with pytest.raises(UsageError, match="leaves: expected digests of 32 bytes, at least one, found others"):
        reduced_trees(leaves, SHA256)
