"""The reader of lists of authorities; the list itself is tested in tests/unit/facade."""

from __future__ import annotations

import copy
import hashlib
import json
from base64 import b64encode
from collections.abc import Callable
from typing import Any

import pytest

from custody.errors import BundleError, FormatError, VersionError
from custody.format.authority_list import Qualified, decode_authority_list
from custody.format.schema import compile_schema, load_schema
from tests.tools.authority import TestAuthority, der_of

FIRST, SECOND = TestAuthority("first"), TestAuthority("second")


def root_of(authority: TestAuthority) -> dict[str, Any]:
    """A root as a list has it."""
    der = der_of(authority.root.certificate)
    return {
        "sha256": hashlib.sha256(der).hexdigest(),
        "subject": "CN=Root",
        "basis": "a test made it",
        "not_before": str(authority.root_valid[0]),
        "not_after": str(authority.root_valid[1]),
        "certificate": b64encode(der).decode(),
        "published_at": "https://tsa.example/root.pem",
    }


def entry(name: str, authority: TestAuthority) -> dict[str, Any]:
    """An authority as a list has it."""
    return {
        "name": name,
        "title": "Time",
        "operator": f"Operator of {name}",
        "country": "SY",
        "url": "https://tsa.example/tsr",
        "policies_seen": ["2.999.1"],
        "roots": [root_of(authority)],
        "qualified": {"as_recorded": "unknown", "recorded_on": "2026-11-24", "source": "nobody says"},
        "contacted": "not contacted",
        "notes": ["made for a test"],
        "sources": ["this file"],
    }


LIST: dict[str, Any] = {
    "format": "custody/authorities/1",
    "recorded_on": "2026-11-24",
    "authorities": [entry("first", FIRST), entry("second", SECOND)],
}
CHECK = compile_schema(load_schema("authorities-1"))


def spelled(value: object) -> bytes:
    """A list as a file."""
    return json.dumps(value).encode()


def changed(change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    """The list after a change."""
    value = copy.deepcopy(LIST)
    change(value)
    return value


def test_a_list_is_read() -> None:
    """Every member has its place."""
    first, second = decode_authority_list(spelled(LIST))
    assert (first.name, second.name, first.country, first.qualified) == (
        "first",
        "second",
        "SY",
        Qualified.UNKNOWN,
    )
    assert first.roots[0].certificate == der_of(FIRST.root.certificate)
    assert (first.policies_seen, first.notes, first.contacted) == (
        ("2.999.1",),
        ("made for a test",),
        "not contacted",
    )
    assert not first.needs_root


def test_what_is_optional_may_be_absent() -> None:
    """A fingerprint alone is enough; then the verifier brings the certificate."""

    def shorten(value: dict[str, Any]) -> None:
        for name in ("url", "policies_seen", "notes"):
            del value["authorities"][0][name]
        root = value["authorities"][0]["roots"][0]
        for name in ("certificate", "not_before", "not_after", "published_at"):
            del root[name]

    first = decode_authority_list(spelled(changed(shorten)))[0]
    assert (first.url, first.policies_seen, first.notes) == (None, (), ())
    assert first.needs_root


def test_an_authority_may_have_been_contacted() -> None:
    """Then the date stands there."""
    value = changed(lambda value: value["authorities"][0].update(contacted="2026-12-01"))
    assert decode_authority_list(spelled(value))[0].contacted == "2026-12-01"


BEYOND_THE_SCHEMA = {
    "another fingerprint": lambda value: value["authorities"][0]["roots"][0].update(sha256="0" * 64),
    "another date": lambda value: value["authorities"][0]["roots"][0].update(
        not_after="2040-01-01T00:00:00Z"
    ),
    "no date beside a certificate": lambda value: value["authorities"][0]["roots"][0].pop("not_before"),
    "a unit as root": lambda value: value["authorities"][0]["roots"][0].update(
        certificate=b64encode(der_of(FIRST.unit.certificate)).decode()
    ),
    "names in another order": lambda value: value["authorities"].reverse(),
    "a name twice": lambda value: value["authorities"][1].update(name="first"),
    "one root of two operators": lambda value: value["authorities"][1].update(roots=[root_of(FIRST)]),
    "a day that is none": lambda value: value.update(recorded_on="2026-02-30"),
}


@pytest.mark.parametrize("change", BEYOND_THE_SCHEMA.values(), ids=BEYOND_THE_SCHEMA)
def test_what_the_schema_cannot_say_is_refused(change: Callable[[dict[str, Any]], object]) -> None:
    """The schema allows it, the reader does not."""
    value = changed(change)
    assert CHECK(value) == ()
    with pytest.raises(FormatError):
        decode_authority_list(spelled(value))


def test_one_operator_may_have_two_services_of_one_root() -> None:
    """They are one witness all the same: the operator counts."""

    def join(value: dict[str, Any]) -> None:
        value["authorities"][1].update(roots=[root_of(FIRST)], operator="Operator of first")

    assert len(decode_authority_list(spelled(changed(join)))) == 2


BEYOND_BOTH = {
    "an unknown member": lambda value: value["authorities"][0].update(trusted=True),
    "no root": lambda value: value["authorities"][0].update(roots=[]),
    "no source": lambda value: value["authorities"][0].update(sources=[]),
    "a name with capitals": lambda value: value["authorities"][0].update(name="First"),
    "a name with two hyphens": lambda value: value["authorities"][0].update(name="a--b"),
    "a fingerprint with colons": lambda value: value["authorities"][0]["roots"][0].update(sha256="00:" * 32),
    "another word for contacted": lambda value: value["authorities"][0].update(contacted="yes"),
    "qualified without source": lambda value: value["authorities"][0]["qualified"].pop("source"),
    "a policy that is none": lambda value: value["authorities"][0].update(policies_seen=["3.1"]),
    "nobody": lambda value: value.update(authorities=[]),
}


@pytest.mark.parametrize("change", BEYOND_BOTH.values(), ids=BEYOND_BOTH)
def test_reader_and_schema_refuse_the_same(change: Callable[[dict[str, Any]], object]) -> None:
    """Both are made from one description."""
    value = changed(change)
    assert CHECK(value) != ()
    with pytest.raises(BundleError):
        decode_authority_list(spelled(value))


def test_a_later_version_is_named() -> None:
    """It needs a newer reader."""
    with pytest.raises(VersionError):
        decode_authority_list(spelled({**LIST, "format": "custody/authorities/2"}))
