"""Secret key files: what is written opens with the passphrase, and nothing else does."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from base64 import b64decode, b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry

from custody.errors import BundleError, FormatError, SignerError, UsageError, VersionError
from custody.keys.key_file import (
    KEY_SHAPE,
    KdfCost,
    create_key,
    decode_key_file,
    encode_passphrase,
    unlock_key,
)
from custody.keys.signer import SeedSigner

SCHEMA = json.loads((Path(__file__).parents[3] / "schemas/key-1.json").read_bytes())
CHEAP = KdfCost(1, 8 * 1024 * 1024)
PASSPHRASE = encode_passphrase("كلمة السر")
# The plaintext of an unprotected file is known, so that its layout can be checked byte by byte.
SEEDS = bytes(range(32)), bytes(range(32, 64))


def counted() -> Iterator[bytes]:
    """Randomness for tests: the two seeds, then salt and nonce."""
    yield from SEEDS
    yield bytes(16)
    yield bytes(24)


def created(passphrase: bytes | None = PASSPHRASE) -> tuple[bytes, SeedSigner]:
    """A key file from known randomness."""
    source = counted()

    def random(size_bytes: int) -> bytes:
        drawn = next(source)
        assert len(drawn) == size_bytes
        return drawn

    return create_key("w-01", random=random, passphrase=passphrase, cost=CHEAP)


PROTECTED, SIGNER = created()
UNPROTECTED, _ = created(None)


def code_of(data: bytes, passphrase: bytes | None = PASSPHRASE) -> str:
    """The code of the error with which a file does not open."""
    with pytest.raises((SignerError, BundleError)) as caught:
        unlock_key(data, (lambda: passphrase) if passphrase is not None else None)
    return str(caught.value.code)


def test_the_passphrase_opens() -> None:
    """The opened signer is the one that was made."""
    assert unlock_key(PROTECTED, lambda: PASSPHRASE).identity == SIGNER.identity
    assert SIGNER.identity == SeedSigner("w-01", *SEEDS).identity


def test_an_unprotected_file_asks_nobody() -> None:
    """No passphrase is asked for where none is needed."""
    assert unlock_key(UNPROTECTED, None).identity == SIGNER.identity


def test_the_plaintext_is_bound_to_the_public_part() -> None:
    """Magic, digest of the canonical public part, Ed25519 seed, ML-DSA seed."""
    value = json.loads(UNPROTECTED)
    secret = b64decode(value.pop("protection")["unprotected"])
    header = json.dumps(value, separators=(",", ":"), sort_keys=True).encode()
    assert secret == b"custody/key-secret/1\n" + hashlib.sha256(header).digest() + b"".join(SEEDS)


def test_the_public_part_is_readable_without_the_passphrase() -> None:
    """Identity and cost are in the clear; the secrets are not in the file."""
    found = decode_key_file(PROTECTED)
    assert found.claimed_identity == SIGNER.identity
    assert found.protected is not None
    assert found.protected.cost == CHEAP
    assert b64encode(SEEDS[0])[:40] not in PROTECTED
    assert decode_key_file(UNPROTECTED).protected is None


def test_another_passphrase_is_refused() -> None:
    """A wrong passphrase and a damaged box look the same."""
    assert code_of(PROTECTED, b"another") == "PASSPHRASE_WRONG"


def test_a_locked_file_needs_somebody_to_ask() -> None:
    """Without a passphrase nothing is tried."""
    assert code_of(PROTECTED, None) == "KEY_LOCKED"


def changed(data: bytes, **members: Any) -> bytes:  # noqa: ANN401 - JSON
    """The same file with other members, canonical."""
    value = json.loads(data)
    value.update(members)
    return json.dumps(value, separators=(",", ":"), sort_keys=True).encode() + b"\n"


def protection(data: bytes, **members: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """The protection of a file with other members."""
    return {**json.loads(data)["protection"], **members}


def test_another_name_is_noticed() -> None:
    """A key file cannot be given another identity without its passphrase, nor with it."""
    assert code_of(changed(PROTECTED, identity="w-02")) == "KEY_MISMATCH"


def test_other_public_keys_are_noticed() -> None:
    """Public keys exchanged in the file do not belong to the secrets."""
    other, _ = create_key("w-01", random=os.urandom, passphrase=None)
    assert code_of(changed(UNPROTECTED, keys=json.loads(other)["keys"])) == "KEY_MISMATCH"


@pytest.mark.parametrize("start", [b"custody/key-secret/2\n", b""])
def test_another_plaintext_is_noticed(start: bytes) -> None:
    """What is opened must be the secrets of this format."""
    secret = b64decode(protection(UNPROTECTED)["unprotected"])
    other = b64encode((start + secret[21:]).ljust(len(secret), b"\0")).decode()
    assert code_of(changed(UNPROTECTED, protection={"unprotected": other})) == "KEY_MISMATCH"


ONE_KEY = json.loads(PROTECTED)["keys"][:1]
REFUSED = {
    "too many passes": changed(PROTECTED, protection=protection(PROTECTED, opslimit=11)),
    "no passes": changed(PROTECTED, protection=protection(PROTECTED, opslimit=0)),
    "64 GiB": changed(PROTECTED, protection=protection(PROTECTED, memlimit=1 << 36)),
    "too little memory": changed(PROTECTED, protection=protection(PROTECTED, memlimit=8192)),
    "another kdf": changed(PROTECTED, protection=protection(PROTECTED, kdf="pbkdf2")),
    "a short salt": changed(PROTECTED, protection=protection(PROTECTED, salt=b64encode(bytes(15)).decode())),
    "a long box": changed(PROTECTED, protection=protection(PROTECTED, box=b64encode(bytes(136)).decode())),
    "both protections": changed(PROTECTED, protection={**protection(PROTECTED), **protection(UNPROTECTED)}),
    "no protection": changed(PROTECTED, protection={}),
    "one key": changed(PROTECTED, keys=ONE_KEY),
    "unknown member": changed(PROTECTED, note="x"),
}


@pytest.mark.parametrize("data", REFUSED.values(), ids=REFUSED)
def test_reader_and_schema_refuse(data: bytes) -> None:
    """A file cannot demand more than the format allows; the published schema says the same."""
    with pytest.raises(FormatError):
        decode_key_file(data)
    assert not Draft202012Validator(SCHEMA, registry=Registry()).is_valid(json.loads(data))


def test_reader_and_schema_accept() -> None:
    """Both kinds of protection are good for the reader and the schema, which is the shape's own."""
    Draft202012Validator.check_schema(SCHEMA)
    assert KEY_SHAPE.schema().items() <= SCHEMA.items()
    for data in (PROTECTED, UNPROTECTED):
        assert Draft202012Validator(SCHEMA, registry=Registry()).is_valid(json.loads(data))


