"""The view: by trusted names, only of what counts, and never of what changed since it was verified."""

from __future__ import annotations

import pytest
from attrs import evolve

from custody.errors import BundleError, StorageError
from custody.exporting.reading import read_view
from custody.exporting.view import EventView, ExportView
from custody.format.layout import event_path
from custody.report.claim import Claim, Outcome
from custody.report.report import NotProvenError
from custody.trust.trust import Role, Trust
from tests.tools.bundles import Bundle, add_event, make_bundle, seed_signer, stub
from tests.tools.export_story import LAWYER, SEALER, STRANGER, TRUST, party, tell, trust_in, view_of
from tests.tools.memory import MemorySource, judge

STORY = tell()
WHOLE, PART = view_of(STORY.whole), view_of(STORY.part)


def event(view: ExportView, type_: str) -> EventView:
    """Return the only event of a type."""
    (found,) = (one for one in view.events if one.type == type_)
    return found


def changed(bundle: Bundle, ending: str, data: bytes) -> ExportView:
    """Verify a bundle, then read it with one file exchanged."""
    report = judge(bundle.files, TRUST)
    (path,) = (path for path in bundle.files if path.endswith(ending))
    return read_view(MemorySource(bundle.files | {path: data}), report, TRUST)


def test_events_stand_after_what_they_build_on() -> None:
    """Also where a stub stands between them, and whatever their times are."""
    types = [one.type for one in WHOLE.events]
    assert types[:5] == ["sealed", "released", "received", "annotated", "derived"]
    assert [one.type for one in PART.events][:4] == ["sealed", "released", "received", "derived"]


def test_what_does_not_count_is_left_out() -> None:
    """A stranger's event is a number, nothing more; a stub is an id."""
    assert WHOLE.set_aside == PART.set_aside == 1
    assert not WHOLE.hidden
    assert PART.hidden == (event(WHOLE, "annotated").event_id,)


def test_parties_bear_the_names_of_the_trust() -> None:
    """The label of the bundle is used for nobody that the trust knows."""
    released = event(WHOLE, "released")
    assert (released.actor, released.recipient) == ("w-01-known", "lawyer-7-known")
    assert released.claimed_recipient is None
    assert WHOLE.agents == ("court@registry-known", "lawyer-7-known", "w-01-known")
    assert event(WHOLE, "derived").cosigners == ("court@registry-known",)


def test_a_party_that_the_trust_does_not_know_is_a_claim() -> None:
    """Recipient, accessor and successor alike."""
    assert event(WHOLE, "submitted").claimed_recipient == "court-without-keys"
    assert ("data.claimed_accessor", "stranger") in event(WHOLE, "accessed").facts
    assert ("people.claimed_successor", "stranger") in event(WHOLE, "received").facts
    assert ("people.successor", "court@registry-known") in event(WHOLE, "released").facts


def test_items_that_events_name_are_numbers_from_one() -> None:
    """Leaves count from 0, numbers from 1; outputs of another bundle are none of ours."""
    derived = event(WHOLE, "derived")
    assert (derived.used, derived.made) == ((1,), (5,))
    other = add_event(
        STORY.whole,
        "derived",
        {"inputs": [0], "outputs": [1], "bundle": "00" * 16, "seal": "00" * 32},
        signers=[LAWYER],
    )
    last = [one for one in view_of(other).events if one.type == "derived"][-1]
    assert (last.used, last.made) == ((1,), ())


def test_holdings_follow_from_their_opening_events() -> None:
    """Who holds which copy, and from whom it was taken."""
    first, second = WHOLE.holdings
    assert (first.holding, first.holder, first.taken_from) == (WHOLE.bundle_id, "w-01-known", None)
    assert (second.holder, second.taken_from) == ("lawyer-7-known", first.holding)
    assert second.opened_by == event(WHOLE, "received").event_id


def hide(bundle: Bundle, holding: str, seq: int) -> Bundle:
    """Return the bundle with one event reduced to a stub."""
    return evolve(bundle, files=stub(bundle.files, event_path(holding, seq)))


def test_a_copy_that_came_by_a_hidden_release_has_no_known_source() -> None:
    """The release is a stub: nothing is said of it."""
    holdings = view_of(hide(STORY.whole, STORY.whole.bundle_id, 1)).holdings
    assert [holding.taken_from for holding in holdings] == [None, None]


def test_a_copy_whose_start_is_hidden_has_no_known_holder() -> None:
    """Its events are there, and who wrote them; that he received it is not shown."""
    second = view_of(hide(STORY.whole, WHOLE.holdings[1].holding, 0)).holdings[1]
    assert (second.holder, second.opened_by) == (None, None)
    assert second.label == "a copy whose start is hidden: unknown"


def test_doubts_are_named_at_the_event_and_at_the_head() -> None:
    """A release that nobody received is in transit; the head behind a stub says so."""
    bundle = make_bundle(signers=[SEALER])
    bundle = add_event(
        bundle,
        "released",
        {"to": party(LAWYER), "root": bundle.root, "items": bundle.items},
        signers=[SEALER],
    )
    assert event(view_of(bundle), "released").doubts == ("IN_TRANSIT",)
    assert event(view_of(bundle), "sealed").doubts == ()
    assert event(PART, "disclosed").doubts == ("STUB_IN_PAST",)


def test_who_loses_a_dispute_is_not_the_one_who_stands() -> None:
    """The code stands at the loser's event alone."""
    from custody.exporting.reading import _about  # noqa: PLC0415
    from custody.report.finding import Finding  # noqa: PLC0415
    from custody.report.reason import Reason  # noqa: PLC0415

    lost = Finding(reason=Reason.DISPUTE_LOST, subject="loser", claims=(), arguments={"event": "rival"})
    open_ = Finding(reason=Reason.DISPUTED, subject="head", claims=(), arguments={"event": "rival"})
    assert _about(lost) == {"loser"}
    assert _about(open_) == {"head", "rival"}


