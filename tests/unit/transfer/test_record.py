"""Everything else that holders do, and what others state beside the log."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from custody.errors import LogError, UsageError
from custody.format.event_fields import EVENT_TYPES
from custody.report.reason import Reason
from custody.transfer.act import write_act
from custody.transfer.data import OWN_VERBS, WORDS, check_data, check_type, members_of, types_for
from custody.transfer.desk import stand
from custody.transfer.details import Details
from custody.transfer.fixity import check_fixity
from custody.transfer.receive import examine
from custody.transfer.record import FIXITY, attestation_act, event_act, refusal_act
from custody.transfer.release import copy_act, release_act, withdraw_act
from tests.tools.desks import APPROVER, RECIPIENT, STRANGER, begin, desk_at, unbroken, verified

LEAVES = [0, 2]
INSTANT = "2026-01-01T00:00:00Z"
DATA: dict[str, dict[str, Any]] = {
    "accessed": {"leaves": LEAVES},
    "derived": {"inputs": [0], "outputs": [1]},
    "redacted": {"inputs": [0], "outputs": [1], "class": "blur", "ground": "faces"},
    "encrypted": {
        "scheme": "age-encryption.org/v1",
        "root": "a" * 64,
        "size": 1,
        "ciphertext": [{"name": "x", "size": 1, "sha256": "b" * 64}],
    },
    "submitted": {"to": {"identity": "icc"}},
    "timestamp-renewed": {"over": ["a" * 64], "hash": "sha512"},
    "consent-recorded": {"leaves": LEAVES, "effective": INSTANT, "scopes": ["media", "public"]},
    "consent-withdrawn": {"leaves": LEAVES, "effective": INSTANT},
    "quarantined": {"result": "held", "tool": {"name": "clam", "version": "1"}},
    "released-from-quarantine": {"result": "clean"},
    "virus-checked": {"result": "clean"},
    "annotated": {"event": "a" * 64},
    "incident": {"kind": "seizure", "from": INSTANT},
    "closed": {"reason": "done"},
}
DATA["decrypted"] = DATA["encrypted"]
ATTESTED: dict[str, dict[str, Any]] = {
    "examined": {"method": "looked", "result": "as said"},
    "countersigned": {"statement": "so it was"},
    "received-by-court": {},
    "key-revoked": {"keys": ["a" * 64], "since": INSTANT, "reason": "lost"},
}


def test_every_type_is_written_in_one_way() -> None:
    """By a verb of its own, by name, or by making a part; nothing is forgotten."""
    named = {*types_for(attestation=False), *types_for(attestation=True)}
    assert named | set(OWN_VERBS) | {"disclosed"} == set(EVENT_TYPES)
    assert not named & set(OWN_VERBS)
    assert set(WORDS) == named


@pytest.mark.parametrize("name", sorted(DATA))
def test_a_holder_records_every_type(tmp_path: Path, name: str) -> None:
    """Each with its data; custody stays unbroken."""
    desk = begin(tmp_path)
    written = write_act(desk, event_act(desk, name, DATA[name], details=Details(note="ملاحظة")))
    assert (written.type, written.seq, "note.json" in written.files) == (name, 1, True)
    assert unbroken(desk)


def test_an_erasure_needs_an_approver(tmp_path: Path) -> None:
    """It is refused before anything is written."""
    desk = begin(tmp_path)
    act = event_act(desk, "erased", {"leaves": [0], "ground": "request"})
    with pytest.raises(LogError) as caught:
        write_act(desk, act)
    assert caught.value.code == "EVENT_THRESHOLD"
    written = write_act(evolve(desk, cosigners=(APPROVER,)), act)
    assert (written.type, unbroken(desk)) == ("erased", True)


def test_items_that_are_not_there_are_refused_also_on_the_short_way(tmp_path: Path) -> None:
    """The key remembers the last event, and not how many items there are."""
    desk = begin(tmp_path)
    write_act(desk, event_act(desk, "accessed", {"leaves": [0]}))
    with pytest.raises(LogError) as caught:
        write_act(desk, event_act(desk, "accessed", {"leaves": [99]}))
    assert caught.value.code == "ITEM_UNKNOWN"


@pytest.mark.parametrize(
    ("name", "attestation", "code"),
    [
        ("released", False, "TYPE_HAS_VERB"),
        ("refused", True, "TYPE_HAS_VERB"),
        ("disclosed", False, "TYPE_NOT_YET"),
        ("examined", False, "TYPE_UNKNOWN"),
        ("incident", True, "TYPE_UNKNOWN"),
        ("نوع", False, "TYPE_UNKNOWN"),
        ("", True, "TYPE_UNKNOWN"),
    ],
)
def test_a_type_that_is_not_written_by_name_is_refused(name: str, attestation: bool, code: str) -> None:  # noqa: FBT001
    """With the verb, or the place, that is meant."""
    with pytest.raises(UsageError) as caught:
        check_type(name, attestation=attestation)
    assert caught.value.code == code
    assert caught.value.hint
    assert "نوع" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("accessed", {}, "expected leaves, found none"),
        ("redacted", {"inputs": [0]}, "expected outputs, class, ground"),
        ("accessed", {"leaves": [2, 0]}, "ascending"),
        ("accessed", {"leaves": [0], "secret": 1}, "members that the format names"),
        ("incident", {"kind": "party"}, "#/kind"),
        ("incident", {"kind": "gap", "from": "yesterday"}, "#/from"),
        ("submitted", {"to": {"identity": "Not A Name"}}, "#/to/identity"),
    ],
)
def test_data_of_another_shape_is_refused(name: str, data: dict[str, Any], words: str) -> None:
    """The member is named, with all that the type takes."""
    with pytest.raises(UsageError) as caught:
        check_data(name, data)
    assert caught.value.code == "EVENT_DATA"
    assert words in str(caught.value)
    assert name in (caught.value.hint or "")


def test_a_type_without_data_takes_none() -> None:
    """Its members are all optional."""
    assert check_data("closed", {}) == {}
    assert members_of("closed") == ((), ("reason",))


def test_a_check_names_the_program_that_made_it(tmp_path: Path) -> None:
    """A certificate has to say with which tool; words of the holder stay beside it."""
    desk = begin(tmp_path)
    program = {"name": "custody", "version": metadata.version("custody")}
    assert event_act(desk, FIXITY, {}).fields == {"note": {"tool": program}}
    noted = attestation_act(desk, FIXITY, {}, details=Details(note="on a new disk"))
    assert noted.fields == {"note": {"text": "on a new disk", "tool": program}}
    own = {"note": {"tool": {"name": "checker"}}}
    assert event_act(desk, FIXITY, {}, fields=own).fields == own


def test_a_field_is_given_once(tmp_path: Path) -> None:
    """In words or in its members, not both."""
    desk = begin(tmp_path)
    act = event_act(desk, "incident", {"kind": "gap"}, fields={"note": {"text": "x"}, "place": None})
    assert act.fields == {"note": {"text": "x"}}
    with pytest.raises(UsageError):
        event_act(
            desk, "incident", {"kind": "gap"}, details=Details(note="y"), fields={"note": {"text": "x"}}
        )


def test_fixity_is_found_out(tmp_path: Path) -> None:
    """Root recomputed, all files read; nobody states it himself."""
    desk = begin(tmp_path)
    act = event_act(desk, "fixity-checked", {})
    assert act.data == {"root": stand(desk).root, "result": "pass"}
    with pytest.raises(UsageError) as caught:
        event_act(desk, "fixity-checked", {"result": "pass"})
    assert caught.value.code == "EVENT_DATA"


def test_a_failed_check_names_the_leaves(tmp_path: Path) -> None:
    """Changed and missing files; the event is written all the same."""
    desk = begin(tmp_path)
    files = sorted((Path(desk.bundle) / "data").iterdir())
    files[0].write_bytes(b"!" + files[0].read_bytes()[1:])
    files[2].unlink()
    act = event_act(desk, "fixity-checked", {})
    assert (act.data["result"], act.data["failed"]) == ("fail", [0, 2])
    write_act(desk, act)


def test_a_failure_of_no_item_names_none(tmp_path: Path) -> None:
    """A file too many."""
    desk = begin(tmp_path)
    (Path(desk.bundle) / "data" / "000099.txt").write_bytes(b"x")
    assert check_fixity(desk).data == {"root": stand(desk).root, "result": "fail"}


def test_a_list_that_was_cut_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """To name some and hide others would mislead."""
    monkeypatch.setattr("custody.verification.run.FAILURES_LISTED", 1)
    desk = begin(tmp_path)
    for file in (Path(desk.bundle) / "data").iterdir():
        file.unlink()
    assert set(check_fixity(desk).data) == {"root", "result"}


def test_a_file_that_cannot_be_read_decides_nothing(tmp_path: Path) -> None:
    """Neither pass nor fail is shown, so nothing is stated."""
    desk = begin(tmp_path)
    victim = next((Path(desk.bundle) / "data").iterdir())
    victim.chmod(0)
    if _readable(victim):
        pytest.skip("this user reads every file")
    with pytest.raises(LogError) as caught:
        check_fixity(desk)
    assert caught.value.code == "FIXITY_UNDETERMINED"


def _readable(path: Path) -> bool:
    try:
        path.read_bytes()
    except PermissionError:
        return False
    return True


@pytest.mark.parametrize("name", sorted(ATTESTED))
def test_anybody_attests(tmp_path: Path, name: str) -> None:
    """It stands beside the log, listed, and changes nobody's custody."""
    desk = begin(tmp_path)
    theirs = evolve(desk_at(Path(desk.bundle), APPROVER), cosigners=(RECIPIENT,))
    seal = stand(desk).seal_id
    data = ATTESTED[name] | ({"events": [seal]} if name in {"countersigned", "received-by-court"} else {})
    act = attestation_act(theirs, name, data, about=(seal,))
    written = write_act(theirs, act)
    assert written.path == f"custody/attestations/{written.event_id}"
    assert Reason.ATTESTATION_LISTED in verified(desk).reasons()
    assert unbroken(desk)


