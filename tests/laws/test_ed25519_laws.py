"""Two libraries on Ed25519: they differ only where a point has small or mixed order."""

from __future__ import annotations

import json
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st
from nacl.bindings import crypto_sign, crypto_sign_seed_keypair

from custody.proof.ed25519 import verify_ed25519


def accepted_by_cryptography(raw: bytes, message: bytes, signature: bytes) -> bool:
    """The verdict of the laxer library."""
    try:
        Ed25519PublicKey.from_public_bytes(raw).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


@given(
    st.binary(min_size=32, max_size=32),
    st.binary(max_size=40),
    st.none() | st.tuples(st.sampled_from(["key", "message", "signature"]), st.integers(0, 1 << 16)),
)
def test_both_agree_on_honest_keys(seed: bytes, message: bytes, change: tuple[str, int] | None) -> None:
    """Honest or with one bit flipped anywhere, both verdicts are the same."""
    raw, secret = crypto_sign_seed_keypair(seed)
    parts = {"key": raw, "message": message, "signature": crypto_sign(message, secret)[:64]}
    if change is not None and parts[change[0]]:
        name, bit = change
        flipped = bytearray(parts[name])
        flipped[bit // 8 % len(flipped)] ^= 1 << bit % 8
        parts[name] = bytes(flipped)
    verdict = verify_ed25519(parts["key"], parts["message"], parts["signature"])
    assert verdict == accepted_by_cryptography(parts["key"], parts["message"], parts["signature"])


def test_ours_is_the_stricter_on_edge_cases(corpora: Path) -> None:
    """Whatever we accept of the edge cases the laxer library accepts too, and every difference is flagged."""
    differing = set()
    for case in json.loads((corpora / "cctv-ed25519/ed25519vectors.json").read_bytes()):
        arguments = bytes.fromhex(case["key"]), case["msg"].encode(), bytes.fromhex(case["sig"])
        ours, theirs = verify_ed25519(*arguments), accepted_by_cryptography(*arguments)
        assert theirs or not ours
        if ours != theirs:
            differing.add(bool(case["flags"]))
    assert differing == {True}
