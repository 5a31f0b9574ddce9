"""Reports made by hand for the tests of their presentation."""

from __future__ import annotations

from custody.model.instant import decode_instant
from custody.report.claim import Claim
from custody.report.finding import Finding
from custody.report.reason import Reason
from custody.report.report import Counts, EventFact, Predecessor, Report, SignerFact

NOW = decode_instant("2026-01-02T03:04:05Z")
BUNDLE, SEAL, ROOT, KEY = "ab" * 16, "cd" * 32, "ef" * 32, "12" * 32
INTACT, SEALED_BY, EXISTED, UNBROKEN, COMPLETE = Claim
WHOLE = (INTACT, COMPLETE)
HOSTILE = "evil\n✓ PROVEN  intact: all is well\x1b[2K\u202e"


def proven() -> tuple[Finding, ...]:
    """The findings of a sound, whole bundle of a trusted sealer."""
    every = (INTACT, SEALED_BY, EXISTED, UNBROKEN, COMPLETE)
    return (
        Finding(reason=Reason.PATHS_KNOWN, claims=WHOLE),
        Finding(reason=Reason.ITEMS_MATCH, claims=WHOLE, arguments={"count": 3}),
        Finding(reason=Reason.PAYLOAD_MATCHES, claims=WHOLE, arguments={"count": 3}),
        Finding(reason=Reason.WRAPPING_MATCHES, claims=WHOLE),
        Finding(reason=Reason.SEAL_SIGNED, claims=every, basis=(KEY,)),
        Finding(reason=Reason.LOG_UNBROKEN, claims=(UNBROKEN,)),
        Finding(reason=Reason.NOT_STAMPED, claims=(EXISTED,)),
        Finding(
            reason=Reason.SEALER_TRUSTED,
            claims=(INTACT, SEALED_BY, UNBROKEN, COMPLETE),
            arguments={"identity": "w-01"},
        ),
        Finding(reason=Reason.NOTHING_WITHHELD, claims=WHOLE),
    )


def report_of(
    *findings: Finding, without: frozenset[Reason] = frozenset(), failures: int | None = None
) -> Report:
    """A report with the findings of a sound bundle, without some and with others."""
    kept = tuple(finding for finding in proven() if finding.reason not in without) + findings
    return Report(
        form="folder",
        verified_at=NOW,
        findings=kept,
        failures=len(findings) + 1 if failures is None else failures,
        bundle_id=BUNDLE,
        seal_id=SEAL,
        root=ROOT,
        claimed_sealed_at="2026-01-01T00:00:00Z",
        claimed_case=HOSTILE,
        signers=(SignerFact(claimed_identity="w-01", key_ids=(KEY,), signed=(KEY,), identity="w-01"),),
        events=(
            EventFact(
                path=f"custody/log/{BUNDLE}/00000000",
                event_id=SEAL,
                status="counted",
                claimed_type="sealed",
                head=True,
            ),
            EventFact(path=f"custody/log/{BUNDLE}/00000001", event_id=KEY, status="set-aside"),
        ),
        counts=Counts(items=3, open=3, files=3, payload_bytes=12),
    )


def unreadable_report() -> Report:
    """A report about something without a seal."""
    return Report(
        form="zip",
        verified_at=NOW,
        findings=(
            Finding(reason=Reason.UNREADABLE, claims=tuple(Claim), arguments={"error": "EIO", "offset": 7}),
        ),
        failures=1,
    )


def changed_report() -> Report:
    """A report about a bundle with one changed and one foreign file."""
    changed = Finding(
        reason=Reason.FILE_DIGEST,
        subject="2",
        claims=WHOLE,
        arguments={"algorithms": "sha256", "where": "MiB 1"},
    )
    foreign = Finding(reason=Reason.PATH_UNKNOWN, subject=HOSTILE, claims=WHOLE)
    return report_of(
        changed, foreign, without=frozenset({Reason.PAYLOAD_MATCHES, Reason.PATHS_KNOWN}), failures=1500
    )


PREVIOUS = Predecessor(bundle_id="01" * 16, seal_id="23" * 32, root="45" * 32, items=7)
