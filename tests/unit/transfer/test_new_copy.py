"""The union written as a new bundle: erased items are gone, junk stays behind, and the disk is verified."""

from __future__ import annotations

from pathlib import Path

import pytest
from attrs import evolve

from custody.errors import ExistsError, LogError
from custody.facade.merging import merge
from custody.facade.verifying import verify
from custody.format.container import encode_zip
from custody.format.layout import event_path
from custody.model.instant import decode_instant
from custody.report.claim import Claim, Outcome
from custody.report.report import NotProvenError
from custody.transfer import new_copy
from custody.trust.trust import DatedKeySet
from custody.verification.standing import take_standing
from tests.tools.bundles import CHUNK, SMALL, Item, attest, make_part
from tests.tools.copies import (
    ARCHIVE,
    NGO,
    STRANGER,
    TRUST,
    checked,
    erased,
    read_copy,
    receipt_of,
    received,
    released,
    sealed,
    withheld,
    write_copy,
)
from tests.tools.memory import NOW, MemorySource
from tests.tools.renewals import renew


def test_an_ordinary_union_is_written_as_a_new_bundle(tmp_path: Path) -> None:
    """The first copy stays as it is."""
    given = released(sealed())
    theirs = received(given)
    mine = write_copy(tmp_path / "mine", given.files)
    result = merge(mine, write_copy(tmp_path / "b", theirs.files), trust=TRUST, at=NOW, to=tmp_path / "new")
    assert (result.written, [event.type for event in result.events]) == (True, ["received"])
    assert read_copy(tmp_path / "new") == theirs.files
    assert read_copy(mine) == given.files


def test_an_erasure_is_carried_out(tmp_path: Path) -> None:
    """The bundle alone is enough; the new one is whole but for what is erased, and says so."""
    pending = erased(sealed(), 1)
    mine = write_copy(tmp_path / "mine", pending.files)
    result = merge(mine, trust=TRUST, at=NOW, to=tmp_path / "new")
    assert (result.erased, result.outdated) == ((2,), (0,))
    assert read_copy(tmp_path / "new") == withheld(pending, 1).files
    report = verify(tmp_path / "new", trust=TRUST, at=NOW)
    assert report.outcome(Claim.INTACT) is Outcome.PROVEN
    assert report.counts.erased == 1


def test_an_old_copy_does_not_bring_an_erased_item_back(tmp_path: Path) -> None:
    """Whichever is named first; the old one is named as one to destroy."""
    gone = withheld(erased(sealed(), 1), 1)
    folders = [write_copy(tmp_path / name, one.files) for name, one in (("gone", gone), ("old", sealed()))]
    first = merge(*folders, trust=TRUST, at=NOW, to=tmp_path / "a")
    second = merge(*folders[::-1], trust=TRUST, at=NOW, to=tmp_path / "b")
    assert read_copy(tmp_path / "a") == read_copy(tmp_path / "b") == gone.files
    assert (first.outdated, second.outdated) == ((1,), (0,))
    assert (first.erased, second.erased) == ((), (2,))


def test_a_disclosure_of_an_erased_item_is_closed(tmp_path: Path) -> None:
    """Its `opened` lists the content; that of another item stays open."""
    whole, _ = make_part(sealed(), [0, 1023, 0], signers=[ARCHIVE], to=NGO)
    whole, _ = make_part(whole, [0, 0, 1023], signers=[ARCHIVE], to=NGO)
    mine = write_copy(tmp_path / "mine", erased(whole, 1).files)
    merge(mine, trust=TRUST, at=NOW, to=tmp_path / "new")
    there = read_copy(tmp_path / "new")
    assert f"{event_path(whole.holding, 1)}/opened.json" not in there
    assert f"{event_path(whole.holding, 2)}/opened.json" in there
    assert verify(tmp_path / "new", trust=TRUST, at=NOW).outcome(Claim.INTACT) is Outcome.PROVEN


