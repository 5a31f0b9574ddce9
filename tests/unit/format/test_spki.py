"""Public keys: DER, OpenSSH lines, and the points that are refused."""

from __future__ import annotations

from base64 import b64encode

import pytest
from nacl.bindings import (
    crypto_core_ed25519_add,
    crypto_sign_seed_keypair,
)

from custody.errors import FormatError, UsageError
from custody.format.spki import (
    decode_openssh_file,
    decode_openssh_line,
    decode_spki,
    encode_openssh_blob,
    encode_openssh_line,
    is_prime_order_point,
)
from custody.model.identity import ED25519_SPKI_PREFIX, MLDSA65_SPKI_PREFIX, KeyAlgorithm, PublicKey

RAW, _ = crypto_sign_seed_keypair(bytes(range(32)))
KEY = PublicKey.from_raw(KeyAlgorithm.ED25519, RAW)
LINE = encode_openssh_line(KEY)
ORDER_8 = "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"
ORDER_8_TOO = "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"
SMALL_ORDER = [
    "00" * 32,
    "00" * 31 + "80",
    "01" + "00" * 31,
    "01" + "00" * 30 + "80",
    "ec" + "ff" * 30 + "7f",
    "ec" + "ff" * 30 + "ff",
    "ed" + "ff" * 30 + "7f",
    "ed" + "ff" * 30 + "ff",
    "ee" + "ff" * 30 + "7f",
    "ee" + "ff" * 30 + "ff",
    ORDER_8,
    ORDER_8[:-2] + "fa",
    ORDER_8_TOO,
    ORDER_8_TOO[:-2] + "85",
]


@pytest.mark.parametrize("text", SMALL_ORDER)
def test_small_order_keys_are_refused(text: str) -> None:
    """Each of the fourteen encodings of a small-order point is refused when a key is read."""
    raw = bytes.fromhex(text)
    with pytest.raises(FormatError, match="prime order"):
        decode_spki(KeyAlgorithm.ED25519, ED25519_SPKI_PREFIX + raw, member="key")
    line = LINE.replace(b64encode(encode_openssh_blob(KEY)), b64encode(encode_openssh_blob(KEY)[:19] + raw))
    with pytest.raises(FormatError, match="prime order"):
        decode_openssh_line(line, member="key")


def test_mixed_order_keys_are_refused() -> None:
    """An honest key plus a point of order 8 is refused."""
    mixed = crypto_core_ed25519_add(RAW, bytes.fromhex(ORDER_8))
    assert is_prime_order_point(RAW)
    assert not is_prime_order_point(mixed)


def test_a_key_of_31_bytes_is_no_point() -> None:
    """Lengths come first."""
    assert not is_prime_order_point(RAW[:31])


def test_spki_round_trip() -> None:
    """DER of both algorithms is read as the same key."""
    mldsa = MLDSA65_SPKI_PREFIX + bytes(1952)
    assert decode_spki(KeyAlgorithm.ED25519, KEY.spki, member="key") == KEY
    assert decode_spki(KeyAlgorithm.MLDSA65, mldsa, member="key").spki == mldsa


@pytest.mark.parametrize("spki", [b"", KEY.spki + b"\0", KEY.spki[:-1], b"\x30\x2b" + KEY.spki[2:]])
def test_other_der_is_refused(spki: bytes) -> None:
    """Only the one DER form of the stated algorithm is a key, and the error names the place."""
    with pytest.raises(FormatError) as caught:
        decode_spki(KeyAlgorithm.ED25519, spki, member="trust.json", pointer="/keys/0")
    assert caught.value.pointer == "/keys/0"


def test_one_algorithm_is_not_read_as_the_other() -> None:
    """The algorithm comes from the caller, and the bytes must agree."""
    with pytest.raises(FormatError):
        decode_spki(KeyAlgorithm.MLDSA65, KEY.spki, member="key")


def test_line_round_trip() -> None:
    """The strict reader takes exactly what the writer makes."""
    assert decode_openssh_line(LINE, member="1.ed25519.pub") == KEY


@pytest.mark.parametrize(
    "data",
    [
        LINE[:-1],
        LINE[:-1] + b"\r\n",
        LINE + b"\n",
        LINE[:-1] + b" w-01\n",
        LINE.replace(b" ", b"  "),
        b" " + LINE,
        LINE.replace(b"ssh-ed25519", b"ssh-ed25518"),
        LINE.replace(b"AAAAC3", b"AAAAC4"),
        b"",
        b"ssh-rsa AAAA\n",
        LINE[:-1] + b" " + b"x" * 5000,
    ],
)
def test_other_lines_are_refused(data: bytes) -> None:
    """Another space, comment, line end or type is refused in a bundle."""
    with pytest.raises(FormatError):
        decode_openssh_line(data, member="1.ed25519.pub")


@pytest.mark.parametrize(
    ("end", "name"),
    [
        (b"", None),
        (b" w-01\n", "w-01"),
        (b" w-01@field.example\r\n", "w-01@field.example"),
        (b" Two Words\n", None),
        (" هاتف\n".encode(), None),
    ],
)
def test_a_comment_that_is_an_identity_names_it(end: bytes, name: str | None) -> None:
    """A file of `ssh-keygen` is read with its comment when that can be an identity."""
    assert decode_openssh_file(LINE[:-1] + end, member="id.pub") == (KEY, name)


def test_mldsa_has_no_openssh_form() -> None:
    """OpenSSH knows no ML-DSA-65 key."""
    with pytest.raises(UsageError):
        encode_openssh_line(PublicKey.from_raw(KeyAlgorithm.MLDSA65, bytes(1952)))
