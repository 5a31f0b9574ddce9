"""trust.json: round trip, strictness, and that its schema and its reader agree."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from nacl.bindings import crypto_sign_seed_keypair
from referencing import Registry

from custody.errors import BundleError, FormatError, LimitError, VersionError
from custody.format.key_file import encode_key_set, encode_public_key_file
from custody.format.limits import TRUST_FILE_BYTES
from custody.format.spki import encode_openssh_line
from custody.model.identity import Identity, KeyAlgorithm, KeySet, PublicKey
from custody.trust.trust import Role, Trust
from custody.trust.trust_file import TRUST_SHAPE, decode_trust_file, encode_trust_file

SCHEMA = json.loads((Path(__file__).parents[3] / "schemas/trust-1.json").read_bytes())
KEY = PublicKey.from_raw(KeyAlgorithm.ED25519, crypto_sign_seed_keypair(bytes(32))[0])
KEYS = KeySet(keys=(KEY, PublicKey.from_raw(KeyAlgorithm.MLDSA65, bytes(1952))))
OTHER = KeySet(keys=(PublicKey.from_raw(KeyAlgorithm.ED25519, crypto_sign_seed_keypair(b"\1" * 32)[0]),))
FULL: dict[str, Any] = {
    "format": "custody/trust/1",
    "identities": [
        {
            "identity": "archive.north",
            "roles": ["sealer", "holder", "approver", "attester"],
            "sets": [
                {
                    "keys": encode_key_set(KEYS),
                    "from": "2026-01-01T00:00:00Z",
                    "to": "2036-01-01T00:00:00Z",
                    "compromised_since": "2030-01-01T00:00:00.500Z",
                },
            ],
        },
        {"identity": "w-02", "roles": ["holder"], "sets": [{"keys": encode_key_set(OTHER)}]},
    ],
    "thresholds": {"erased": 3, "redacted": 2},
    "authorities": [
        {
            "name": "clock",
            "operator": "an office",
            "url": "https://clock.example/tsr",
            "policy": "1.2.3.4",
            "roots": [{"certificate": b64encode(b"0\x00").decode(), "from": "2020-01-01T00:00:00Z"}],
        },
        {"name": "watch", "operator": "another", "roots": [{"certificate": b64encode(b"0\x01").decode()}]},
    ],
    "algorithms": [{"algorithm": "ed25519", "until": "2040-01-01T00:00:00Z"}],
}


def changed(change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    """The full example with one change."""
    value = deepcopy(FULL)
    change(value)
    return value


def accepted(value: object) -> bool:
    """Whether the reader takes a value."""
    try:
        decode_trust_file(json.dumps(value).encode())
    except BundleError:
        return False
    return True


def test_round_trip() -> None:
    """What is written is read as the same trust, in a form that people can edit."""
    trust = decode_trust_file(json.dumps(FULL).encode())
    written = encode_trust_file(trust)
    assert decode_trust_file(written) == trust
    assert json.loads(written) == FULL
    assert b"\n  " in written


def test_the_empty_trust_round_trip() -> None:
    """A new trust file trusts nobody."""
    assert decode_trust_file(encode_trust_file(Trust.none())) == Trust.none()


def test_every_member_is_read() -> None:
    """Dates, roles, demands and authorities arrive where they belong."""
    trust = decode_trust_file(json.dumps(FULL).encode())
    dated = trust.identities[0].sets[0]
    assert trust.identities[0].roles == frozenset(Role)
    assert [str(moment) for moment in (dated.valid_from, dated.valid_until, dated.compromised_since)] == [
        "2026-01-01T00:00:00Z",
        "2036-01-01T00:00:00Z",
        "2030-01-01T00:00:00.500Z",
    ]
    assert trust.signers_needed("erased") == 3
    assert trust.authorities[0].roots[0].certificate == b"0\x00"


@pytest.mark.parametrize(
    "data",
    [encode_public_key_file(Identity(name="w-01", key_set=KEYS)), encode_openssh_line(KEY)[:-1] + b" w-01\n"],
)
def test_a_public_key_file_is_a_trust_of_one(data: bytes) -> None:
    """An exported key, ours or OpenSSH's, is trusted as sealer and holder under its own name."""
    identity = decode_trust_file(data).identities[0]
    assert identity.name == "w-01"
    assert identity.roles == {Role.SEALER, Role.HOLDER}


