"""What the chain alone cannot show, so that nobody promises it: the limits in docs/threat-model.md."""

from __future__ import annotations

from custody.model.instant import decode_instant
from custody.report.claim import Claim, Outcome
from custody.report.reason import Reason
from custody.report.report import Report
from custody.trust.trust import Trust
from custody.verification.verify import verify_source
from tests.tools.bundles import Bundle, Files, add_event, make_bundle, seed_signer
from tests.tools.memory import NOW, MemorySource, trusting

ARCHIVE, LAWYER = seed_signer("archive"), seed_signer("lawyer")
TRUST: Trust = trusting(ARCHIVE, LAWYER)


def handed_over() -> tuple[Bundle, Bundle, Bundle]:
    """A bundle, its release, and its receipt by the lawyer."""
    base = make_bundle(signers=[ARCHIVE])
    party = {"identity": "lawyer", "keys": list(LAWYER.identity.key_set.key_ids)}
    data = {"to": party, "root": base.root, "items": base.items}
    sent = add_event(base, "released", data, signers=[ARCHIVE])
    passed = {"root": base.root, "result": "pass"}
    return base, sent, add_event(sent, "received", passed, signers=[LAWYER], opens=True)


def custody(files: Files, *receipts: Files) -> Report:
    """Verify with receipts beside."""
    return verify_source(
        MemorySource(files), TRUST, verified_at=NOW, receipts=[MemorySource(one) for one in receipts]
    )


def test_a_cut_tail_leaves_no_trace_in_the_chain() -> None:
    """What was before the handover is as proven as it was then."""
    base, _, received = handed_over()
    log = {path: data for path, data in received.files.items() if path in base.files}
    assert custody(log).outcome(Claim.CUSTODY_UNBROKEN) is Outcome.PROVEN


def test_a_receipt_shows_it() -> None:
    """The recipient's copy of both halves leaves the cut log undetermined."""
    base, _, received = handed_over()
    report = custody(base.files, received.files)
    assert report.outcome(Claim.CUSTODY_UNBROKEN) is Outcome.UNDETERMINED
    assert Reason.LATER_EVENT_EXISTS in {found.reason for found in report.unmet([Claim.CUSTODY_UNBROKEN])}


def test_each_of_two_stories_is_proven_alone() -> None:
    """Two logs of one holder are each unbroken; together they refute him."""
    base = make_bundle(signers=[ARCHIVE])
    data = {"root": base.root, "result": "pass"}
    one, other = (
        add_event(base, "fixity-checked", data, signers=[ARCHIVE], name=name) for name in ("one", "other")
    )
    assert custody(one.files).outcome(Claim.CUSTODY_UNBROKEN) is Outcome.PROVEN
    assert custody(other.files).outcome(Claim.CUSTODY_UNBROKEN) is Outcome.PROVEN
    assert custody(one.files, other.files).outcome(Claim.CUSTODY_UNBROKEN) is Outcome.REFUTED


def test_a_claimed_time_alone_is_neither_proven_nor_refuted() -> None:
    """Without anchor and stamp any time can be claimed: it says nothing, and it is called a claim."""
    for text in ("1990-01-01T00:00:00Z", "2025-12-31T00:00:00Z"):
        report = custody(make_bundle(signers=[ARCHIVE], at=decode_instant(text)).files)
        assert report.outcome(Claim.EXISTED_BEFORE) is Outcome.UNDETERMINED
        assert Reason.CLAIMED_TIME_REFUTED not in {found.reason for found in report.findings}
