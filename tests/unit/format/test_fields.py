"""The tables of fields and types: what the rest of the format relies on."""

from __future__ import annotations

import pytest

from custody.format.event_fields import EVENT_FIELDS, EVENT_SHAPES, EVENT_TYPES
from custody.format.item_fields import ITEM_FIELDS, ITEM_SHAPES, ORIGIN, PLACE, TERMS
from custody.format.shape import Shape, ShapeError


def fault_of(shape: Shape, value: object) -> ShapeError | None:
    """Return the fault that a shape finds in a value, None where there is none."""
    try:
        shape.check(value)
    except ShapeError as fault:
        return fault
    return None


def test_items_have_ten_fields_with_a_shape_each() -> None:
    """In the order that masks and leaves use."""
    assert (
        *("content", "name", "kind", "origin", "time", "place", "people", "terms", "derivation", "extra"),
    ) == ITEM_FIELDS
    assert len(ITEM_SHAPES) == 10


def test_events_have_ten_fields_and_nine_shapes() -> None:
    """The body's shape depends on its type."""
    assert (
        *("body", "manifest", "case", "place", "people", "purpose", "reference", "condition"),
        *("opened", "note"),
    ) == EVENT_FIELDS
    assert tuple(EVENT_SHAPES) == EVENT_FIELDS[1:]


def test_four_types_open_a_holding() -> None:
    """The seal, both receipts, and succession."""
    opening = {kind.name for kind in EVENT_TYPES.values() if kind.opens}
    assert opening == {"sealed", "received", "copy-received", "succeeded"}


def test_every_type_has_a_place() -> None:
    """In the log, under attestations, or both."""
    assert all(kind.chain or kind.attestation for kind in EVENT_TYPES.values())


def test_what_changes_custody_is_no_attestation() -> None:
    """Third parties cannot fork a log."""
    attested = {kind.name for kind in EVENT_TYPES.values() if kind.attestation}
    assert attested == {
        *("refused", "examined", "countersigned", "received-by-court", "fixity-checked"),
        *("key-introduced", "key-rotated", "key-revoked"),
    }


@pytest.mark.parametrize("value", [{"latitude": "90.1"}, {"longitude": "-180.5"}, {"latitude": 35.1}, {}])
def test_coordinates_are_decimal_text_within_the_globe(value: object) -> None:
    """Numbers with a fraction do not exist here."""
    with pytest.raises(ShapeError):
        PLACE.check(value)


def test_precise_coordinates_are_text() -> None:
    """The digits say how precise they are."""
    assert fault_of(PLACE, {"latitude": "35.1318", "longitude": "-180", "radius_m": 50}) is None


def test_consent_has_a_home() -> None:
    """With scopes, review and withdrawal."""
    consent = {
        "consent": {"given": True, "date": "2026-11-24", "method": "thumbprint", "language": "ar"},
        "scopes": {"iiim": True, "media": False},
        "review": "2027-11-24",
        "withdrawn": {"at": "2026-12-01T00:00:00Z", "scope": ["iiim", "us-court"]},
    }
    assert fault_of(TERMS, consent) is None


def test_the_acquisition_of_a_copy_has_a_home() -> None:
    """Both digests, who compared them, and when."""
    digest = {"algorithm": "sha256", "digest": "ab" * 32}
    copy = {
        "role": "copy",
        "tool": {"name": "adb", "version": "35.0.2", "validation": "self-test passed"},
        "medium": {"type": "phone", "serial": "X1"},
        "original_digest": digest,
        "copy_digest": {**digest, "match": True, "by": "w-02", "at": "2026-11-24T09:00:00Z"},
    }
    assert fault_of(ORIGIN, copy) is None