SAME_KEY = {"identity": "w-03", "roles": ["holder"], "sets": [{"keys": encode_key_set(OTHER)}]}
REFUSED_BY_BOTH: dict[str, Callable[[dict[str, Any]], object]] = {
    "unknown member": lambda v: v.update(note="x"),
    "misspelt date": lambda v: v["identities"][0]["sets"][0].update(compromised="2030-01-01T00:00:00Z"),
    "no identities": lambda v: v.pop("identities"),
    "no format": lambda v: v.pop("format"),
    "unknown role": lambda v: v["identities"][0].update(roles=["judge"]),
    "no role": lambda v: v["identities"][0].update(roles=[]),
    "role twice": lambda v: v["identities"][0].update(roles=["holder", "holder"]),
    "no sets": lambda v: v["identities"][0].update(sets=[]),
    "no keys": lambda v: v["identities"][0]["sets"][0].update(keys=[]),
    "another algorithm": lambda v: v["identities"][0]["sets"][0]["keys"][0].update(algorithm="rsa"),
    "key not base64": lambda v: v["identities"][0]["sets"][0]["keys"][0].update(spki="***"),
    "identity with a space": lambda v: v["identities"][0].update(identity="w 01"),
    "time with an offset": lambda v: v["algorithms"][0].update(until="2040-01-01T00:00:00+00:00"),
    "time null": lambda v: v["identities"][0]["sets"][0].update(to=None),
    "threshold of nothing": lambda v: v.update(thresholds={"exploded": 2}),
    "threshold of 0": lambda v: v.update(thresholds={"erased": 0}),
    "threshold true": lambda v: v.update(thresholds={"erased": True}),
    "no roots": lambda v: v["authorities"][0].update(roots=[]),
    "policy in words": lambda v: v["authorities"][0].update(policy="any"),
    "url with a space": lambda v: v["authorities"][0].update(url="https://a b"),
    "algorithm that nothing asks for": lambda v: v["algorithms"][0].update(algorithm="sha-256"),
    "algorithm in capitals": lambda v: v["algorithms"][0].update(algorithm="SHA-256"),
}
# What a schema cannot say; the reader refuses it all the same.
REFUSED_BY_READER: dict[str, Callable[[dict[str, Any]], object]] = {
    "a key under two identities": lambda v: v["identities"].append(SAME_KEY),
    "an identity twice": lambda v: v["identities"][1].update(identity="archive.north"),
    "an authority twice": lambda v: v["authorities"][1].update(name="clock"),
    "a set that ends before it starts": lambda v: v["identities"][0]["sets"][0].update(
        to="2025-01-01T00:00:00Z"
    ),
    "a root that ends before it starts": lambda v: v["authorities"][0]["roots"][0].update(
        to="2019-01-01T00:00:00Z"
    ),
    "a set twice": lambda v: v["identities"][1]["sets"].append(v["identities"][1]["sets"][0]),
    "two keys of one algorithm": lambda v: v["identities"][1]["sets"][0]["keys"].extend(
        encode_key_set(KeySet(keys=(KEY,)))
    ),
    "DER of the other algorithm": lambda v: v["identities"][1]["sets"][0]["keys"][0].update(
        algorithm="mldsa65"
    ),
}


@pytest.mark.parametrize("change", REFUSED_BY_BOTH.values(), ids=REFUSED_BY_BOTH)
def test_reader_and_schema_refuse(change: Callable[[dict[str, Any]], object]) -> None:
    """What the published schema refuses, the reader refuses."""
    value = changed(change)
    assert not accepted(value)
    assert not Draft202012Validator(SCHEMA, registry=Registry()).is_valid(value)


@pytest.mark.parametrize("change", REFUSED_BY_READER.values(), ids=REFUSED_BY_READER)
def test_the_reader_refuses_contradictions(change: Callable[[dict[str, Any]], object]) -> None:
    """What contradicts itself is refused with a pointer or in the words of the rule."""
    value = changed(change)
    assert Draft202012Validator(SCHEMA, registry=Registry()).is_valid(value)
    with pytest.raises(FormatError, match=r"^trust file.*: expected .*, found "):
        decode_trust_file(json.dumps(value).encode())


def test_reader_and_schema_accept() -> None:
    """The full example is good for both, and the schema is the shape's own."""
    assert accepted(FULL)
    Draft202012Validator.check_schema(SCHEMA)
    assert Draft202012Validator(SCHEMA, registry=Registry()).is_valid(FULL)
    assert TRUST_SHAPE.schema().items() <= SCHEMA.items()


@pytest.mark.parametrize(
    "text", ['{"format":"custody/trust/1","identities":[],"identities":[]}', "[]", "", "{", "1"]
)
def test_what_is_no_single_object_is_refused(text: str) -> None:
    """A duplicate member, another value and a torn file are refused."""
    with pytest.raises(FormatError):
        decode_trust_file(text.encode())


def test_a_later_version_is_named() -> None:
    """A later format asks for a newer reader instead of being called broken."""
    with pytest.raises(VersionError):
        decode_trust_file(b'{"format":"custody/trust/2"}')


def test_a_huge_file_is_refused_before_it_is_read() -> None:
    """The size is looked at first."""
    with pytest.raises(LimitError):
        decode_trust_file(b" " * (TRUST_FILE_BYTES + 1))


@pytest.mark.parametrize("name", ["sha-256", "sha2-256", "sha3-256", "ml-dsa-65", "rsa2048", "p256", "pss"])
def test_an_algorithm_that_nothing_asks_for_is_pointed_at(name: str) -> None:
    """Near misses are refused, not taken for names that end nothing."""
    value = deepcopy(FULL)
    value["algorithms"][0]["algorithm"] = name
    with pytest.raises(FormatError) as caught:
        decode_trust_file(json.dumps(value).encode())
    assert caught.value.pointer == "/algorithms/0/algorithm"
    assert "expected a word of the published list" in str(caught.value)
