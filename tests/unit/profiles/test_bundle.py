"""A bundle as a subject: what is open, what is erased, whom the trust knows, and what was not shown."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve

from custody.errors import CustodyError, StorageError
from custody.format.layout import event_path
from custody.model.instant import decode_instant
from custody.profiles.answer import State
from custody.profiles.bundle import subject_of_bundle
from custody.profiles.rules.registry import RULES
from custody.profiles.subject import Missing, Subject
from custody.trust.trust import Trust
from custody.verification.verify import verify_source
from tests.tools.bundles import Bundle, Item, add_event, make_bundle, make_part
from tests.tools.memory import MemorySource
from tests.unit.profiles.subjects import (
    APPROVER,
    ARCHIVE,
    EXPERT,
    FIRST,
    LAWYER,
    NOW,
    STRANGER,
    TRUST,
    checked,
    digest_of_text,
    examined,
    handed_over,
    sealed,
    source,
    stamped,
    text_of,
)

NAME = 2


def of(rule: str, subject: Subject, **parameters: Any) -> State:  # noqa: ANN401 - JSON values
    """Return the state that a rule answers."""
    return RULES[rule].ask(subject, parameters).state


def part(masks: tuple[int, ...], bundle: Bundle | None = None, *, stubs: tuple[str, ...] = ()) -> Bundle:
    """Disclose a part."""
    whole = sealed({}, {}) if bundle is None else bundle
    return make_part(whole, masks, signers=[ARCHIVE], to=LAWYER, stubs=stubs)[1]


def test_the_fields_of_an_open_item_are_its_members() -> None:
    """Only those that are not null."""
    subject = checked(sealed({"origin": {"method": "copy"}}))
    (item,) = subject.items
    assert (item.value("origin.method"), item.value("place")) == ("copy", Missing.ABSENT)
    assert subject.whole


def test_what_a_part_withholds_is_closed() -> None:
    """A whole item, or a field of one."""
    subject = checked(part((NAME, 0)))
    one, two = subject.items
    assert (one.value("name"), one.value("kind.kind"), two.value("name")) == (
        "1.txt",
        Missing.CLOSED,
        Missing.CLOSED,
    )
    assert not subject.whole


def test_padding_is_no_item() -> None:
    """It only hides how many there are."""
    items = [
        Item(data=b"x", fields={"kind": {"kind": "record"}}),
        Item(data=None, fields={"kind": {"kind": "padding"}}),
    ]
    assert [one.place.number for one in checked(make_bundle(items, signers=[ARCHIVE])).items] == [1]


def test_what_an_event_erased_is_no_item() -> None:
    """Nobody can be asked about it any more."""
    bundle = sealed({}, {})
    data = {"leaves": [1], "ground": "order of the court"}
    bundle = add_event(bundle, "erased", data, signers=[ARCHIVE, APPROVER])
    assert [one.place.number for one in checked(bundle).items] == [1]


def test_events_carry_the_names_of_the_trust() -> None:
    """Labels of the bundle count for nothing."""
    subject = checked(examined(handed_over(sealed()), "examined", {"result": "x"}))
    assert [one.value("actor") for one in subject.events] == ["archive", "archive", "lawyer", "expert"]
    assert subject.events[1].value("to") == "lawyer"
    assert subject.events[2].value("data.result") == "pass"
    assert subject.complete("event")


@pytest.mark.parametrize("trust", [Trust.none(), TRUST], ids=["none", "some"])
def test_an_event_by_somebody_unknown_leaves_silence_undetermined(trust: Trust) -> None:
    """He may be somebody whom the reader has yet to meet."""
    bundle = examined(sealed(), "examined", {"result": "x"}, STRANGER)
    subject = checked(bundle, trust=trust)
    assert not subject.complete("event")
    assert of("exists", subject, object="event", of=[{"member": "type", "in": ["closed"]}]) is (
        State.UNDETERMINED
    )


@pytest.mark.parametrize("lost", ["body.json", "1.sshsig"])
def test_a_damaged_event_leaves_silence_undetermined(lost: str) -> None:
    """It may withdraw a consent; that it was broken and not withheld changes nothing."""
    bundle = add_event(sealed(), "accessed", {"leaves": [0]}, signers=[ARCHIVE])
    path = f"{event_path(bundle.holding, bundle.seq)}/{lost}"
    files = {name: data for name, data in bundle.files.items() if name != path}
    assert not checked(evolve(bundle, files=files)).complete("event")


def test_a_recipient_without_known_keys_is_called_as_the_event_calls_him() -> None:
    """The trust has no name for him."""
    bundle = add_event(sealed(), "submitted", {"to": {"identity": "office"}}, signers=[ARCHIVE])
    told = checked(bundle).events[-1]
    assert (told.value("to"), told.value("data.to.identity")) == (Missing.ABSENT, "office")


def test_a_stub_is_a_closed_event() -> None:
    """It may be any event."""
    bundle = add_event(sealed({}, {}), "annotated", {"event": sealed({}, {}).seal_id}, signers=[ARCHIVE])
    subject = checked(part((1023, 0), bundle, stubs=(event_path(bundle.holding, bundle.seq),)))
    assert Missing.CLOSED in [one.value("type") for one in subject.events]
    assert not subject.complete("event")


def test_the_case_is_what_the_seal_says() -> None:
    """Closed where its field is, or where nobody is known to have sealed."""
    bundle = sealed(case={"title": "Case 7"})
    assert checked(bundle).case.value("title") == "Case 7"
    assert checked(bundle, trust=Trust.none()).case.value("title") is Missing.CLOSED
    assert checked(sealed()).case.value("title") is Missing.ABSENT
    closed = bundle.edit({bundle.path("case.json"): None})
    assert checked(closed).case.value("title") is Missing.CLOSED


def test_a_bundle_without_a_seal_says_nothing() -> None:
    """No event, no case, and no item that anybody vouches for."""
    bundle = sealed()
    gone = bundle.edit({path: None for path in bundle.files if path.startswith(bundle.path(""))})
    subject = checked(gone)
    assert (subject.seal, subject.timeline, subject.complete("event")) == (None, None, False)
    assert subject.case.value("title") is Missing.CLOSED


def test_items_that_cannot_be_read_leave_everything_undetermined() -> None:
    """A line that is none."""
    subject = checked(sealed().edit({"custody/items.jsonl": b"{}\n"}))
    assert (subject.items, subject.complete("item")) == ((), False)
    assert of("members", subject, all=["name"]) is State.UNDETERMINED


def test_a_proof_of_time_is_a_thing() -> None:
    """With its operators."""
    (stamp,) = checked(stamped(sealed())).stamps
    assert (stamp.value("holds"), stamp.value("operators")) == (True, [FIRST.operator])


def test_an_authority_that_is_not_trusted_leaves_the_number_of_operators_open() -> None:
    """It may be one more."""
    subject = checked(stamped(sealed()), trust=Trust.none())
    assert of("operators", subject, at_least=1) is State.UNDETERMINED


def test_a_head_without_a_proof_of_time_is_named() -> None:
    """The seal alone was stamped."""
    bundle = stamped(sealed())
    bundle = add_event(bundle, "annotated", {"event": bundle.seal_id}, signers=[ARCHIVE])
    answer = RULES["stamped"].ask(checked(bundle), {})
    assert (answer.state, answer.where[0].place.event_id) == (State.NOT_MET, bundle.head)


def test_a_stamp_of_nobody_trusted_is_no_failure() -> None:
    """Whether the seal existed before is undetermined."""
    assert of("stamped", checked(stamped(sealed()), trust=Trust.none())) is State.UNDETERMINED


@pytest.mark.parametrize("algorithm", ["sha256", "md5", "blake2b"])
def test_digests_are_those_of_the_files(algorithm: str) -> None:
    """Listed ones are taken as they are, others are computed."""
    assert checked(sealed({}, {})).digest_of(2, algorithm) == digest_of_text(2, algorithm)


def test_a_closed_content_has_no_digest() -> None:
    """And its file is not there."""
    assert checked(part((NAME, 1023))).digest_of(1, "sha256") is None


def test_a_file_that_is_missing_has_no_other_digest() -> None:
    """What cannot be read is not guessed."""
    bundle = sealed()
    path = next(path for path in bundle.files if path.startswith("data/"))
    fault: dict[str, CustodyError] = {path: StorageError("gone", code="MISSING")}
    report = verify_source(MemorySource(bundle.files), TRUST, verified_at=NOW)
    subject = subject_of_bundle(MemorySource(bundle.files, fault), report, None)
    assert text_of(1)
    assert subject.digest_of(1, "sha256") == digest_of_text(1)
    assert subject.digest_of(1, "md5") is None


def test_a_level_that_is_withheld_beside_an_open_content_is_undetermined() -> None:
    """It may be sealed."""
    bundle = sealed({"terms": {"confidentiality": "sealed"}}, {})
    without_terms = 1023 & ~(1 << 7)
    assert of("sealed-is-closed", checked(part((without_terms, 1023), bundle))) is State.UNDETERMINED


def test_in_a_whole_copy_nothing_is_handed_out() -> None:
    """The rule is about parts."""
    assert of("sealed-is-closed", checked(sealed())) is State.NOT_APPLICABLE


def test_a_transfer_whose_receipt_is_hidden_is_undetermined() -> None:
    """Both signers and both digests."""
    bundle = handed_over(sealed({}, {}))
    hidden = event_path(bundle.holding, bundle.seq)
    last = add_event(bundle, "annotated", {"event": bundle.seal_id}, signers=[LAWYER])
    whole = make_part(last, (1023, 0), signers=[LAWYER], to=EXPERT, stubs=[hidden])[1]
    subject = checked(whole)
    for rule in ("two-signers", "same-root"):
        assert of(rule, subject) is State.UNDETERMINED
    assert of("intervals", subject, hours=1) is State.UNDETERMINED


def test_a_gap_whose_note_is_withheld_is_not_called_bare() -> None:
    """What is closed is no failure."""
    bundle = sealed()
    bundle = add_event(bundle, "incident", {"kind": "gap"}, signers=[ARCHIVE], fields={"note": {"text": "x"}})
    closed = bundle.edit({f"{event_path(bundle.holding, bundle.seq)}/note.json": None})
    assert of("gaps-explained", checked(closed)) is not State.NOT_MET


def test_the_sealer_cannot_repeat_his_own_work() -> None:
    """Somebody independent has to."""
    made = {
        "kind": {"kind": "derived"},
        "derivation": {"of": [{"item": 1}], "how": "cut", "reproducible": True},
    }
    bundle = examined(sealed({}, made), "examined", {"leaves": [1], "result": "same"}, ARCHIVE)
    derived = [{"member": "derivation.reproducible", "in": [True]}]
    assert of("repeated", checked(bundle), of=derived) is State.NOT_DECLARED


def test_an_item_that_may_be_reproducible_is_undetermined() -> None:
    """Whether it has to be repeated is withheld."""
    derived = [{"member": "derivation.reproducible", "in": [True]}]
    assert of("repeated", checked(part((NAME, 1023))), of=derived) is State.UNDETERMINED


def test_an_exhibit_whose_content_is_withheld_is_undetermined() -> None:
    """Its digest cannot be printed from this copy."""
    subject = checked(part((NAME, 1023)), declaration={"exhibits": [{"item": 1}]})
    assert of("exhibits", subject) is State.UNDETERMINED


def test_without_a_list_every_item_is_an_exhibit() -> None:
    """As in the certificate."""
    assert of("exhibits", checked(sealed({}, {}), declaration={})) is State.MET


def test_a_declarant_without_a_name_of_the_trust_has_checked_nothing() -> None:
    """Whom to look for is not said."""
    subject = checked(sealed(), declaration={})
    answer = RULES["declarant-checked"].ask(subject, {})
    assert (answer.state, answer.where[0].members) == (State.NOT_MET, ("identity",))
    assert of("checked-last", subject) is State.NOT_MET


def test_where_events_are_hidden_a_check_may_be_among_them() -> None:
    """Silence is undetermined."""
    bundle = examined(sealed(), "examined", {"result": "x"}, STRANGER)
    subject = checked(bundle, declaration={"identity": "expert"})
    for rule in ("declarant-checked", "checked-last"):
        assert of(rule, subject) is State.UNDETERMINED


def test_a_check_that_states_a_later_time_than_the_transfer_will_do() -> None:
    """Where no link shows the order."""
    base = sealed()
    bundle = handed_over(base)
    checked_then = examined(base, "fixity-checked", {"root": base.root, "result": "pass"})
    statement = {path: data for path, data in checked_then.files.items() if "/attestations/" in path}
    same_time = bundle.edit(statement)
    subject = checked(same_time, declaration={"identity": "expert"})
    assert of("checked-last", subject) is State.NOT_MET


def test_a_pass_that_a_failure_follows_is_no_check() -> None:
    """The profile asks what a certificate asks: his last word, of this root."""
    base = sealed()
    told = {"root": base.root, "result": "pass"}
    bundle = add_event(base, "fixity-checked", told, signers=[ARCHIVE])
    failed = add_event(bundle, "fixity-checked", {**told, "result": "fail", "failed": [0]}, signers=[ARCHIVE])
    other = add_event(base, "fixity-checked", {**told, "root": "ab" * 32}, signers=[ARCHIVE])
    said = {"identity": "archive"}
    assert of("declarant-checked", checked(bundle, declaration=said)) is State.MET
    for one in (failed, other):
        for rule in ("declarant-checked", "checked-last"):
            assert of(rule, checked(one, declaration=said)) is State.NOT_MET


def test_a_transfer_that_follows_the_check_is_later_whatever_times_are_stated() -> None:
    """The links go before the clocks."""
    base = sealed()
    told = {"root": base.root, "result": "pass"}
    bundle = add_event(
        base, "fixity-checked", told, signers=[ARCHIVE], at=decode_instant("2026-02-01T00:00:00Z")
    )
    moved = handed_over(bundle, at=decode_instant("2026-01-05T00:00:00Z"))
    subject = checked(moved, declaration={"identity": "archive"})
    assert of("declarant-checked", subject) is State.MET
    assert of("checked-last", subject) is State.NOT_MET


def test_a_giver_and_a_taker_whom_nobody_knows_are_undetermined() -> None:
    """Two labels are not two people."""
    bundle = handed_over(sealed())
    subject = checked(bundle)
    nameless = evolve(subject.events[2], members={**subject.events[2].members, "actor": None})
    events = (*subject.events[:2], nameless)
    assert of("two-signers", evolve(subject, events=events)) is State.UNDETERMINED


def test_the_seal_is_a_thing_with_what_it_notes() -> None:
    """Such as the tool."""
    bundle = make_bundle(
        [Item(data=b"x", fields={"kind": {"kind": "record"}})],
        signers=[ARCHIVE],
        fields={"note": {"tool": {"name": "custody", "version": "1"}}},
    )
    wanted = {"object": "seal", "all": ["note.tool.version"]}
    assert of("members", checked(bundle), **wanted) is State.MET
    assert of("members", source({}), **wanted) is State.NOT_APPLICABLE
    assert of("members", checked(sealed()), object="filing", all=["identity"]) is State.NOT_APPLICABLE