def test_what_became_of_a_copy_is_in_words() -> None:
    """Who handed on keeps files, and holds nothing any more."""
    first, second = WHOLE.holdings
    assert (first.state, first.ended_by) == ("handed-over", event(WHOLE, "received").event_id)
    assert first.label.endswith("files which stayed there are a copy without a holder")
    assert second.label == "the copy of lawyer-7-known: held"


def test_every_claim_is_told_with_its_codes() -> None:
    """So that nobody takes the view for a proof."""
    told = {claim.claim: claim.told for claim in PART.claims}
    assert told["intact"] == "proven"
    assert told["custody-unbroken"] == "undetermined (STUB_IN_PAST)"
    assert len(told) == len(Claim)


def test_nobody_is_trusted_so_nobody_is_named() -> None:
    """Items alone, and the claims that nothing is proven."""
    view = view_of(STORY.whole, Trust.none())
    assert (view.events, view.agents, view.holdings) == ((), (), ())
    assert view.set_aside == 9
    assert {claim.outcome for claim in view.claims} == {"undetermined"}
    assert len(list(view.items)) == 4


def test_an_expected_seal_names_its_signer_by_his_label_and_says_so() -> None:
    """The verifier knows the seal, not the person."""
    report = judge(STORY.whole.files, Trust.none(), expect_seal=STORY.whole.seal_id)
    source = MemorySource(STORY.whole.files)
    view = read_view(source, report, Trust.none(), expect_seal=STORY.whole.seal_id)
    assert view.agents == ("w-01 (expected seal)",)
    assert [one.type for one in view.events] == ["sealed", "released"]
    assert view.events[1].claimed_recipient == "lawyer-7"


def test_what_is_refuted_is_not_exported() -> None:
    """One changed byte of the payload: no view at all, and the reason."""
    files = STORY.whole.files | {"data/000001.txt": b"x" * 14}
    report = judge(files, TRUST)
    with pytest.raises(NotProvenError, match="FILE_DIGEST") as refused:
        read_view(MemorySource(files), report, TRUST)
    assert refused.value.outcomes == {Claim.INTACT: Outcome.REFUTED}


def test_a_bundle_without_a_seal_is_not_exported() -> None:
    """A view must name the seal that it was made from."""
    files = {path: data for path, data in STORY.whole.files.items() if not path.startswith("custody/log")}
    report = judge(files, TRUST)
    with pytest.raises(NotProvenError):
        read_view(MemorySource(files), report, TRUST)


@pytest.mark.parametrize("name", ["proof.sha256", "event.json", "body.json", "case.json"])
def test_an_event_that_changed_since_is_refused(name: str) -> None:
    """Another event's files, sound in themselves, in the place of those that were verified."""
    other = make_bundle(signers=[seed_signer("w-01")], name="other", fields={"case": {"title": "Case 8"}})
    with pytest.raises(BundleError) as refused:
        changed(STORY.whole, f"{STORY.whole.bundle_id}/00000000/{name}", other.files[other.path(name)])
    assert refused.value.code == "CHANGED_WHILE_READ"


def test_an_opening_that_went_away_since_is_refused() -> None:
    """The body was there when the event was counted."""
    report = judge(STORY.whole.files, TRUST)
    gone = STORY.whole.edit({STORY.whole.path("body.json"): None})
    with pytest.raises(BundleError) as refused:
        read_view(MemorySource(gone.files), report, TRUST)
    assert refused.value.code == "CHANGED_WHILE_READ"


def test_names_need_the_trust_that_verified() -> None:
    """With another trust the signers of a counted event are unknown: there is no view."""
    report = judge(STORY.whole.files, TRUST)
    with pytest.raises(BundleError):
        read_view(MemorySource(STORY.whole.files), report, trust_in({STRANGER: (Role.HOLDER,)}))


def test_items_that_changed_since_are_refused() -> None:
    """The root is compared at the end of every reading."""
    report = judge(STORY.part.files, TRUST)
    other = view_of(STORY.part)
    files = STORY.part.files | {
        "custody/items.jsonl": STORY.part.files["custody/items.jsonl"].split(b"\n")[0] + b"\n"
    }
    view = read_view(MemorySource(files), report, TRUST)
    assert len(list(other.items)) == len(list(other.items)) == 3
    with pytest.raises(BundleError) as refused:
        list(view.items)
    assert refused.value.code == "ROOT_MISMATCH"


def test_a_machine_that_refuses_says_so() -> None:
    """It says nothing about the bundle."""
    report = judge(STORY.whole.files, TRUST)
    path = STORY.whole.path("case.json")
    source = MemorySource(STORY.whole.files, {path: StorageError("case.json: refused")})
    with pytest.raises(StorageError):
        read_view(source, report, TRUST)


def test_the_window_of_an_event_is_in_words() -> None:
    """One bound, both, or none."""
    sealed = event(WHOLE, "sealed")
    at = sealed.claimed_at
    assert sealed.window == "not proven"
    assert evolve(sealed, not_after=at).window == "not after 2026-01-02T03:04:05Z"
    both = evolve(sealed, not_before=at, not_after=at)
    assert both.window == "not before 2026-01-02T03:04:05Z, not after 2026-01-02T03:04:05Z"


def test_an_attester_is_named_and_changes_no_custody() -> None:
    """A statement of a court stands outside every holding."""
    examined = event(WHOLE, "examined")
    assert (examined.actor, examined.attestation, examined.holding) == ("court@registry-known", True, "")
    assert examined.result == "no trace of editing"
