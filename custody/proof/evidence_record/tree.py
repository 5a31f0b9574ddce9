"""Hash trees of evidence records (RFC 4998, section 4.2 and 4.3; rules ER-2, ER-3, ER-11).

A group of one value is that value, not hashed again; a larger one is the hash of its values, sorted and
joined. The RFC can be read either way for one value; other implementations' records need this reading.

Trees written here pair neighbours, and a leaf's first list is always its own hash alone. Were its sibling in
that list, the record of one bundle would be a record of the other one too.
"""

from __future__ import annotations

from collections.abc import Sequence

from custody.errors import UsageError
from custody.format.hashes import Hash
from custody.proof.evidence_record.record import ReducedTree


def group_hash(values: Sequence[bytes], algorithm: Hash) -> bytes:
    """Return what stands for the values of a group (rule ER-2): in any order, at least one."""
    return values[0] if len(values) == 1 else algorithm.digest(b"".join(sorted(values)))


def tree_root(tree: ReducedTree, algorithm: Hash) -> bytes | None:
    """Compute the root that the lists of a reduced hash tree lead to (rule ER-3).

    Returns:
        The root; None where there is no list, or one without values.
    """
    if not tree or not all(tree):
        return None
    root = group_hash(tree[0], algorithm)
    for values in tree[1:]:
        root = group_hash((*values, root), algorithm)
    return root


def reduced_trees(leaves: Sequence[bytes], algorithm: Hash) -> tuple[bytes, tuple[ReducedTree, ...]]:
    """Build one tree over many hash values, so that one token covers all of them.

    Args:
        leaves: digests under the algorithm, at least one; equal ones share a leaf.
        algorithm: the hash of the tree.

    Returns:
        The root, which the token must stamp, and the reduced tree of each leaf in the order given; of a
        single leaf it is empty, because the leaf is the root.

    Raises:
        UsageError: no leaf, or one of another length.
    """
    level = sorted(set(leaves))
    if not level or any(len(leaf) != algorithm.size_bytes for leaf in level):
        message = f"leaves: expected digests of {algorithm.size_bytes} bytes, at least one, found others"
        raise UsageError(message)
    levels = [level]
    while len(level) > 1:
        pairs = zip(level[::2], level[1::2], strict=False)
        odd = level[-1:] if len(level) % 2 else []
        level = [group_hash(pair, algorithm) for pair in pairs] + odd
        levels.append(level)
    above: list[ReducedTree] = [()]
    for below in levels[-2::-1]:
        above = [
            ((below[place ^ 1],), *above[place // 2]) if place ^ 1 < len(below) else above[place // 2]
            for place in range(len(below))
        ]
    of_leaf = {leaf: ((leaf,), *lists) if lists else () for leaf, lists in zip(levels[0], above, strict=True)}
    return level[0], tuple(of_leaf[leaf] for leaf in leaves)
