"""The facts of a certificate, and each reason for which there is none."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from attrs import evolve

from custody.errors import LogError, UsageError
from custody.exporting.view import ItemView
from custody.filing.certificate import ChangedSinceCheckError, Kind, Program
from custody.filing.declaration import Declaration, ExhibitRequest
from custody.filing.exhibit import exhibit_of
from custody.format.layout import event_path
from custody.model.instant import Instant, decode_instant
from custody.report.claim import Claim, Outcome
from custody.report.report import NotProvenError
from custody.report.timeline import EventStatus, TimelineEvent
from custody.trust.trust import Role
from custody.verification.checked import Order, by_time
from tests.tools.bundles import AT, Bundle, Item, add_event, attest, stub, text_item
from tests.tools.memory import trusting, trusting_each
from tests.unit.filing.certificates import (
    EXPERT,
    LAWYER,
    SEALER,
    STRANGER,
    checked,
    copied,
    facts_of,
    handed_over,
    moment,
    party,
    sealed,
)

STORY = checked(handed_over(sealed()))


def code_of(bundle: Bundle, **more: Any) -> str:  # noqa: ANN401 - as facts_of
    """Return the code of the refusal."""
    with pytest.raises((LogError, UsageError, NotProvenError)) as refusal:
        facts_of(bundle, **more)
    return str(refusal.value.code)


def test_a_check_by_the_declarant_after_the_last_transfer_is_certified() -> None:
    """It follows the receipt in the log, so it cannot be older."""
    facts = facts_of(STORY)
    assert facts.check.event.event_id == STORY.head
    assert (facts.check.order, str(facts.check.claimed_at)) == (Order.LINKED, str(moment(8)))
    assert facts.seal.event_id == STORY.seal_id


def test_the_tool_and_the_place_of_a_check_are_those_that_its_event_names() -> None:
    """What the declaration says of them counts only where the event is silent."""
    declaration = Declaration(said={"check.tool": "another", "check.version": "9"})
    check = facts_of(STORY, declaration=declaration).check
    assert check.other_place is None
    assert check.claimed_program == Program(name="custody", version="0.0.9")
    assert check.claimed_place == "Berlin, room 4"


def test_a_silent_check_takes_tool_and_place_from_the_declaration() -> None:
    """They are the declarant's words, and he will sign them."""
    bundle = handed_over(sealed())
    told = {"root": bundle.root, "result": "pass"}
    bundle = add_event(bundle, "fixity-checked", told, signers=[LAWYER], at=moment(8))
    said = {"check.tool": "sha256sum", "check.version": "9.1", "check.place": "Oslo"}
    check = facts_of(bundle, declaration=Declaration(said=said)).check
    assert check.claimed_program == Program(name="sha256sum", version="9.1")
    assert check.claimed_place == "Oslo"
    assert facts_of(bundle).check.claimed_program is None


def test_an_attestation_about_the_last_transfer_is_a_check() -> None:
    """An expert who holds nothing names the event that he looked at."""
    bundle = handed_over(sealed())
    told = {"root": bundle.root, "result": "pass"}
    bundle = attest(bundle, "fixity-checked", told, signers=[EXPERT], prev=[bundle.head])
    facts = facts_of(bundle, declarant="expert-3")
    assert facts.check.order is Order.LINKED


def test_the_exhibits_are_all_open_files_with_their_digests() -> None:
    """Unless the declarant names some, in his order and with his labels."""
    facts = facts_of(STORY)
    assert [one.number for one in facts.exhibits] == [1, 2, 3]
    assert facts.exhibits[2].sha256 == hashlib.sha256(b"one\ntwo\n").hexdigest()
    asked = (ExhibitRequest(number=3, label="Exhibit A"), ExhibitRequest(number=1))
    chosen = facts_of(STORY, declaration=Declaration(exhibits=asked)).exhibits
    assert [(one.number, one.label) for one in chosen] == [(3, "Exhibit A"), (1, None)]


