"""The canonical SSHSIG armour: what is written, and that nothing else is read."""

from __future__ import annotations

from base64 import b64encode

import pytest
from nacl.bindings import crypto_sign, crypto_sign_seed_keypair

from custody.errors import FormatError, UsageError
from custody.model.identity import KeyAlgorithm, PublicKey
from custody.model.instant import decode_instant
from custody.proof.sshsig import (
    SshSignature,
    allowed_signers_line,
    decode_sshsig,
    encode_signed_data,
    encode_sshsig,
)

NAMESPACE = "event@custody"
MESSAGE = b'{"hello":"evidence"}\n'
PUBLIC, SECRET = crypto_sign_seed_keypair(bytes(range(32)))
KEY = PublicKey.from_raw(KeyAlgorithm.ED25519, PUBLIC)
# Ed25519 is deterministic; `ssh-keygen -Y sign` makes the same file from the same seed (tests/interop).
KNOWN = b"""-----BEGIN SSH SIGNATURE-----
U1NIU0lHAAAAAQAAADMAAAALc3NoLWVkMjU1MTkAAAAgA6EHv/POEL4dcN0Y50vAmWfk1j
CbpQ1fHdyGZBJVMbgAAAANZXZlbnRAY3VzdG9keQAAAAAAAAAGc2hhNTEyAAAAUwAAAAtz
"""


def signed(namespace: str = NAMESPACE) -> SshSignature:
    """A signature of the seed 00 01 … 1f over the message."""
    raw = crypto_sign(encode_signed_data(MESSAGE, namespace), SECRET)[:64]
    return SshSignature(public_key=PUBLIC, namespace=namespace, signature=raw)


ARMOUR = encode_sshsig(signed())
BLOB_LINES = ARMOUR.split(b"\n")[1:-2]


def rearmoured(blob: bytes) -> bytes:
    """Other bytes in the canonical armour."""
    digits = b64encode(blob)
    lines = [digits[start : start + 70] for start in range(0, len(digits), 70)]
    return b"\n".join([b"-----BEGIN SSH SIGNATURE-----", *lines, b"-----END SSH SIGNATURE-----", b""])


def blob_with(
    *,
    version: int = 1,
    types: tuple[bytes, bytes] = (b"ssh-ed25519", b"ssh-ed25519"),
    namespace: bytes = b"event@custody",
    reserved: bytes = b"",
    name: bytes = b"sha512",
    tail: bytes = b"",
) -> bytes:
    """The blob of the known signature with one thing changed."""

    def string(data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + data

    key = string(string(types[0]) + string(PUBLIC))
    signature = string(string(types[1]) + string(signed().signature))
    start = b"SSHSIG" + version.to_bytes(4, "big") + key
    return start + string(namespace) + string(reserved) + string(name) + signature + tail


def test_signed_data_has_its_five_parts() -> None:
    """The signed data of a 13-byte namespace has 105 bytes: magic, namespace, reserved, hash name, digest."""
    assert len(encode_signed_data(MESSAGE, NAMESPACE)) == 105


def test_known_armour() -> None:
    """The file starts with the known bytes and has 306 or so bytes."""
    assert ARMOUR.startswith(KNOWN)
    assert rearmoured(blob_with()) == ARMOUR


def test_round_trip() -> None:
    """What is written is read."""
    assert decode_sshsig(ARMOUR, member="1.sshsig") == signed()


@pytest.mark.parametrize(
    "blob",
    [
        pytest.param(blob_with(version=2), id="version 2"),
        pytest.param(blob_with(reserved=b"x"), id="reserved"),
        pytest.param(blob_with(name=b"sha256"), id="sha256"),
        pytest.param(blob_with(types=(b"ssh-ed25518", b"ssh-ed25519")), id="outer type"),
        pytest.param(blob_with(types=(b"ssh-ed25519", b"ssh-ed25518")), id="inner type"),
        pytest.param(blob_with(tail=b"\0"), id="trailing byte"),
        pytest.param(blob_with(namespace=b""), id="no namespace"),
        pytest.param(blob_with(namespace=b"*"), id="pattern"),
        pytest.param(blob_with(namespace=b"a" * 65), id="long namespace"),
        pytest.param(blob_with(namespace=b"\xff"), id="namespace not ascii"),
        pytest.param(b"SSHSIG", id="short"),
    ],
)
def test_another_blob_is_refused(blob: bytes) -> None:
    """Every part of the blob has one value, and nothing follows it."""
    with pytest.raises(FormatError) as caught:
        decode_sshsig(rearmoured(blob), member="1.sshsig")
    assert caught.value.code == "SIGNATURE_FORM"


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="empty"),
        pytest.param(ARMOUR.replace(b"\n", b"\r\n"), id="crlf"),
        pytest.param(b"\n" + ARMOUR, id="text before"),
        pytest.param(ARMOUR + b"\n", id="text after"),
        pytest.param(ARMOUR[:-1], id="no last line feed"),
        pytest.param(ARMOUR.replace(b"SSH", b"PGP"), id="another armour"),
        pytest.param(ARMOUR.replace(b"\n".join(BLOB_LINES), b"".join(BLOB_LINES)), id="one long line"),
        pytest.param(ARMOUR.replace(b"U1NI", b"U1N\nI", 1), id="another width"),
        pytest.param(ARMOUR.replace(b"U1NI", b"U1NI=", 1), id="padding inside"),
        pytest.param(ARMOUR[:31] + b"A" * 5000 + ARMOUR[31:], id="larger than any signature"),
    ],
)
def test_another_armour_is_refused(data: bytes) -> None:
    """One signature has one file."""
    with pytest.raises(FormatError):
        decode_sshsig(data, member="1.sshsig")


def test_impossible_lengths_are_not_written() -> None:
    """A signature of 63 bytes is an error of the caller."""
    with pytest.raises(UsageError):
        encode_sshsig(SshSignature(public_key=PUBLIC, namespace=NAMESPACE, signature=bytes(63)))


@pytest.mark.parametrize("namespace", ["", "*", "a b", 'a"', "a,b", "!a", "a?"])
def test_patterns_are_no_namespaces(namespace: str) -> None:
    """Nothing that `allowed_signers` would read as a pattern or a list is signed for."""
    with pytest.raises(UsageError):
        encode_signed_data(MESSAGE, namespace)


def test_allowed_signers_without_dates() -> None:
    """The line names the identity, the namespace and the key."""
    line = allowed_signers_line("w-01", KEY, NAMESPACE)
    assert line.startswith('w-01 namespaces="event@custody" ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI')
    assert line.endswith("\n")


@pytest.mark.parametrize(
    ("start", "end", "options"),
    [
        ("2025-01-01T00:00:00Z", "2030-01-01T00:00:00Z", "20250101000000Z 20291231235959Z"),
        ("2025-01-01T00:00:00.001Z", "2030-01-01T00:00:00.001Z", "20250101000001Z 20300101000000Z"),
    ],
)
def test_allowed_signers_dates_are_never_wider(start: str, end: str, options: str) -> None:
    """OpenSSH counts both bounds in whole seconds and inclusively; ours end before the bound."""
    line = allowed_signers_line(
        "w-01", KEY, NAMESPACE, valid_from=decode_instant(start), valid_until=decode_instant(end)
    )
    first, last = options.split()
    assert f'valid-after="{first}",valid-before="{last}",namespaces="event@custody" ssh-' in line


def test_an_identity_with_a_star_is_refused() -> None:
    """A principal is never a pattern."""
    with pytest.raises(UsageError):
        allowed_signers_line("w*", KEY, NAMESPACE)
