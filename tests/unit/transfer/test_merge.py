"""Copies united in place: what comes in, in which order, and what is left out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from custody.errors import SourceChangedError
from custody.facade.merging import merge
from custody.facade.verifying import verify
from custody.format.layout import event_path
from custody.proof.event_record import EventRecord
from custody.report.claim import Claim, Outcome
from custody.storage.folder import FolderSource
from custody.transfer import growth
from custody.transfer import merge as merging
from custody.trust.trust import Role
from tests.tools.bundles import Bundle, add_event, make_bundle, reduce_items, stub
from tests.tools.copies import (
    APPROVER,
    ARCHIVE,
    COURT,
    LAWYER,
    NGO,
    STRANGER,
    TRUST,
    back_to,
    checked,
    copied,
    erased,
    party,
    read_copy,
    receipt_of,
    received,
    released,
    sealed,
    withheld,
    write_copy,
)
from tests.tools.memory import NOW
from tests.tools.merging import codes, merged, stamped, with_receipt


def test_a_receipt_ends_what_was_in_transit(tmp_path: Path) -> None:
    """The releaser's copy shows the handover, and it is said that nobody holds these files any more."""
    given = released(sealed())
    taken = received(given)
    result, mine = with_receipt(tmp_path, given, receipt_of(taken, event_path(taken.holding, 0)))
    assert [event.type for event in result.events] == ["received"]
    assert (result.left_behind, result.holders) == (True, ("ngo",))
    assert verify(mine, trust=TRUST, at=NOW).outcome(Claim.CUSTODY_UNBROKEN) is Outcome.PROVEN


def test_a_whole_copy_brings_all_that_it_has(tmp_path: Path) -> None:
    """Each event after its past, with every field that it has open."""
    given = released(sealed())
    theirs = checked(received(given), NGO)
    result, mine = merged(tmp_path, given, theirs)
    assert [event.type for event in result.events] == ["received", "fixity-checked"]
    assert read_copy(mine) == theirs.files


def test_offline_copies_are_united(tmp_path: Path) -> None:
    """Each holder goes on by himself; afterwards both folders hold the same."""
    start = copied(sealed())
    mine, theirs = checked(back_to(start, gave_a_copy())), checked(start, NGO)
    _, first = merged(tmp_path / "a", mine, theirs)
    _, second = merged(tmp_path / "b", theirs, mine)
    assert read_copy(first) == read_copy(second) == {**mine.files, **theirs.files}


def gave_a_copy() -> Bundle:
    """Return the archive's own state after it has given a copy."""
    return add_event(sealed(), "copied", {"to": party(NGO)}, signers=[ARCHIVE])


def test_a_merge_with_itself_brings_nothing(tmp_path: Path) -> None:
    """Not a byte changes."""
    mine = write_copy(tmp_path / "mine", released(sealed()).files)
    before = read_copy(mine)
    assert not merge(mine, mine, trust=TRUST, at=NOW).news
    assert read_copy(mine) == before


def test_a_copy_who_still_has_a_holder_is_not_left_behind(tmp_path: Path) -> None:
    """A copy that was acknowledged takes nothing from who gave it."""
    given = gave_a_copy()
    taken = copied(sealed())
    result, _ = with_receipt(tmp_path, given, receipt_of(taken, event_path(taken.holding, 0)))
    assert (result.left_behind, result.holders) == (False, ("archive", "ngo"))


def test_a_receipt_without_its_past_stays_out(tmp_path: Path) -> None:
    """It would leave the log with a hole; whoever gave it has what goes before."""
    taken = received(released(sealed()))
    result, mine = with_receipt(tmp_path, sealed(), receipt_of(taken, event_path(taken.holding, 0)))
    assert (codes(result), result.unplaced) == (["NOT_MERGED"], True)
    assert read_copy(mine) == sealed().files


def test_a_later_receipt_shows_that_events_are_missing(tmp_path: Path) -> None:
    """It stays out, and its code says what it shows."""
    later = checked(checked(sealed()))
    result, _ = with_receipt(tmp_path, sealed(), receipt_of(later, event_path(later.holding, 2)))
    assert (codes(result), result.unplaced) == (["LATER_EVENT_EXISTS"], True)


def test_a_receipt_that_is_held_brings_its_openings(tmp_path: Path) -> None:
    """The recipient sends on request where he received it."""
    taken = received(released(sealed()))
    place = f"{event_path(taken.holding, 0)}/place.json"
    receipt = receipt_of(taken, event_path(taken.holding, 0), openings=("body", "place"))
    result, mine = with_receipt(tmp_path, taken.edit({place: None}), receipt)
    assert result.openings == (place,)
    assert read_copy(mine) == taken.files