def test_a_stranger_attests_for_those_who_will_know_him(tmp_path: Path) -> None:
    """His statement is about the seal, unless it says about what."""
    desk = begin(tmp_path)
    theirs = desk_at(Path(desk.bundle), STRANGER)
    act = attestation_act(theirs, "examined", {"result": "x"})
    assert act.follows == (stand(desk).seal_id,)
    write_act(theirs, act)
    assert Reason.ATTESTATION_SIGNER_UNKNOWN in verified(desk).reasons()


def test_a_statement_with_too_few_signers_is_not_written(tmp_path: Path) -> None:
    """A revocation needs two; it would be set aside everywhere."""
    desk = begin(tmp_path)
    act = attestation_act(desk, "key-revoked", ATTESTED["key-revoked"])
    with pytest.raises(LogError) as caught:
        write_act(desk, act)
    assert caught.value.code == "EVENT_THRESHOLD"
    write_act(
        evolve(desk, cosigners=(STRANGER,)), act
    )  # whom the trust does not know is one more, all the same


def test_a_statement_is_about_events_that_are_here(tmp_path: Path) -> None:
    """Those that its data names, and no unknown ones; not too many."""
    desk = begin(tmp_path)
    incident = write_act(desk, event_act(desk, "incident", {"kind": "gap"})).event_id
    assert attestation_act(desk, "countersigned", {"events": [incident]}).follows == (incident,)
    with pytest.raises(LogError) as caught:
        attestation_act(desk, "countersigned", {"events": ["0" * 64]})
    assert caught.value.code == "EVENT_UNKNOWN"


