"""A bundle id that is sealed already stands for one content that was sealed in one way."""

from __future__ import annotations

import io
import os
from typing import Any

import pytest
from attrs import evolve

from custody.errors import SealExistsError
from custody.keys.signer import SeedSigner
from custody.sealing.draft import Draft
from custody.sealing.seal import SealOptions
from tests.unit.sealing.conftest import Seal

BUNDLE = "0123456789abcdef0123456789abcdef"
HEIR = SeedSigner("h-01", os.urandom(32)).identity
LARGE = Draft(place="office", note="all of it", successor=HEIR).add(io.BytesIO(bytes(3 << 20)), name="a")
OPTIONS: dict[str, Any] = {"digests": ("sha512",), "chunks": True, "padding": True}


def test_the_same_in_the_same_way_is_found(seal: Seal) -> None:
    """Every option and field that a seal fixes."""
    first = seal(LARGE, bundle_id=BUNDLE, options=SealOptions(**OPTIONS))
    again = seal(LARGE, bundle_id=BUNDLE, options=SealOptions(**OPTIONS))
    assert (again.found, again.seal_id) == (True, first.seal_id)


@pytest.mark.parametrize(
    ("other", "found"),
    [
        ({"digests": ()}, "other content"),
        ({"digests": ("sha512", "sha3_256")}, "other content"),
        ({"chunks": False}, "other content"),
        ({"padding": False}, "one with padding"),
    ],
)
def test_another_option_is_refused(seal: Seal, other: dict[str, Any], found: str) -> None:
    """What was asked for is not what lies there."""
    seal(LARGE, bundle_id=BUNDLE, options=SealOptions(**OPTIONS))
    with pytest.raises(SealExistsError, match=found):
        seal(LARGE, bundle_id=BUNDLE, options=SealOptions(**{**OPTIONS, **other}))


def test_padding_that_is_not_there_is_refused(seal: Seal) -> None:
    """The number of items would show."""
    seal(LARGE, bundle_id=BUNDLE)
    with pytest.raises(SealExistsError, match="one without padding"):
        seal(LARGE, bundle_id=BUNDLE, options=SealOptions(padding=True))


@pytest.mark.parametrize(
    "other",
    [
        {"place": None},
        {"place": "elsewhere"},
        {"note": None},
        {"note": "some of it"},
        {"successor": None},
        {"successor": SeedSigner("h-02", os.urandom(32)).identity},
        {"case": "Case 8"},
    ],
)
def test_another_field_is_refused(seal: Seal, other: dict[str, Any]) -> None:
    """The seal says something else, and the message says which."""
    seal(LARGE, bundle_id=BUNDLE)
    with pytest.raises(SealExistsError, match=f"another {next(iter(other))}"):
        seal(evolve(LARGE, **other), bundle_id=BUNDLE)


def test_another_number_of_signers_is_refused(seal: Seal, signer: SeedSigner, cosigner: SeedSigner) -> None:
    """A seal of one is not the seal of two, nor the other way round."""
    seal(LARGE, bundle_id=BUNDLE, signers=[signer])
    with pytest.raises(SealExistsError, match="other signers"):
        seal(LARGE, bundle_id=BUNDLE, signers=[signer, cosigner])
    options = SealOptions(name="two")
    seal(LARGE, bundle_id=BUNDLE, signers=[signer, cosigner], options=options)
    with pytest.raises(SealExistsError):
        seal(LARGE, bundle_id=BUNDLE, signers=[signer], options=options)


def test_only_the_target_is_looked_at(seal: Seal) -> None:
    """Under another name the same id is sealed once more, as the documentation says."""
    first = seal(LARGE, bundle_id=BUNDLE)
    second = seal(LARGE, bundle_id=BUNDLE, options=SealOptions(name="other"))
    assert not second.found
    assert second.bundle_id == first.bundle_id