@pytest.mark.parametrize("data", [PROTECTED[:-1], PROTECTED.replace(b":", b": ", 1), b"", b"{}"])
def test_another_spelling_is_refused(data: bytes) -> None:
    """One key file has one spelling."""
    with pytest.raises(FormatError):
        decode_key_file(data)


def test_a_later_version_is_named() -> None:
    """A later format asks for a newer reader."""
    with pytest.raises(VersionError):
        decode_key_file(PROTECTED.replace(b"custody/key/1", b"custody/key/2"))


@pytest.mark.parametrize("cost", [(0, 1 << 28), (11, 1 << 28), (3, 1 << 20), (3, 1 << 31)])
def test_a_cost_that_no_reader_accepts_is_not_made(cost: tuple[int, int]) -> None:
    """Limits hold for writers too."""
    with pytest.raises(UsageError):
        KdfCost(*cost)


def test_an_empty_passphrase_is_refused() -> None:
    """Protection by nothing is not called protection."""
    with pytest.raises(UsageError):
        create_key("w-01", random=os.urandom, passphrase=b"", cost=CHEAP)
    with pytest.raises(UsageError):
        encode_passphrase("")


def test_a_passphrase_is_the_same_on_every_keyboard() -> None:
    """Composed and decomposed letters are one passphrase; a lone surrogate is none."""
    assert encode_passphrase("آ") == encode_passphrase("\u0627\u0653")
    with pytest.raises(UsageError):
        encode_passphrase("\ud800")


SMALL_MACHINE = """
import resource
from custody.errors import SignerError
from custody.keys.key_file import KdfCost, create_key
resource.setrlimit(resource.RLIMIT_AS, (800 << 20, 800 << 20))
try:
    create_key("w-01", random=bytes, passphrase=b"x", cost=KdfCost(1, 1 << 30))
except SignerError as error:
    print(error.code)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="limits of address space are Linux's here")
def test_too_little_memory_is_said_in_one_line() -> None:
    """A machine without the memory that a key asks for gets a code, no traceback."""
    ran = subprocess.run([sys.executable, "-c", SMALL_MACHINE], capture_output=True, text=True, check=True)
    assert ran.stdout == "KEY_MEMORY\n"
