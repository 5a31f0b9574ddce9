"""Copies that are not united: each refusal with its code, and not a byte written."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from attrs import evolve

from custody.errors import (
    BundleError,
    CustodyError,
    LogError,
    SourceChangedError,
    StorageError,
    UsageError,
)
from custody.facade.merging import merge
from custody.format.container import encode_zip
from custody.format.layout import event_path
from custody.keys.signer import SeedSigner
from custody.model.instant import decode_instant
from custody.report.claim import Claim, Outcome
from custody.report.report import NotProvenError
from custody.storage.folder import FolderSource
from custody.transfer.union import ConflictError
from custody.trust.trust import DatedKeySet, Trust
from tests.tools.bundles import Bundle, attest, make_part
from tests.tools.copies import (
    ARCHIVE,
    LAWYER,
    NGO,
    TRUST,
    checked,
    copied,
    erased,
    read_copy,
    receipt_of,
    received,
    released,
    sealed,
    withheld,
    write_copy,
)
from tests.tools.memory import NOW, trusting


def refusal(tmp_path: Path, mine: Bundle, other: Bundle, **more: Any) -> CustodyError:  # noqa: ANN401
    """Return why a copy is not merged into the first, which stays as it is."""
    folders = [write_copy(tmp_path / name, one.files) for name, one in (("mine", mine), ("other", other))]
    with pytest.raises(CustodyError) as refused:
        merge(*folders, **{"trust": TRUST, "at": NOW, **more})
    assert read_copy(folders[0]) == mine.files
    return refused.value


def refused_receipt(tmp_path: Path, mine: Bundle, receipt: bytes) -> CustodyError:
    """Return why a receipt is not merged."""
    folder = write_copy(tmp_path / "mine", mine.files)
    (tmp_path / "r.zip").write_bytes(receipt)
    with pytest.raises(CustodyError) as refused:
        merge(folder, tmp_path / "r.zip", trust=TRUST, at=NOW)
    assert read_copy(folder) == mine.files
    return refused.value


def test_another_bundle_is_refused(tmp_path: Path) -> None:
    """A wrong call: nothing of it belongs here."""
    error = refusal(tmp_path, sealed(), sealed(name="other"))
    assert isinstance(error, UsageError)
    assert error.code == "OTHER_BUNDLE"


def test_a_receipt_of_another_bundle_is_refused(tmp_path: Path) -> None:
    """Also an attestation alone."""
    other = checked(sealed(name="other"))
    receipt = receipt_of(other, event_path(other.holding, 1))
    assert refused_receipt(tmp_path, sealed(), receipt).code == "OTHER_BUNDLE"
    said = attest(other, "countersigned", {"events": [other.seal_id]}, signers=[NGO], prev=[other.seal_id])
    folder = next(path for path in said.files if "attestations" in path).rpartition("/")[0]
    assert refused_receipt(tmp_path, sealed(), receipt_of(said, folder)).code == "OTHER_BUNDLE"


def test_a_fork_is_refused_and_both_events_are_named(tmp_path: Path) -> None:
    """The archive has written two different second events."""
    mine, theirs = checked(sealed()), checked(sealed(), seed="another")
    error = refusal(tmp_path, mine, theirs)
    assert isinstance(error, ConflictError)
    assert error.code == "FORK"
    assert {error.conflicts[0].one, error.conflicts[0].other} == {mine.head, theirs.head}
    assert mine.head in str(error)
    assert theirs.head in str(error)


def test_a_fork_that_a_receipt_shows_is_refused(tmp_path: Path) -> None:
    """It needs no whole copy."""
    theirs = checked(sealed(), seed="another")
    receipt = receipt_of(theirs, event_path(theirs.holding, 1))
    assert refused_receipt(tmp_path, checked(sealed()), receipt).code == "FORK"


def test_a_fork_between_receipts_and_what_they_complete_is_refused(tmp_path: Path) -> None:
    """Neither counts alone; with its past one of them does, and the other contradicts it."""
    base = checked(sealed())
    one, other = checked(base), checked(base, seed="another")
    mine = write_copy(tmp_path / "mine", sealed().files)
    for name, bundle, seq in (("p", base, 1), ("one", one, 2), ("other", other, 2)):
        (tmp_path / name).write_bytes(receipt_of(bundle, event_path(bundle.holding, seq)))
    with pytest.raises(ConflictError) as refused:
        merge(mine, *(tmp_path / name for name in ("p", "one", "other")), trust=TRUST, at=NOW)
    assert refused.value.code == "FORK"
    assert read_copy(mine) == sealed().files


def test_two_seals_of_one_bundle_are_a_fork(tmp_path: Path) -> None:
    """One copy for each court."""
    error = refusal(tmp_path, sealed(), sealed(fields={"note": {"text": "again"}}))
    assert error.code == "FORK"


def test_one_statement_with_two_sets_of_signatures_is_refused(tmp_path: Path) -> None:
    """A cosigner alone can sign again; so it says nothing of the actor."""
    first, second = (received(released(sealed(), LAWYER), LAWYER) for _ in range(2))
    assert first.head != second.head
    assert refusal(tmp_path, first, second).code == "SIGNATURES_DIFFER"


def test_a_key_that_may_have_been_stolen_contradicts_nobody(tmp_path: Path) -> None:
    """The place is contested all the same, and no copy can hold both."""
    start = copied(sealed())
    mine, theirs = checked(start, NGO), checked(start, NGO, seed="another")
    assert refusal(tmp_path, mine, theirs, trust=doubting(NGO)).code == "PLACE_CONTESTED"


def doubting(signer: SeedSigner) -> Trust:
    """Return the trust of somebody who has heard that a key may be in other hands."""
    since = decode_instant("2026-01-01T00:00:00Z")
    doubted = DatedKeySet(key_set=signer.identity.key_set, compromised_since=since)
    identities = (
        evolve(one, sets=(doubted,)) if one.name == signer.identity.name else one for one in TRUST.identities
    )
    return evolve(TRUST, identities=tuple(identities))


def test_parts_are_neither_merged_nor_grown(tmp_path: Path) -> None:
    """They show what their maker disclosed; anything more is a new disclosure."""
    whole, part = make_part(sealed(), [1023, 0, 1023], signers=[ARCHIVE], to=NGO)
    for name, mine, other in (("a", part, whole), ("b", whole, part)):
        error = refusal(tmp_path / name, mine, other)
        assert isinstance(error, LogError)
        assert error.code == "PART_NOT_MERGED"


def test_a_copy_that_was_changed_is_refused(tmp_path: Path) -> None:
    """Not one of its events is looked at."""
    changed = checked(sealed()).edit({"data/000003.txt": b"one\ntwo!"})
    error = refusal(tmp_path, sealed(), changed)
    assert isinstance(error, NotProvenError)
    assert error.outcomes == {Claim.INTACT: Outcome.REFUTED}
    assert error.hint is not None
    assert "copy 1" in error.hint


def test_a_bundle_that_is_refuted_does_not_grow(tmp_path: Path) -> None:
    """What it claims to be is not so."""
    error = refusal(tmp_path, sealed().edit({"data/000003.txt": b"one\ntwo!"}), checked(sealed()))
    assert isinstance(error, NotProvenError)
    assert error.hint is not None
    assert "bundle" in error.hint


def test_a_copy_that_is_not_proven_is_refused(tmp_path: Path) -> None:
    """A payload that cannot be shown to be as sealed proves nothing of its log either."""
    whole, _ = make_part(sealed(), [1023, 0, 1023], signers=[ARCHIVE], to=NGO)
    archive = TRUST.identities[0]
    ended = DatedKeySet(key_set=archive.sets[0].key_set, valid_until=decode_instant("2025-01-01T00:00:00Z"))
    trust = evolve(TRUST, identities=(evolve(archive, sets=(ended,)), *TRUST.identities[1:]))
    error = refusal(tmp_path, sealed(), whole, trust=trust)
    assert isinstance(error, NotProvenError)
    assert error.outcomes == {Claim.INTACT: Outcome.UNDETERMINED}


def test_litter_around_a_copy_is_no_reason(tmp_path: Path) -> None:
    """None of its wrapping is taken over."""
    littered = checked(sealed()).edit({".DS_Store": b"x"})
    folders = [write_copy(tmp_path / name, one.files) for name, one in (("a", sealed()), ("b", littered))]
    assert len(merge(*folders, trust=TRUST, at=NOW).events) == 1


def test_a_copy_of_which_nothing_is_known_is_refused(tmp_path: Path) -> None:
    """Nobody trusted has sealed it."""
    assert refusal(tmp_path, sealed(), sealed(), trust=trusting(NGO)).code == "SEALER_UNKNOWN"
    assert refusal(tmp_path, sealed(), sealed(), trust=Trust.none()).code == "SEALER_UNKNOWN"


def test_an_expected_seal_needs_no_trust(tmp_path: Path) -> None:
    """Its signers may write in their own log."""
    folders = [
        write_copy(tmp_path / name, one.files) for name, one in (("a", sealed()), ("b", checked(sealed())))
    ]
    assert len(merge(*folders, trust="none", at=NOW, expect_seal=sealed().seal_id).events) == 1


def test_what_holds_erased_items_does_not_grow(tmp_path: Path) -> None:
    """The files would stay in it; a new bundle without them is the way."""
    error = refusal(tmp_path, sealed(), withheld(erased(sealed(), 1), 1))
    assert isinstance(error, LogError)
    assert error.code == "ERASURE_PENDING"
    assert error.hint is not None
    assert "--to" in error.hint


def test_what_holds_openings_that_tell_of_erased_items_does_not_grow(tmp_path: Path) -> None:
    """The items are gone, and the seal's manifest would still let somebody guess at them."""
    gone = withheld(erased(sealed(), 1), 1)
    kept = gone.edit({gone.path("manifest.json"): sealed().files[gone.path("manifest.json")]})
    assert refusal(tmp_path, kept, gone).code == "ERASURE_PENDING"