def test_a_renewal_goes_on_after_an_erasure(tmp_path: Path) -> None:
    """Its lines of what was erased are passed over."""
    pending = erased(renew(sealed()), 1)
    mine = write_copy(tmp_path / "mine", pending.files)
    result = merge(mine, trust=TRUST, at=NOW, to=tmp_path / "new")
    assert result.erased == (2,)
    assert read_copy(tmp_path / "new").keys() == withheld(pending, 1).files.keys()


def test_chunks_go_with_their_items(tmp_path: Path) -> None:
    """Those of the erased item are gone, the others are listed in the wrapping."""
    item = Item(data=b"x" * (CHUNK + 1), ext="mp4", chunks=True)
    pending = erased(sealed(items=(item, *SMALL, item)), 0)
    mine = write_copy(tmp_path / "mine", pending.files)
    merge(mine, trust=TRUST, at=NOW, to=tmp_path / "new")
    assert read_copy(tmp_path / "new") == withheld(pending, 0).files


def test_junk_stays_behind_and_is_named(tmp_path: Path) -> None:
    """Events and statements of strangers, strange files, litter."""
    bundle = sealed()
    said = attest(
        checked(bundle, STRANGER),
        "countersigned",
        {"events": [bundle.seal_id]},
        signers=[STRANGER],
        prev=[bundle.seal_id],
    )
    strange = f"{event_path(bundle.bundle_id, 1)}/x"
    said = said.edit({bundle.path("stamps/x"): b"y", strange: b"z", ".DS_Store": b"x"})
    mine = write_copy(tmp_path / "mine", said.files)
    result = merge(mine, trust=TRUST, at=NOW, to=tmp_path / "new")
    assert read_copy(tmp_path / "new") == bundle.files
    assert {one.code for one in result.left_out} == {
        "EVENT_SIGNER_UNKNOWN",
        "ATTESTATION_SIGNER_UNKNOWN",
        "STAMP_SET_ASIDE",
    }


def test_a_zip_gives_a_new_folder(tmp_path: Path) -> None:
    """It is only read."""
    given = released(sealed())
    taken = received(given)
    zipped = encode_zip({f"{given.bundle_id}/{path}": data for path, data in given.files.items()})
    (tmp_path / "b.zip").write_bytes(zipped)
    (tmp_path / "r.zip").write_bytes(receipt_of(taken, event_path(taken.holding, 0)))
    merge(tmp_path / "b.zip", tmp_path / "r.zip", trust=TRUST, at=NOW, to=tmp_path / "new")
    place = f"{event_path(taken.holding, 0)}/place.json"
    assert read_copy(tmp_path / "new") == taken.edit({place: None}).files


def test_a_target_that_is_there_is_left_alone(tmp_path: Path) -> None:
    """Nothing is written."""
    mine = write_copy(tmp_path / "mine", sealed().files)
    (tmp_path / "new").mkdir()
    with pytest.raises(ExistsError):
        merge(mine, trust=TRUST, at=NOW, to=tmp_path / "new")
    assert not list((tmp_path / "new").iterdir())


def test_what_is_not_proven_is_not_published(tmp_path: Path) -> None:
    """A sealer whose keys ended before proves nothing, and the new bundle would not either."""
    archive = TRUST.identities[0]
    ended = DatedKeySet(key_set=archive.sets[0].key_set, valid_until=decode_instant("2025-01-01T00:00:00Z"))
    trust = evolve(TRUST, identities=(evolve(archive, sets=(ended,)), *TRUST.identities[1:]))
    with pytest.raises(NotProvenError):
        merge(write_copy(tmp_path / "mine", sealed().files), trust=trust, at=NOW, to=tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_a_disk_that_loses_an_event_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was written is judged once more, and must come to the same."""
    mine = write_copy(tmp_path / "mine", checked(sealed()).files)
    other = take_standing(MemorySource(sealed().files), TRUST, verified_at=NOW)
    monkeypatch.setattr(new_copy, "take_standing", lambda *_, **__: other)
    with pytest.raises(LogError) as refused:
        merge(mine, trust=TRUST, at=NOW, to=tmp_path / "new")
    assert refused.value.code == "SELF_CHECK"
    assert not (tmp_path / "new").exists()
