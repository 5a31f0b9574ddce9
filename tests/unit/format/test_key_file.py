"""Public key files: round trip, strictness, and that the schema and the reader agree."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from nacl.bindings import crypto_sign_seed_keypair
from referencing import Registry

from custody.errors import BundleError, FormatError, UsageError, VersionError
from custody.format.key_file import PUBLIC_KEY_SHAPE, decode_public_key_file, encode_public_key_file
from custody.format.spki import encode_openssh_line
from custody.model.identity import Identity, KeyAlgorithm, KeySet, PublicKey

SCHEMA = json.loads((Path(__file__).parents[3] / "schemas/public-key-1.json").read_bytes())
ED25519 = PublicKey.from_raw(KeyAlgorithm.ED25519, crypto_sign_seed_keypair(bytes(32))[0])
MLDSA65 = PublicKey.from_raw(KeyAlgorithm.MLDSA65, bytes(1952))
HYBRID = Identity(name="w-01", key_set=KeySet(keys=(MLDSA65, ED25519)))
SINGLE = Identity(name="w-01", key_set=KeySet(keys=(ED25519,)))
FILE = encode_public_key_file(HYBRID)
LINE = encode_openssh_line(ED25519)[:-1]


@pytest.mark.parametrize("identity", [HYBRID, SINGLE])
def test_round_trip(identity: Identity) -> None:
    """What is written is read, by the reader and by the schema."""
    data = encode_public_key_file(identity)
    assert decode_public_key_file(data) == identity
    assert Draft202012Validator(SCHEMA, registry=Registry()).is_valid(json.loads(data))


def test_the_file_is_canonical_with_ed25519_first() -> None:
    """The exact beginning and end of the file."""
    assert FILE.startswith(
        b'{"format":"custody/public-key/1","identity":"w-01","keys":[{"algorithm":"ed25519","spki":"MCow'
    )
    assert FILE.endswith(b'"}]}\n')


def test_the_schema_is_the_shape() -> None:
    """The published schema is derived from the shape that the reader checks."""
    Draft202012Validator.check_schema(SCHEMA)
    assert PUBLIC_KEY_SHAPE.schema().items() <= SCHEMA.items()


@pytest.mark.parametrize(
    "data", [FILE[:-1], FILE + b"\n", b" " + FILE, FILE.replace(b":", b": ", 1), FILE[1:], b""]
)
def test_another_spelling_is_refused(data: bytes) -> None:
    """One key file has one spelling, so that its digest can be compared."""
    with pytest.raises(FormatError):
        decode_public_key_file(data)


def test_another_order_of_keys_is_refused() -> None:
    """The Ed25519 key stands first."""
    value = json.loads(FILE)
    value["keys"].reverse()
    with pytest.raises(FormatError, match="another spelling"):
        decode_public_key_file(json.dumps(value, separators=(",", ":")).encode() + b"\n")


def _with(**members: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    value: dict[str, Any] = json.loads(FILE)
    value.update(members)
    return {name: member for name, member in value.items() if member is not None}


@pytest.mark.parametrize(
    "value",
    [
        _with(identity="W"),
        _with(identity=None),
        _with(keys=[]),
        _with(keys=None),
        _with(note="x"),
        _with(keys=json.loads(FILE)["keys"] * 2),
        _with(format="custody/trust/1"),
        [],
    ],
)
def test_reader_and_schema_refuse(value: Any) -> None:  # noqa: ANN401 - JSON
    """What the published schema refuses, the reader refuses."""
    data = json.dumps(value, separators=(",", ":")).encode() + b"\n"
    with pytest.raises(BundleError):
        decode_public_key_file(data)
    assert not Draft202012Validator(SCHEMA, registry=Registry()).is_valid(value)


def test_two_ed25519_keys_are_refused() -> None:
    """A set has one key for each algorithm; the schema cannot say so."""
    entry = json.loads(FILE)["keys"][0]
    data = json.dumps(_with(keys=[entry, entry]), separators=(",", ":")).encode() + b"\n"
    with pytest.raises(FormatError, match="another set"):
        decode_public_key_file(data)


def test_a_later_version_is_named() -> None:
    """A later format asks for a newer reader."""
    with pytest.raises(VersionError):
        decode_public_key_file(FILE.replace(b"public-key/1", b"public-key/2"))


def test_an_openssh_line_is_a_set_of_one() -> None:
    """The comment names the identity."""
    assert decode_public_key_file(LINE + b" w-01\n") == SINGLE


def test_a_line_without_a_usable_comment_needs_a_name() -> None:
    """Without a name nothing is guessed."""
    with pytest.raises(FormatError) as caught:
        decode_public_key_file(LINE + b"\n")
    assert caught.value.code == "IDENTITY_MISSING"
    assert caught.value.hint is not None


@pytest.mark.parametrize("data", [LINE + b" other\n", FILE])
def test_the_caller_may_name_the_identity(data: bytes) -> None:
    """A name that the verifier gives replaces the file's own."""
    assert decode_public_key_file(data, name="w-09").name == "w-09"


def test_a_name_that_is_none_is_the_callers_error() -> None:
    """The verifier's own label has the letters of an identity."""
    with pytest.raises(UsageError):
        decode_public_key_file(FILE, name="W 9")