def test_a_folder_with_nothing_is_refused(tmp_path: Path) -> None:
    """Neither a copy nor a receipt."""
    mine = write_copy(tmp_path / "mine", sealed().files)
    (tmp_path / "empty").mkdir()
    with pytest.raises(BundleError, match="copy 1: expected a copy of the bundle or a receipt") as refused:
        merge(mine, tmp_path / "empty", trust=TRUST, at=NOW)
    assert refused.value.code == "NO_EVENT"


def test_a_zip_does_not_grow(tmp_path: Path) -> None:
    """It is never written to."""
    (tmp_path / "b.zip").write_bytes(encode_zip({f"b/{path}": data for path, data in sealed().files.items()}))
    with pytest.raises(StorageError) as refused:
        merge(tmp_path / "b.zip", tmp_path / "b.zip", trust=TRUST, at=NOW)
    assert refused.value.code == "NOT_A_FOLDER"


def test_a_zip_in_another_form_is_named_by_its_place(tmp_path: Path) -> None:
    """A stock tool has packed the receipt anew; it is told how to go on."""
    mine = write_copy(tmp_path / "mine", sealed().files)
    with ZipFile(tmp_path / "r.zip", "w", ZIP_DEFLATED) as archive:
        archive.writestr("x/custody/log/event.json", "{}")
    with pytest.raises(BundleError, match="copy 1: ") as refused:
        merge(mine, tmp_path / "r.zip", trust=TRUST, at=NOW)
    assert refused.value.hint is not None
    assert "unpack" in refused.value.hint