@pytest.mark.parametrize("number", [4, 99])
def test_an_exhibit_without_an_open_file_is_refused(number: int) -> None:
    """Padding has no file, and item 99 is none."""
    padding = Item(data=None, fields={"kind": {"kind": "padding"}})
    bundle = sealed(*(text_item(f"{n}.txt", str(n)) for n in range(3)), padding)
    asked = Declaration(exhibits=(ExhibitRequest(number=1), ExhibitRequest(number=number)))
    assert code_of(checked(handed_over(bundle)), declaration=asked) == "EXHIBIT_CLOSED"


def test_a_bundle_without_an_open_file_has_no_exhibits() -> None:
    """There is nothing to certify."""
    assert code_of(STORY, items=()) == "EXHIBIT_CLOSED"


def test_a_declarant_whom_the_trust_does_not_know_is_refused() -> None:
    """The label in a bundle is nobody's name."""
    assert code_of(STORY, declarant="w-99") == "DECLARANT_UNKNOWN"


def test_a_check_by_somebody_else_is_none() -> None:
    """She must have checked herself (F14-03)."""
    assert code_of(checked(sealed(), signer=SEALER)) == "CHECK_MISSING"


def test_a_check_by_unknown_keys_is_none() -> None:
    """Whatever name they give themselves."""
    bundle = handed_over(sealed())
    told = {"root": bundle.root, "result": "pass"}
    bundle = attest(bundle, "fixity-checked", told, signers=[STRANGER], prev=[bundle.head])
    trust = trusting_each((SEALER, (Role.SEALER, Role.HOLDER)), (LAWYER, (Role.HOLDER,)))
    assert code_of(bundle, trust=trust) == "CHECK_MISSING"


def test_a_cosigner_of_a_check_did_not_make_it() -> None:
    """The actor did."""
    bundle = handed_over(sealed())
    told = {"root": bundle.root, "result": "pass"}
    bundle = add_event(bundle, "fixity-checked", told, signers=[LAWYER, EXPERT], at=moment(8))
    assert code_of(bundle, declarant="expert-3") == "CHECK_MISSING"
    assert facts_of(bundle).check.event.cosigners[0].identity == "expert-3"


def test_a_check_before_the_last_transfer_is_refused() -> None:
    """Nobody has shown what came after it (F14-04)."""
    bundle = checked(sealed(), signer=SEALER, day=3)
    assert code_of(handed_over(bundle), declarant="w-01") == "CHECK_BEFORE_TRANSFER"


def test_a_release_after_the_check_is_a_transfer() -> None:
    """Who has released no longer answers for the files."""
    bundle = checked(sealed(), signer=SEALER, day=3)
    release = {"to": party(LAWYER), "root": bundle.root, "items": bundle.items}
    bundle = add_event(bundle, "released", release, signers=[SEALER], at=moment(5))
    assert code_of(bundle, declarant="w-01") == "CHECK_BEFORE_TRANSFER"


def attested_about_the_seal(received: Instant) -> Bundle:
    """Let an expert attest at `AT`, about the seal alone, what was received at a time."""
    bundle = sealed()
    release = {"to": party(LAWYER), "root": bundle.root, "items": bundle.items}
    bundle = add_event(bundle, "released", release, signers=[SEALER], at=moment(1))
    told = {"root": bundle.root, "result": "pass"}
    bundle = add_event(bundle, "received", told, signers=[LAWYER], opens=True, at=received)
    return attest(bundle, "fixity-checked", told, signers=[EXPERT], prev=[bundle.seal_id])


def test_an_attestation_about_the_seal_is_later_by_its_stated_time_alone() -> None:
    """The document says that nothing else shows it."""
    bundle = attested_about_the_seal(decode_instant("2026-01-02T03:04:04Z"))
    assert facts_of(bundle, declarant="expert-3").check.order is Order.CLAIMED


