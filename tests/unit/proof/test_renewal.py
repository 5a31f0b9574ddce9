"""The digest that a renewal gives an item, against its definition."""

from __future__ import annotations

import hashlib

from custody.format.hashes import HASHES
from custody.proof.renewal import renewed_digest


def test_an_item_with_a_file() -> None:
    """H'(line, LF, H'(file)), the inner digest as bytes."""
    inner = hashlib.sha512(b"file").digest()
    expected = hashlib.sha512(b"line\n" + inner).digest()
    assert renewed_digest(HASHES["sha512"], b"line", inner) == expected


def test_an_item_without_a_file() -> None:
    """H'(line, LF)."""
    assert renewed_digest(HASHES["sha3_256"], b"line", None) == hashlib.sha3_256(b"line\n").digest()
