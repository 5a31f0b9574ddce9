"""Attacks on the custody log that once went through, each by its name; what is one fact is also a vector."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from attrs import evolve

from custody.keys.signer import Signer
from custody.model.identity import Identity
from custody.proof.holding import ChainEvent
from custody.report.claim import Claim, Outcome
from custody.report.reason import Reason
from custody.report.report import Report
from custody.transfer.compare import Answer, compare_standings
from custody.transfer.conflict import ConflictKind, conflict_between
from custody.trust.trust import DatedKeySet, Role, Trust, TrustedIdentity
from custody.verification.standing import take_standing
from tests.tools.bundles import Bundle, add_event, attest, make_bundle, seed_signer
from tests.tools.memory import NOW, MemorySource, judge

ARCHIVE, LAWYER, COURT, HEIR = (seed_signer(name) for name in ("archive", "lawyer", "court", "heir"))
APPROVER = seed_signer("approver")


def _identity(signer: Signer, *roles: Role) -> TrustedIdentity:
    key_set = signer.identity.key_set
    return TrustedIdentity(
        name=signer.identity.name, roles=frozenset(roles), sets=(DatedKeySet(key_set=key_set),)
    )


TRUST = Trust(
    identities=(
        _identity(ARCHIVE, Role.SEALER, Role.HOLDER),
        _identity(LAWYER, Role.HOLDER),
        _identity(COURT, Role.HOLDER),
        _identity(HEIR, Role.HOLDER),
        _identity(APPROVER, Role.APPROVER),
    )
)


def party(signer: Signer) -> dict[str, object]:
    """Somebody as an event names him."""
    return {"identity": signer.identity.name, "keys": list(signer.identity.key_set.key_ids)}


def codes(report: Report) -> set[Reason]:
    """The reasons of findings 6 that prove nothing."""
    return {found.reason for found in report.findings if found.number == 6} - {Reason.LOG_UNBROKEN}


def proven_heads(report: Report) -> set[str]:
    """The heads up to which custody is proven."""
    return {
        found.basis[0] for found in report.findings if found.reason is Reason.LOG_UNBROKEN and found.claims
    }


class Dispute:
    """The archive released to the lawyer and withdrew; the lawyer received; both met."""

    def __init__(self) -> None:
        """Let both act, and the archive write the reconciliation that both sign."""
        self.base = make_bundle(signers=[ARCHIVE])
        given = {"to": party(LAWYER), "root": self.base.root, "items": self.base.items}
        self.sent = add_event(self.base, "released", given, signers=[ARCHIVE])
        passed = {"root": self.base.root, "result": "pass"}
        self.got = add_event(self.sent, "received", passed, signers=[LAWYER], opens=True)
        self.back = add_event(self.sent, "withdrawn", {"event": self.sent.head}, signers=[ARCHIVE])
        self.peace = self.reconcile(self.back, self.back, self.got, [ARCHIVE, LAWYER])

    def reconcile(self, own: Bundle, one: Bundle, other: Bundle, signers: Sequence[Signer]) -> Bundle:
        """Append a reconciliation of two heads in a holding."""
        heads = sorted([one.head, other.head])
        holdings = sorted({one.holding, other.holding})
        files = {**one.files, **other.files, **own.files}
        return add_event(
            evolve(own, files=files),
            "reconciled",
            {"holdings": holdings, "heads": heads},
            signers=signers,
            actor=signers[0].identity.name,
            prev=heads,
        )


def test_a_reconciliation_by_both_stands() -> None:
    """Without the attack: one head, proven."""
    story = Dispute()
    assert proven_heads(judge(story.peace.files, TRUST)) == {story.peace.head}


@pytest.mark.parametrize("signers", [[LAWYER], [LAWYER, ARCHIVE]], ids=["alone", "with the other"])
def test_nobody_goes_on_in_a_holding_that_he_signed_away(signers: list[Signer]) -> None:
    """He covered the reconciliation with one of his own, and was proven to hold the bundle a second time."""
    story = Dispute()
    again = story.reconcile(story.got, story.got, story.peace, signers)
    again = add_event(again, "annotated", {"event": again.head}, signers=[LAWYER])
    report = judge(again.files, TRUST)
    assert proven_heads(report) <= {story.peace.head}
    assert Reason.HOLDING_CLOSED in codes(report)


def test_who_did_not_sign_a_reconciliation_goes_on() -> None:
    """One party writes one alone: the other one's holding has not ended, and nothing is settled."""
    story = Dispute()
    alone = story.reconcile(story.back, story.back, story.got, [ARCHIVE])
    theirs = story.reconcile(story.got, story.got, alone, [LAWYER])
    report = judge(theirs.files, TRUST)
    assert Reason.HOLDING_CLOSED not in codes(report)
    assert report.outcome(Claim.CUSTODY_UNBROKEN) is Outcome.UNDETERMINED


