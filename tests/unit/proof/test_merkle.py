"""The Merkle tree against its definition, known answers and public vectors."""

from __future__ import annotations

import hashlib
import json
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest

from custody.errors import UsageError
from custody.proof.merkle import (
    EMPTY_ROOT,
    RootBuilder,
    consistency_path,
    inclusion_path,
    leaf_of_entry,
    root_of,
    verify_consistency,
    verify_inclusion,
)

ENTRIES = [bytes.fromhex(text) for text in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
)]  # fmt: skip
KNOWN_ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LEAVES = [leaf_of_entry(n.to_bytes(2, "big")) for n in range(70)]
# The public vectors accept equal roots of 12 bytes for equal sizes; a hash of that length is refused here.
STRICTER = {"consistency/additional/sizes-are-equal-one-and-proof-is-empty.json"}


def defined_root(leaves: list[bytes]) -> bytes:
    """MTH of RFC 9162 section 2.1.1, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return hashlib.sha256(b"\x01" + defined_root(leaves[:split]) + defined_root(leaves[split:])).digest()


@pytest.mark.parametrize("size", range(9))
def test_known_roots(size: int) -> None:
    """The roots of the eight usual entries are the known ones."""
    assert root_of([leaf_of_entry(entry) for entry in ENTRIES[:size]]).hex() == KNOWN_ROOTS[size]


def test_roots_equal_the_definition_below_200() -> None:
    """Every size below 200 has the root that the recursive definition gives."""
    leaves = [leaf_of_entry(bytes([n])) for n in range(200)]
    assert all(root_of(leaves[:size]) == defined_root(leaves[:size]) for size in range(200))


@pytest.mark.parametrize("size", [1023, 1024, 1025, 2048, 3071, 3072, 5 * 1024 + 7])
def test_streaming_across_blocks_equals_the_definition(size: int) -> None:
    """Sizes around the builder's blocks have the defined root, added singly or all at once."""
    leaves = [leaf_of_entry(n.to_bytes(4, "big")) for n in range(size)]
    one_by_one = RootBuilder()
    for leaf in leaves:
        one_by_one.add(leaf)
    assert one_by_one.root() == root_of(iter(leaves)) == defined_root(leaves)
    assert one_by_one.size == size


def test_a_root_may_be_read_between_leaves() -> None:
    """Reading the root changes nothing; leaves may follow."""
    builder = RootBuilder()
    assert builder.root() == EMPTY_ROOT
    builder.extend(LEAVES[:5])
    assert builder.root() == root_of(LEAVES[:5])
    builder.extend(LEAVES[5:])
    assert builder.root() == root_of(LEAVES)


def test_a_leaf_of_31_bytes_is_refused() -> None:
    """A leaf of another length is an error of the caller, also when a second one makes up for it."""
    with pytest.raises(UsageError, match="expected 32 bytes"):
        root_of([bytes(31), bytes(33)])


def test_every_inclusion_below_70_is_shown() -> None:
    """For all sizes below 70 and every index, the path made is accepted."""
    for size in range(1, 70):
        leaves = LEAVES[:size]
        root = root_of(leaves)
        assert all(
            verify_inclusion(leaves[index], index, size, inclusion_path(leaves, index), root)
            for index in range(size)
        )


def test_every_consistency_below_70_is_shown() -> None:
    """For all pairs of sizes below 70, the path made is accepted."""
    roots = [root_of(LEAVES[:size]) for size in range(70)]
    for second in range(1, 70):
        for first in range(1, second + 1):
            path = consistency_path(LEAVES[:second], first)
            assert verify_consistency(first, second, roots[first], roots[second], path)


def test_known_inclusion_path() -> None:
    """PATH(5, D[8]) of the usual entries ends with the root of the first four."""
    leaves = [leaf_of_entry(entry) for entry in ENTRIES]
    path = [part.hex() for part in inclusion_path(leaves, 5)]
    assert path[0].startswith("bc1a0643")
    assert path[1].startswith("ca854ea1")
    assert path[2] == KNOWN_ROOTS[4]


def test_known_consistency_path() -> None:
    """PROOF(6, D[8]) of the usual entries is the known one."""
    leaves = [leaf_of_entry(entry) for entry in ENTRIES]
    assert [part.hex()[:8] for part in consistency_path(leaves, 6)] == ["0ebc5d34", "ca854ea1", "d37ee418"]


@pytest.mark.parametrize("index", [-1, 3])
def test_no_path_for_a_leaf_that_is_not_there(index: int) -> None:
    """An index outside the tree is an error of the caller."""
    with pytest.raises(UsageError, match="expected 0 to 2"):
        inclusion_path(LEAVES[:3], index)