def test_an_attestation_of_the_same_stated_time_is_not_later() -> None:
    """Nothing shows which was first."""
    assert code_of(attested_about_the_seal(AT), declarant="expert-3") == "CHECK_BEFORE_TRANSFER"


def test_proofs_of_time_decide_before_stated_times_do() -> None:
    """A check that existed before the receipt is refused, whatever it states, and the other way round."""
    transfer = TimelineEvent(
        event_id="aa" * 32,
        path="",
        status=EventStatus.COUNTED,
        type="received",
        claimed_at=str(moment(3)),
        not_before=moment(3),
        not_after=moment(4),
    )
    check = evolve(transfer, event_id="bb" * 32, type="fixity-checked")
    earlier = evolve(check, not_before=moment(1), not_after=moment(2))
    later = evolve(check, not_before=moment(5), not_after=moment(6))
    assert by_time(transfer, earlier, moment(9)) is None
    assert by_time(transfer, later, moment(1)) is Order.PROVEN
    assert by_time(transfer, check, moment(4)) is Order.CLAIMED


def test_a_bundle_that_never_changed_hands_needs_no_order() -> None:
    """There is no transfer to be later than."""
    facts = facts_of(checked(sealed(), signer=SEALER), declarant="w-01")
    assert facts.check.order is Order.NO_TRANSFER


def test_a_check_that_failed_is_refused() -> None:
    """Also where an earlier one passed."""
    bundle = checked(checked(handed_over(sealed()), day=8), day=9, result="fail", failed=[0])
    assert code_of(bundle) == "CHECK_FAILED"


def test_a_check_of_another_root_is_refused() -> None:
    """Another bundle was checked."""
    assert code_of(checked(handed_over(sealed()), root="ab" * 32)) == "CHECK_OTHER_ROOT"


def test_a_check_dated_after_the_certificate_is_refused() -> None:
    """The check comes before the declaration (F14-04)."""
    assert code_of(STORY, at=moment(7)) == "CHECK_IN_FUTURE"


def test_files_that_changed_since_the_check_are_refused() -> None:
    """One byte is enough, and the refusal is a refuted claim."""
    path = next(path for path in STORY.files if path.startswith("data/"))
    changed = STORY.edit({path: STORY.files[path][:-1] + b"!"})
    with pytest.raises(ChangedSinceCheckError) as refusal:
        facts_of(changed)
    assert refusal.value.code == "CHANGED_SINCE_CHECK"
    assert refusal.value.outcomes == {Claim.INTACT: Outcome.REFUTED}


def test_a_seal_by_nobody_known_is_refused() -> None:
    """Nothing that rests on it can be certified."""
    assert code_of(STORY, trust=trusting(LAWYER, roles=(Role.HOLDER,))) == "NOT_PROVEN"


def test_a_withheld_event_that_the_check_does_not_follow_may_be_a_transfer() -> None:
    """It cannot be seen, so the order is not shown."""
    bundle = add_event(STORY, "accessed", {"leaves": [0]}, signers=[LAWYER], at=moment(9))
    files = stub(bundle.files, event_path(bundle.holding, bundle.seq))
    assert code_of(evolve(bundle, files=files)) == "CHECK_ORDER_HIDDEN"


@pytest.mark.parametrize("lost", ["body.json", "1.ed25519.pub", "event.json"])
def test_an_event_that_lost_a_file_may_be_a_transfer_too(lost: str) -> None:
    """Its keeper withheld nothing: somebody broke it, and it says no more than a stub."""
    bundle = add_event(STORY, "accessed", {"leaves": [0]}, signers=[LAWYER], at=moment(9))
    path = f"{event_path(bundle.holding, bundle.seq)}/{lost}"
    files = {name: data for name, data in bundle.files.items() if name != path}
    assert code_of(evolve(bundle, files=files)) == "CHECK_ORDER_HIDDEN"


