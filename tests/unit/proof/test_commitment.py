"""Salts, commitments and leaves against a worked example and against their formulas."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

from custody.errors import UsageError
from custody.format.item_fields import ITEM_FIELDS
from custody.proof.commitment import (
    Tag,
    commitment_of,
    commitments_of_open_item,
    encode_opening,
    item_salts,
    leaf_of_commitments,
    leaf_of_open_item,
)

# The worked example: key = SHA-256("custody worked example"), bundle id 00 01 … 0f, item 7, file "hello\n".
KEY = bytes.fromhex("f0be376406e1969b381a0322c8b43d65d3ec1fc5abf378f90f04ff611c49b723")
BUNDLE_ID = bytes(range(16))
INDEX = 6
VALUES: dict[str, Any] = {
    "content": {"ext": "txt", "sha256": hashlib.sha256(b"hello\n").hexdigest(), "size": 6},
    "name": "شهادة ١.txt",
    "kind": {"kind": "testimony", "language": "ar"},
}
ENCODED = [
    json.dumps(VALUES.get(name), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    for name in ITEM_FIELDS
]
SALTS = [
    "a6420a02cd796446e19418ea292a830baecbcbf634d86caa440586c8607b9244",
    "e7e2d28c7b1cbb431cb83620149e7516d2d1212dfd3c9ebb99f5448b46e8b456",
    "b72796fd7e8945a629a608ed1646a231fcbf8c10694991951c7e6fc82db0d475",
    "3e47a4404c1b8bb93d79be7ce25260b792f6062d8289cc5dcd658fa8f9917433",
    "3577ebf5e51a989bf9884e516221fa9edaea5891a993de6bf1534507665bc9eb",
    "d3ca6f635645d2c52c4b75d2d7db67cfa1ff36d17ef09ec4cf8e4986e0ab5efb",
    "985d5372b4f46eb121ecc324c37812fa2f63e2d9897ae74b9ef51a77647915d7",
    "a0a48948f38bdc06261d3d6d8fba1882cfaa9aee3a4286cc38e4e1c67727d02c",
    "81513efe7f7a9686e286b7260c8efc8783fbe13d256de336efdf4da2c5edc038",
    "0f3a5c8e0d35650b95aa053fb6b95677aa0d5640653c34b99fb42832208f303c",
]
COMMITMENTS = [
    "b03d4cf44a35bd7aac2ca4431f577997c8ff6553d3fb102d37464846495a1106",
    "a080cd57074ff8f2214dfc6bb80befdbf63f036b70dc223bef9126a83e460195",
    "0099ecb9dc6829239b41b8320b19a2a8009f2ca0566e4b7f02a2370de47d7728",
    "d7b8c3e525a5bac924549b523189777ece1725ab05ad9bd8287180f2083e18f2",
    "a05b6d84601ccced767ca3f0e2d818c8d36ba387283a4824c8b0c9eb01e1e5e7",
    "51a9277838603eb7e9a37f85290c06aa093c954eb13cfcf415217ad69acb0642",
    "257c907c22d5d8100afbe3162b0b7f1f3f3f2dbd13022de16ae8a2d1fb8b1499",
    "e33ef5fe3319c785f2043c22028163d20192125b15df77b0089a80e0192a3897",
    "5742ab6d7343ff01b8d16019e9fd5095a2a2319a94bf574cb54ad295c6161179",
    "5e3996ce2b1de59526f5918d06f1e23e151b3e6f5a9ba4c3f4fa6b0ff9d297b1",
]
LEAF = "4b7b67992600a588c4133a614a8f7755050453b1f6a39c54346526502c31e9ba"


def test_worked_example_salts() -> None:
    """The ten salts of the worked example are the known ones."""
    assert item_salts(KEY) == tuple(SALTS)


def test_worked_example_commitments() -> None:
    """The ten commitments of the worked example are the known ones, together and one by one."""
    together = [commitment.hex() for commitment in commitments_of_open_item(KEY, ENCODED)]
    singly = [
        commitment_of("item", *opening).hex() for opening in zip(ITEM_FIELDS, SALTS, ENCODED, strict=True)
    ]
    assert together == singly == COMMITMENTS


def test_worked_example_leaf() -> None:
    """The leaf of the worked example is the known one, from the key and from the commitments."""
    assert leaf_of_open_item(KEY, ENCODED, BUNDLE_ID, INDEX).hex() == LEAF
    assert leaf_of_commitments([bytes.fromhex(text) for text in COMMITMENTS], BUNDLE_ID, INDEX).hex() == LEAF


@pytest.mark.parametrize(("bundle_id", "index"), [(bytes(16), INDEX), (BUNDLE_ID, INDEX + 1)])
def test_the_leaf_binds_bundle_and_place(bundle_id: bytes, index: int) -> None:
    """The same item elsewhere has another leaf."""
    assert leaf_of_open_item(KEY, ENCODED, bundle_id, index).hex() != LEAF


def test_an_event_opening_is_its_file() -> None:
    """The commitment of an event field is the SHA-256 of the opening's bytes, as of any file."""
    opening = encode_opening("event", "note", SALTS[0], '"ملاحظة"'.encode())
    assert opening == f'["{SALTS[0]}","event","note","ملاحظة"]'.encode()
    assert commitment_of("event", "note", SALTS[0], '"ملاحظة"'.encode()) == hashlib.sha256(opening).digest()


def test_tags_keep_commitments_apart() -> None:
    """One value under one salt has different commitments in an item, an event and an attestation."""
    tags: tuple[Tag, ...] = ("item", "event", "attestation")
    assert len({commitment_of(tag, "place", SALTS[0], b"null") for tag in tags}) == 3


@pytest.mark.parametrize(
    ("tag", "name", "salt"),
    [
        ("item", "body", SALTS[0]),
        ("event", "content", SALTS[0]),
        ("item", "name", "0"),
        ("item", "name", "A" * 64),
    ],
)
def test_impossible_openings_are_refused(tag: Tag, name: str, salt: str) -> None:
    """A field of another tag and a salt that is no 64 hex digits are errors of the caller."""
    with pytest.raises(UsageError):
        encode_opening(tag, name, salt, b"null")


def test_a_short_key_is_refused() -> None:
    """An item key of 31 bytes is an error of the caller."""
    with pytest.raises(UsageError, match="32 bytes"):
        item_salts(KEY[:31])
    with pytest.raises(UsageError, match="32 bytes"):
        leaf_of_open_item(KEY[:31], ENCODED, BUNDLE_ID, INDEX)


def test_nine_values_are_refused() -> None:
    """An item has exactly ten fields."""
    with pytest.raises(UsageError, match="ten values"):
        leaf_of_open_item(KEY, ENCODED[:9], BUNDLE_ID, INDEX)


@pytest.mark.parametrize("commitments", [[bytes(32)] * 9, [bytes(31)] * 10, [bytes(64)] * 5])
def test_other_than_ten_commitments_of_32_bytes_are_refused(commitments: list[bytes]) -> None:
    """Commitments cannot be shifted against each other by their lengths."""
    with pytest.raises(UsageError, match="ten commitments"):
        leaf_of_commitments(commitments, BUNDLE_ID, INDEX)


@pytest.mark.parametrize(("bundle_id", "index"), [(bytes(15), 0), (bytes(16), -1), (bytes(16), 1 << 64)])
def test_an_impossible_place_is_refused(bundle_id: bytes, index: int) -> None:
    """A bundle id of 15 bytes and an index outside 64 bits are errors of the caller."""
    with pytest.raises(UsageError, match="index of 64 bits"):
        leaf_of_commitments([bytes(32)] * 10, bundle_id, index)