@pytest.mark.parametrize("first", [0, 4])
def test_no_path_from_a_tree_that_is_no_prefix(first: int) -> None:
    """A first size of 0, or beyond the leaves, is an error of the caller."""
    with pytest.raises(UsageError, match="expected 1 to 3"):
        consistency_path(LEAVES[:3], first)


def test_a_path_too_long_or_too_short_is_refused() -> None:
    """A path with one hash more or less shows nothing."""
    root, path = root_of(LEAVES), inclusion_path(LEAVES, 5)
    assert not verify_inclusion(LEAVES[5], 5, 70, path[:-1], root)
    assert not verify_inclusion(LEAVES[5], 5, 70, (*path, bytes(32)), root)


@pytest.mark.parametrize(
    ("index", "size"), [(True, 70), (5, 1 << 64), (-1, 70), (70, 70), (5.0, 70), ("5", 70), (5, None)]
)
def test_inclusion_of_an_odd_index_or_size_is_refused(index: Any, size: Any) -> None:  # noqa: ANN401 - hostile types
    """Booleans, floats, negative and too large numbers show nothing."""
    assert not verify_inclusion(LEAVES[1], index, size, inclusion_path(LEAVES, 1), root_of(LEAVES))


@pytest.mark.parametrize("hostile", [b"", bytes(31), bytes(33), bytearray(32), "0" * 32, None])
def test_a_hash_that_is_not_32_bytes_is_refused(hostile: Any) -> None:  # noqa: ANN401 - hostile types
    """A hash of another length or type shows nothing, wherever it stands."""
    assert not verify_inclusion(hostile, 0, 1, (), hostile)
    assert not verify_inclusion(LEAVES[0], 0, 2, (hostile,), LEAVES[0])
    assert not verify_consistency(1, 1, hostile, hostile, ())
    assert not verify_consistency(1, 2, LEAVES[0], root_of(LEAVES[:2]), (hostile,))


def test_consistency_of_impossible_sizes_is_refused() -> None:
    """Sizes of 0, sizes that shrink, booleans and an empty path between different sizes show nothing."""
    one, two = root_of(LEAVES[:1]), root_of(LEAVES[:2])
    assert not verify_consistency(0, 2, EMPTY_ROOT, two, ())
    assert not verify_consistency(2, 1, two, one, (LEAVES[1],))
    assert not verify_consistency(True, 2, one, two, (LEAVES[1],))  # noqa: FBT003 - a hostile type
    assert not verify_consistency(1, 2, one, two, ())
    assert not verify_consistency(1, 1, one, one, (LEAVES[1],))
    assert not verify_consistency(1, 1, one, two, ())


def test_a_consistency_path_too_long_or_too_short_is_refused() -> None:
    """A path with one hash more or less shows nothing."""
    first, second = root_of(LEAVES[:6]), root_of(LEAVES[:8])
    path = consistency_path(LEAVES[:8], 6)
    assert not verify_consistency(6, 8, first, second, path[:-1])
    assert not verify_consistency(6, 8, first, second, (*path, bytes(32)))


def _hashes(values: list[str] | None) -> list[bytes]:
    return [b64decode(value) for value in values or []]


def test_public_inclusion_vectors(corpora: Path) -> None:
    """All 98 public inclusion vectors get the verdict that they name."""
    wrong, count = [], 0
    for path in sorted((corpora / "merkle/testdata/inclusion").rglob("*.json")):
        case = json.loads(path.read_bytes())
        count += 1
        leaf, root = b64decode(case["leafHash"] or ""), b64decode(case["root"] or "")
        accepted = verify_inclusion(leaf, case["leafIdx"], case["treeSize"], _hashes(case["proof"]), root)
        if accepted == case["wantErr"]:
            wrong.append(path.name)
    assert (count, wrong) == (98, [])


def test_public_consistency_vectors(corpora: Path) -> None:
    """97 of 98 public consistency vectors get the verdict that they name; one difference is deliberate."""
    base = corpora / "merkle/testdata"
    wrong, count = set(), 0
    for path in sorted((base / "consistency").rglob("*.json")):
        case = json.loads(path.read_bytes())
        count += 1
        roots = b64decode(case["root1"] or ""), b64decode(case["root2"] or "")
        accepted = verify_consistency(case["size1"], case["size2"], *roots, _hashes(case["proof"]))
        if accepted == case["wantErr"]:
            wrong.add(path.relative_to(base).as_posix())
    assert count == 98
    assert wrong == STRICTER