def test_nobody_succeeds_to_a_closed_holding() -> None:
    """The successor of a closed holding began it anew, and was proven to hold the bundle."""
    base = make_bundle(signers=[ARCHIVE], fields={"people": {"successor": party(HEIR)}})
    closed = add_event(base, "closed", {"reason": "archived"}, signers=[ARCHIVE])
    heir = add_event(
        closed, "succeeded", {"reason": "lost"}, signers=[HEIR, APPROVER], actor="heir", opens=True
    )
    report = judge(heir.files, TRUST)
    assert proven_heads(report) == {closed.head}
    assert codes(report) == {Reason.HOLDING_CLOSED}


@pytest.mark.parametrize("named", [{"bundle": None}, {"bundle": None, "seal": "2" * 64}, {"seal": "2" * 64}])
def test_outputs_of_this_bundle_exist_whatever_bundle_is_named(named: dict[str, str | None]) -> None:
    """Naming one's own bundle as the other one let an event name items that do not exist."""
    base = make_bundle(signers=[ARCHIVE])
    other = {name: base.bundle_id if value is None else value for name, value in named.items()}
    made = add_event(base, "derived", {"inputs": [0], "outputs": [77], **other}, signers=[ARCHIVE])
    assert Reason.ITEM_UNKNOWN in codes(judge(made.files, TRUST))


class _Labelled:
    """The lawyer's keys under the court's label."""

    identity = Identity(name="court", key_set=LAWYER.identity.key_set)
    sign = LAWYER.sign


def test_an_attestation_is_told_by_keys_and_not_by_its_label() -> None:
    """The lawyer attested as "court", and the report said that the court did."""
    base = make_bundle(signers=[ARCHIVE])
    said = attest(
        base, "countersigned", {"events": [base.seal_id]}, signers=[_Labelled()], prev=[base.seal_id]
    )
    report = judge(said.files, TRUST)
    (found,) = [one for one in report.findings if one.reason is Reason.ATTESTATION_LISTED]
    assert found.arguments["actor"] == "lawyer"


def test_a_revocation_needs_two_people() -> None:
    """The number of signers was asked for in the log alone."""
    base = make_bundle(signers=[ARCHIVE])
    data = {
        "keys": list(ARCHIVE.identity.key_set.key_ids),
        "since": "2026-01-02T00:00:00Z",
        "reason": "seized",
    }
    one = attest(base, "key-revoked", data, signers=[COURT], prev=[base.seal_id])
    two = attest(base, "key-revoked", data, signers=[COURT, LAWYER], prev=[base.seal_id])
    assert codes(judge(one.files, TRUST)) == {Reason.ATTESTATION_SET_ASIDE}
    assert codes(judge(two.files, TRUST)) == {Reason.ATTESTATION_LISTED}


def test_a_copied_folder_of_another_bundle_harms_nobody() -> None:
    """A stranger laid it at a late place of the log, and custody of the honest holder was undetermined."""
    passed = {"result": "pass"}
    base = make_bundle(signers=[ARCHIVE])
    base = add_event(base, "fixity-checked", {**passed, "root": base.root}, signers=[ARCHIVE])
    other = make_bundle(signers=[ARCHIVE], name="public")
    other = add_event(other, "fixity-checked", {**passed, "root": other.root}, signers=[ARCHIVE])
    place, there = f"{other.bundle_id}/00000001", f"{base.bundle_id}/99999999"
    laid = {path.replace(place, there): data for path, data in other.files.items() if place in path}
    report = judge(base.edit(laid).files, TRUST)
    assert proven_heads(report) == {base.head}
    assert codes(report) == {Reason.EVENT_OF_ANOTHER_BUNDLE}