def test_what_a_copy_keeps_of_a_lost_past_is_kept(tmp_path: Path) -> None:
    """A whole copy with a hole in its log still shows that the log went on."""
    later = checked(checked(sealed()))
    hole = {path: None for path in later.files if path.startswith(event_path(later.holding, 1))}
    result, mine = merged(tmp_path, sealed(), later.edit(hole))
    assert [event.path for event in result.events] == [event_path(later.holding, 2)]
    assert "LATER_EVENT_EXISTS" in [one.name for one in verify(mine, trust=TRUST, at=NOW).reasons()]


def test_events_of_strangers_are_left_out(tmp_path: Path) -> None:
    """What counts for nobody is listed, and stays where it is."""
    junk = checked(sealed(), STRANGER)
    result, mine = merged(tmp_path, sealed(), junk)
    assert codes(result) == ["EVENT_SIGNER_UNKNOWN"]
    assert read_copy(mine) == sealed().files


def test_receipts_of_strangers_are_left_out(tmp_path: Path) -> None:
    """Only signatures speak for a receipt, and these must be of known people."""
    junk = checked(sealed(), STRANGER)
    result, _ = with_receipt(tmp_path, sealed(), receipt_of(junk, event_path(junk.holding, 1)))
    assert codes(result) == ["EVENT_SIGNER_UNKNOWN"]


def test_receipts_by_somebody_else_than_the_holder_are_left_out(tmp_path: Path) -> None:
    """The lawyer writes at the place of the archive's next event, and of its last one."""
    junk = checked(sealed(), LAWYER)
    receipt = receipt_of(junk, event_path(junk.holding, 1))
    assert codes(with_receipt(tmp_path / "a", sealed(), receipt)[0]) == ["NOT_THE_HOLDER"]
    assert codes(with_receipt(tmp_path / "b", checked(sealed()), receipt)[0]) == ["NOT_THE_HOLDER"]


def test_a_receipt_that_is_a_stub_is_left_out(tmp_path: Path) -> None:
    """Nobody vouches for it."""
    taken = received(released(sealed()))
    folder = event_path(taken.holding, 0)
    files = stub({path: data for path, data in taken.files.items() if path.startswith(folder)}, folder)
    mine = write_copy(tmp_path / "mine", released(sealed()).files)
    write_copy(tmp_path / "r", files)
    assert codes(merge(mine, tmp_path / "r", trust=TRUST, at=NOW)) == ["STUB_UNFOLLOWED"]


def test_a_receipt_of_a_seal_by_nobody_who_may_seal_is_left_out(tmp_path: Path) -> None:
    """A known holder cannot make another sealer contradict himself."""
    other = sealed_again(NGO)
    result, _ = with_receipt(tmp_path, sealed(), receipt_of(other, event_path(other.holding, 0)))
    assert codes(result) == ["SEALER_ROLE"]


def sealed_again(*signers: object) -> Bundle:
    """Return the same bundle id with another seal."""
    return make_bundle(signers=list(signers), fields={"note": {"text": "again"}})  # type: ignore[arg-type]


def test_junk_in_the_way_is_moved_out_of_it(tmp_path: Path) -> None:
    """It stands where the next event belongs, and lies beside the bundle afterwards."""
    given = released(sealed())
    theirs = received(given)
    folder = event_path(theirs.holding, 0)
    junk = given.edit({f"{folder}/event.json": b"{}", f"{folder}/stamps/x": b"y"})
    result, mine = merged(tmp_path, junk, theirs)
    assert read_copy(mine) == theirs.files
    assert [(tmp_path / name / "event.json").read_bytes() for name in result.aside] == [b"{}"]


def test_an_event_that_somebody_has_spoilt_is_whole_again(tmp_path: Path) -> None:
    """A strange signature in its folder sets an event aside; another copy has it as it was."""
    theirs = checked(checked(sealed()))
    spoilt = theirs.edit({f"{event_path(theirs.holding, 1)}/9.sshsig": b"x"})
    result, mine = merged(tmp_path, spoilt, theirs)
    assert (len(result.aside), read_copy(mine)) == (1, theirs.files)


def test_a_stub_becomes_the_event_that_it_stands_for(tmp_path: Path) -> None:
    """Another copy has it open."""
    theirs = checked(checked(sealed()))
    mine = theirs.edit({})
    files = stub(mine.files, event_path(theirs.holding, 1))
    hidden = mine.edit({path: files.get(path) for path in mine.files})
    result, folder = merged(tmp_path, hidden, theirs)
    assert [event.type for event in result.events] == ["fixity-checked"]
    assert read_copy(folder) == theirs.files


def test_a_stub_that_nobody_has_open_is_kept(tmp_path: Path) -> None:
    """What follows it needs it."""
    theirs = checked(checked(sealed()))
    files = stub(theirs.files, event_path(theirs.holding, 1))
    result, folder = merged(tmp_path, sealed(), theirs.edit({path: files.get(path) for path in theirs.files}))
    assert [event.type for event in result.events] == [None, "fixity-checked"]
    assert read_copy(folder) == files