def test_a_receipt_whose_release_was_taken_out_shows_that_something_is_missing() -> None:
    """Whoever received is named in this copy; that it changed hands is not to be denied."""
    checked_early = checked(sealed(text_item("a.txt", "one")), SEALER, day=4)
    bundle = handed_over(checked_early)
    release = f"{event_path(checked_early.holding, checked_early.seq + 1)}/"
    files = {name: data for name, data in bundle.files.items() if not name.startswith(release)}
    assert len(files) < len(bundle.files)
    assert code_of(evolve(bundle, files=files), declarant="w-01") == "CHECK_ORDER_HIDDEN"


def test_an_original_with_another_digest_is_refused_for_copied_data_alone() -> None:
    """Rule 902(14) is about identical copies (F14-01)."""
    bundle = checked(handed_over(sealed(copied("a.txt", "one", "00" * 32))))
    assert code_of(bundle) == "ORIGINAL_DIFFERS"
    original = facts_of(bundle, kind=Kind.STATEMENT).exhibits[0].original
    assert original is not None
    assert original.equal is False


def test_an_original_with_the_same_digest_is_told() -> None:
    """With the time at which it was computed."""
    digest = hashlib.sha256(b"one").hexdigest()
    exhibit = facts_of(checked(handed_over(sealed(copied("a.txt", "one", digest))))).exhibits[0]
    assert exhibit.original is not None
    assert (exhibit.original.equal, exhibit.original.claimed_at) == (True, "2026-01-01T07:00:00Z")
    assert exhibit.claimed_origin["tool.name"] == "copier"


@pytest.mark.parametrize(("algorithm", "equal"), [("md5", None), ("sha512", False)])
def test_an_original_known_by_another_digest_is_compared_where_the_item_has_that_one(
    algorithm: str, *, equal: bool | None
) -> None:
    """Else nothing is said of it but that it was recorded."""
    origin = {
        "original_digest": {"algorithm": algorithm, "digest": "00" * (64 if algorithm == "sha512" else 16)}
    }
    item = evolve(text_item("a.txt", "one", origin=origin), sha512=True)
    exhibit = facts_of(checked(handed_over(sealed(item))), kind=Kind.STATEMENT).exhibits[0]
    assert exhibit.original is not None
    assert (exhibit.original.algorithm, exhibit.original.equal) == (algorithm, equal)


def test_an_item_whose_content_is_closed_is_no_exhibit() -> None:
    """Its digest is withheld, so there is nothing to certify."""
    assert exhibit_of(ItemView(number=1, leaf="aa" * 32, closed=("content",)), None) is None


def test_another_place_in_the_declaration_never_replaces_the_signed_one() -> None:
    """Both are kept, so that the document can say that they differ."""
    check = facts_of(STORY, declaration=Declaration(said={"check.place": "Oslo"})).check
    assert (check.claimed_place, check.other_place) == ("Berlin, room 4", "Oslo")


def test_a_copy_recorded_as_not_matching_is_refused() -> None:
    """Whatever digest stands beside that."""
    item = copied("a.txt", "one", hashlib.sha256(b"one").hexdigest())
    origin = {**item.fields["origin"]}
    origin["original_digest"] = {**origin["original_digest"], "match": False}
    bundle = checked(handed_over(sealed(evolve(item, fields={**item.fields, "origin": origin}))))
    assert code_of(bundle) == "ORIGINAL_DIFFERS"
    assert facts_of(bundle, kind=Kind.STATEMENT).exhibits[0].original is not None


@pytest.mark.parametrize(
    ("path", "text"), [("notice.on", "2030-01-01"), ("system.last_test", "2030-01-01, passed")]
)
def test_what_is_told_as_past_and_is_not_is_refused(path: str, text: str) -> None:
    """A certificate tells what has happened; the zones of time have a day."""
    assert code_of(STORY, declaration=Declaration(said={path: text})) == "DATE_IN_FUTURE"
    facts_of(STORY, declaration=Declaration(said={path: "2026-02-02"}))