def test_nothing_to_merge_is_a_wrong_call(tmp_path: Path) -> None:
    """Without --to there must be another copy."""
    with pytest.raises(UsageError, match="at least one"):
        merge(write_copy(tmp_path / "mine", copied(sealed()).files), trust=TRUST, at=NOW)


def test_items_that_nobody_can_read_are_refused(tmp_path: Path) -> None:
    """What is withheld in them cannot be told."""
    error = refusal(tmp_path, sealed(), sealed().edit({"custody/items.jsonl": b"{}\n{}\n{}\n"}))
    assert error.code == "ITEM_MALFORMED"


def test_an_event_that_goes_away_meanwhile_is_no_event_that_does_not_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The machine said that it was there; nothing is merged on what is left."""
    usual = FolderSource.read

    def read(self: FolderSource, path: str, limit_bytes: int) -> bytes:
        if path.endswith("00000001/body.json"):
            raise StorageError("body.json: expected a file, found none", code="MISSING")
        return usual(self, path, limit_bytes)

    monkeypatch.setattr(FolderSource, "read", read)
    error = refusal(tmp_path, sealed(), checked(checked(sealed())))
    assert (type(error), error.code) == (SourceChangedError, "CHANGED_WHILE_READ")


def test_a_disk_that_breaks_meanwhile_ends_the_merge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stamp that cannot be read is no stamp that does not hold."""
    bundle = sealed()
    stamp = bundle.path(f"stamps/{'0' * 64}/stamp.tst")
    usual = FolderSource.read

    def read(self: FolderSource, path: str, limit_bytes: int) -> bytes:
        if path == stamp:
            raise StorageError("stamp.tst: the disk is broken")
        return usual(self, path, limit_bytes)

    monkeypatch.setattr(FolderSource, "read", read)
    assert isinstance(refusal(tmp_path, bundle, bundle.edit({stamp: b"x"})), StorageError)