def test_too_many_events_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader would not look at all of them."""
    monkeypatch.setattr("custody.transfer.union.EVENTS", 1)
    with pytest.raises(Exception, match="log: expected at most 1 events") as refused:
        merged(tmp_path, sealed(), checked(sealed()))
    assert getattr(refused.value, "code", "") == "LOG_LIMIT"


def test_a_withdrawal_and_a_receipt_are_a_dispute_that_is_announced(tmp_path: Path) -> None:
    """Both happened offline; both are kept, and custody is open."""
    given = released(sealed())
    back = add_event(given, "withdrawn", {"event": given.head}, signers=[ARCHIVE])
    taken = received(given)
    result, mine = merged(tmp_path, back, taken)
    assert result.disputes == (tuple(sorted((back.head, taken.head))),)
    assert verify(mine, trust=TRUST, at=NOW).outcome(Claim.CUSTODY_UNBROKEN) is Outcome.UNDETERMINED
    again = merge(mine, write_copy(tmp_path / "again", taken.files), trust=TRUST, at=NOW)
    assert (again.news, again.disputes) == (False, ())


def test_openings_that_an_erasure_took_do_not_come_in(tmp_path: Path) -> None:
    """The manifest of the seal would let somebody guess at the file that is gone; it is named."""
    mine, old = withheld(erased(sealed(), 1), 1), sealed()
    result, folder = merged(tmp_path, mine, old)
    assert codes(result) == ["ERASED"]
    assert result.outdated == (1,)
    assert read_copy(folder) == mine.files


def test_a_copy_that_changes_meanwhile_brings_nothing_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was judged is what is written."""
    other = EventRecord(path="", event_id="0" * 64)
    monkeypatch.setattr(growth, "examine_event", lambda *_, **__: other)
    with pytest.raises(SourceChangedError, match="changed meanwhile"):
        merged(tmp_path, sealed(), checked(sealed()))
    assert read_copy(tmp_path / "copy-0") == sealed().files


@pytest.mark.parametrize("changing", ["place.json", "stamp.tst"])
def test_a_file_that_changes_meanwhile_is_not_added(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changing: str
) -> None:
    """An opening is checked by its commitment, a stamp by its name."""
    usual, armed = FolderSource.read, list[str]()

    def read(self: FolderSource, path: str, limit_bytes: int) -> bytes:
        content = usual(self, path, limit_bytes)
        return b"[]" if path.endswith(tuple(armed)) else content

    def arm(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - whatever it takes
        armed.append(changing)
        return growth.grow(*arguments, **named)

    monkeypatch.setattr(FolderSource, "read", read)
    monkeypatch.setattr(merging, "grow", arm)
    taken = received(released(sealed()))
    mine = taken.edit({f"{event_path(taken.holding, 0)}/place.json": None})
    with pytest.raises(SourceChangedError, match="changed meanwhile"):
        merged(tmp_path, mine, stamped(taken) if changing == "stamp.tst" else taken)


def test_an_erased_item_of_which_a_field_is_open_is_not_still_held(tmp_path: Path) -> None:
    """Its content is gone; what its holder has kept of it stays in his copy."""
    gone = withheld(erased(sealed(), 1), 1)
    files = reduce_items(erased(sealed(), 1).files, gone.bundle_id, [1023, 2, 1023])
    mine = gone.edit({"custody/items.jsonl": files["custody/items.jsonl"]}).rewrap()
    result, folder = merged(tmp_path, mine, checked(erased(sealed(), 1)))
    assert len(result.events) == 1
    assert read_copy(folder)["custody/items.jsonl"] == mine.files["custody/items.jsonl"]


def test_an_erasure_that_nobody_may_sign_takes_nothing(tmp_path: Path) -> None:
    """Its signer is known, and neither a sealer nor a holder for this reader."""
    roles = {"archive": {Role.SEALER}, "court": {Role.ATTESTER}}
    trust = evolve(
        TRUST,
        identities=tuple(
            evolve(one, roles=frozenset(roles.get(one.name, one.roles))) for one in TRUST.identities
        ),
    )
    given = add_event(sealed(), "copied", {"to": party(COURT)}, signers=[ARCHIVE])
    data = {"root": given.root, "result": "pass"}
    theirs = add_event(given, "copy-received", data, signers=[COURT], opens=True)
    gone = {"leaves": [1], "ground": "none"}
    theirs = add_event(theirs, "erased", gone, signers=[APPROVER, COURT], actor="court")
    folders = [write_copy(tmp_path / name, one.files) for name, one in (("a", sealed()), ("b", theirs))]
    assert [event.type for event in merge(*folders, trust=trust, at=NOW).events][-1] == "erased"