def test_an_auditor_checks_fixity(tmp_path: Path) -> None:
    """As a statement beside the log."""
    desk = begin(tmp_path)
    theirs = desk_at(Path(desk.bundle), APPROVER)
    written = write_act(theirs, attestation_act(theirs, "fixity-checked", {}))
    assert (written.type, written.holding) == ("fixity-checked", "")


@pytest.mark.parametrize("make", [release_act, copy_act])
def test_the_named_recipient_refuses(tmp_path: Path, make: Any) -> None:  # noqa: ANN401 - one of the two
    """With his reason; the holder then takes a release back."""
    desk = begin(tmp_path)
    given = write_act(desk, make(desk, to=RECIPIENT.identity))
    theirs = desk_at(Path(desk.bundle), RECIPIENT)
    act = refusal_act(theirs, reason="damaged", details=Details(note="x"))
    assert (act.follows, act.data) == ((given.event_id,), {"event": given.event_id, "reason": "damaged"})
    written = write_act(theirs, act)
    assert written.path.startswith("custody/attestations/")
    if given.type == "released":
        write_act(desk, withdraw_act(desk, reason="refused"))
    assert unbroken(desk)


def test_nobody_else_refuses(tmp_path: Path) -> None:
    """And nobody refuses what he has received."""
    desk = begin(tmp_path)
    write_act(desk, release_act(desk, to=RECIPIENT.identity))
    with pytest.raises(LogError) as caught:
        refusal_act(desk_at(Path(desk.bundle), APPROVER))
    assert caught.value.code == "NOT_THE_RECIPIENT"
    theirs = desk_at(Path(desk.bundle), RECIPIENT)
    write_act(theirs, examine(theirs).act)
    with pytest.raises(LogError) as caught:
        refusal_act(theirs)
    assert caught.value.code == "RELEASE_RECEIVED"


def test_refusing_twice_says_it_twice_and_harms_nobody(tmp_path: Path) -> None:
    """Attestations are statements, not states."""
    desk = begin(tmp_path)
    write_act(desk, release_act(desk, to=RECIPIENT.identity))
    theirs = desk_at(Path(desk.bundle), RECIPIENT)
    first, second = (write_act(theirs, refusal_act(theirs)) for _ in range(2))
    assert first.event_id != second.event_id


def test_a_damaged_bundle_can_be_refused(tmp_path: Path) -> None:
    """That is what refusing is for."""
    desk = begin(tmp_path)
    write_act(desk, release_act(desk, to=RECIPIENT.identity))
    (Path(desk.bundle) / "custody/items.jsonl").write_bytes(b"{}\n")
    theirs = desk_at(Path(desk.bundle), RECIPIENT)
    assert write_act(theirs, refusal_act(theirs)).type == "refused"


def test_a_statement_is_about_so_many_events_at_most(tmp_path: Path) -> None:
    """As many as a link can name."""
    desk = begin(tmp_path)
    ids = [
        write_act(desk, event_act(desk, "incident", {"kind": "gap"}, details=Details(note=str(n)))).event_id
        for n in range(65)
    ]
    with pytest.raises(UsageError):
        attestation_act(desk, "examined", {"result": "x"}, about=ids)