@pytest.mark.parametrize("differs", [{"root": "ab" * 32}, {"items": 999}], ids=["root", "items"])
def test_a_release_of_something_else_hands_nothing_over(differs: dict[str, object]) -> None:
    """Root and number were signed by both and compared by nobody: custody was proven."""
    base = make_bundle(signers=[ARCHIVE])
    given = {"to": party(LAWYER), "root": base.root, "items": base.items, **differs}
    sent = add_event(base, "released", given, signers=[ARCHIVE])
    passed = {"root": base.root, "result": "pass"}
    report = judge(add_event(sent, "received", passed, signers=[LAWYER], opens=True).files, TRUST)
    assert codes(report) == {Reason.HANDOVER_DIFFERS}
    assert report.outcome(Claim.CUSTODY_UNBROKEN) is Outcome.UNDETERMINED


@pytest.mark.parametrize(("result", "reason"), [("pass", "HANDOVER_DIFFERS"), ("fail", "FIXITY_FAILED")])
def test_what_a_recipient_found_is_looked_at(result: str, reason: str) -> None:
    """A receipt of another root, and one that said "fail", were like any other."""
    base = make_bundle(signers=[ARCHIVE])
    given = {"to": party(LAWYER), "root": base.root, "items": base.items}
    sent = add_event(base, "released", given, signers=[ARCHIVE])
    found = {"root": "cd" * 32, "result": result}
    report = judge(add_event(sent, "received", found, signers=[LAWYER], opens=True).files, TRUST)
    assert {one.name for one in codes(report)} == {reason}
    proven = report.outcome(Claim.CUSTODY_UNBROKEN) is Outcome.PROVEN
    assert proven is (result == "fail")


def test_who_contradicts_himself_has_no_way_out_in_another_root() -> None:
    """A doubt about what he states is none about who signed: both statements are his."""
    base = make_bundle(signers=[ARCHIVE])
    one, other = (
        ChainEvent(
            event_id=name * 64, holding=base.bundle_id, seq=1, prev=(), fields=(name,), type="released"
        )
        for name in ("a", "b")
    )
    doubted = evolve(other, doubt=Reason.HANDOVER_DIFFERS)
    assert conflict_between(one, doubted).kind is ConflictKind.FORK
    keys = evolve(other, doubt=Reason.EVENT_KEY_TIME)
    assert conflict_between(one, keys).kind is ConflictKind.UNPROVEN


def test_nobody_holds_without_the_role() -> None:
    """An approver received and gave on, and custody was proven: the role of holder was asked for nowhere."""
    base = make_bundle(signers=[ARCHIVE])
    given = {"to": party(APPROVER), "root": base.root, "items": base.items}
    sent = add_event(base, "released", given, signers=[ARCHIVE])
    passed = {"root": base.root, "result": "pass"}
    held = add_event(sent, "received", passed, signers=[APPROVER], opens=True)
    sent = add_event(held, "released", {**given, "to": party(LAWYER)}, signers=[APPROVER])
    back = add_event(sent, "received", passed, signers=[LAWYER], opens=True)
    for bundle in (held, back):
        report = judge(bundle.files, TRUST)
        assert codes(report) == {Reason.HOLDER_ROLE}
        assert report.outcome(Claim.CUSTODY_UNBROKEN) is Outcome.UNDETERMINED


def test_who_signed_the_expected_seal_needs_no_role() -> None:
    """Where the trust knows nobody, the sealer takes back from himself, and no role is asked for."""
    base = make_bundle(signers=[ARCHIVE])
    given = {"to": party(ARCHIVE), "root": base.root, "items": base.items}
    sent = add_event(base, "released", given, signers=[ARCHIVE])
    passed = {"root": base.root, "result": "pass"}
    back = add_event(sent, "received", passed, signers=[ARCHIVE], opens=True)
    assert codes(judge(back.files, Trust(identities=()), expect_seal=base.seal_id)) == set()


def test_a_fork_is_not_hidden_by_cutting_what_comes_before() -> None:
    """Two statements of one holder were no fork for `compare` when one copy lacked the event before them."""
    base = make_bundle(signers=[ARCHIVE])
    passed = {"root": base.root, "result": "pass"}
    first = add_event(base, "fixity-checked", passed, signers=[ARCHIVE])
    one, other = (
        add_event(first, "fixity-checked", passed, signers=[ARCHIVE], name=name) for name in ("one", "other")
    )
    cut = other.edit({path: None for path in other.files if f"{base.bundle_id}/00000001/" in path})
    stands = [take_standing(MemorySource(copy.files), TRUST, verified_at=NOW) for copy in (one, cut)]
    assert compare_standings(*stands).answer is Answer.FORK
