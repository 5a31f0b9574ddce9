"""What a copy of a bundle consists of."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from custody.facade.moment import now
from custody.facade.verifying import verify
from custody.format.item_line import ItemLine
from custody.packing.contents import is_telling, read_contents, top_folder
from custody.packing.pack import pack_bundle
from custody.report.claim import Claim, Outcome
from custody.storage.folder import open_folder
from tests.interop.sample_bundle import make_sample

FIELDS = ("content", "name", "kind", "origin", "time", "place", "people", "terms", "derivation", "extra")


@pytest.mark.parametrize(
    ("fields", "telling"),
    [
        ({}, False),
        ({"kind": {"kind": "media"}}, False),
        ({"kind": {"kind": "testimony"}}, True),
        ({"people": {"persons": [{"id": "W-01"}]}}, True),
        ({"terms": {"consent": {"given": True}}}, False),
        ({"terms": {"consent": {"given": False}}}, True),
        ({"terms": {"withdrawn": {"at": "2026-01-01T00:00:00Z"}}}, True),
        ({"terms": {"confidentiality": "sealed"}}, True),
        ({"terms": {"confidentiality": "public"}}, False),
    ],
)
def test_what_must_not_leave_by_accident(fields: dict[str, Any], *, telling: bool) -> None:
    """Testimony, people, consent that is missing or withdrawn, confidentiality; open or partly open."""
    whole = ItemLine(mask=1023, values=[fields.get(name) for name in FIELDS])
    partly = ItemLine(mask=1, openings={name: ("00", value) for name, value in fields.items()}, closed={})
    assert (is_telling(whole), is_telling(partly)) == (telling, telling)


def test_what_is_withheld_tells_nothing() -> None:
    """A leaf is a leaf."""
    assert not is_telling(ItemLine(mask=0, leaf="00"))


@pytest.mark.parametrize(
    ("named", "top"),
    [
        ("ab" * 16, "ab" * 16),
        ("ab" * 16 + "-01234567", "ab" * 16 + "-01234567"),
        ("cd" * 16, "ab" * 16),
        ("my bundle", "ab" * 16),
    ],
)
def test_the_top_folder_tells_nothing(named: str, top: str) -> None:
    """The bundle id, of a part with its event; a name that somebody gave the folder does not travel."""
    assert top_folder("ab" * 16, named) == top


def test_a_part_is_packed_as_it_is(tmp_path: Path) -> None:
    """Its zip verifies as the part does."""
    sample = make_sample(later=False)
    part = sample.write_part(tmp_path / f"{sample.bundle_id}-01234567", [1023, 0, 0b101])
    packed = pack_bundle(str(part), str(tmp_path / "p.zip"), verified_at=now())
    report = verify(packed.path, trust="none", expect_seal=sample.facts.seal_id)
    assert report.outcome(Claim.INTACT) is Outcome.PROVEN


def test_a_seal_without_its_keys_keeps_its_own_instructions(tmp_path: Path) -> None:
    """VERIFY.txt is made anew only when the seal says enough."""
    sample = make_sample(later=False)
    bundle = sample.write_whole(tmp_path / "b")
    for name in ("1.mldsa65.der", "1.ed25519.pub"):
        (bundle / "custody" / "log" / sample.bundle_id / "00000000" / name).unlink()
    source = open_folder(str(bundle))
    contents = read_contents(source, now())
    source.close()
    assert "custody/VERIFY.txt" in contents.paths()
