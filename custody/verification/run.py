"""What one verification is asked, and the findings that it collects."""

from __future__ import annotations

from attrs import define, field, frozen

from custody.errors import CustodyError, LimitError, SourceChangedError
from custody.format.limits import FAILURES_LISTED
from custody.model.instant import Instant
from custody.report.claim import Claim, Outcome
from custody.report.finding import Argument, Finding
from custody.report.reason import Reason
from custody.storage.source import BundleSource
from custody.trust.trust import Trust

CONTENT = (Claim.INTACT, Claim.COMPLETE)
CUSTODY = (Claim.CUSTODY_UNBROKEN,)
EVERY = tuple(Claim)
LISTED: tuple[Claim, ...] = ()
UNREAD = frozenset(
    {
        Reason.CHANGED_WHILE_READ,
        Reason.LIMIT_EXCEEDED,
        Reason.NOT_A_FILE,
        Reason.UNREADABLE,
        Reason.ZIP_CONTRADICTION,
    }
)
"""Why the bytes of one file are not here."""


@frozen(kw_only=True)
class Question:
    """What the caller wants to know, and from when he looks.

    Attributes:
        trust: what he accepts.
        verified_at: the moment that counts as now.
        before: EXISTED_BEFORE must be earlier than this.
        expect_seal: the id of the seal that he knows from elsewhere.
        head: the id of the head that he chose; None: every head is asked about.
    """

    trust: Trust
    verified_at: Instant
    before: Instant | None = None
    expect_seal: str | None = None
    head: str | None = None


@define
class Findings:
    """Collects findings: all failures are counted, the first thousand of each reason and claims are kept."""

    kept: list[Finding] = field(factory=list)
    failures: int = 0
    _listed: dict[tuple[Reason, tuple[Claim, ...]], int] = field(factory=dict)

    def add(
        self,
        reason: Reason,
        subject: str = "",
        claims: tuple[Claim, ...] = LISTED,
        basis: tuple[str, ...] = (),
        **arguments: Argument,
    ) -> None:
        """Add one finding; one that was met a thousand times already is only counted.

        What bears on other claims is counted apart, so that no number of findings hides one that matters.
        """
        if claims and reason.outcome is not Outcome.PROVEN:
            self.failures += 1
        seen = self._listed.get((reason, claims), 0)
        self._listed[reason, claims] = seen + 1
        if seen < FAILURES_LISTED:
            self.kept.append(
                Finding(reason=reason, subject=subject, claims=claims, arguments=arguments, basis=basis)
            )

    def failed(self, number: int, claims: tuple[Claim, ...]) -> bool:
        """Tell whether a finding of this number keeps one of the claims from being proven."""
        return any(
            finding.number == number
            and finding.outcome is not Outcome.PROVEN
            and not set(claims).isdisjoint(finding.claims)
            for finding in self.kept
        )


@frozen(kw_only=True)
class Run:
    """One verification under way: the question, the bytes, and what was found so far."""

    question: Question
    source: BundleSource
    findings: Findings = field(factory=Findings)

    def read(self, path: str, limit_bytes: int, claims: tuple[Claim, ...]) -> bytes | None:
        """Read a small file; what the machine or a limit refuses becomes a finding and gives None."""
        try:
            return self.source.read(path, limit_bytes)
        except CustodyError as error:
            self.add_unread(reason_of(error), path, claims, error.code)
        return None

    def add_unread(self, reason: Reason, path: str, claims: tuple[Claim, ...], code: str) -> None:
        """Say that a file could not be read; where a zip contradicts itself, its content is refuted too."""
        widened = reason is Reason.ZIP_CONTRADICTION
        bearing = tuple(claim for claim in Claim if claim in claims or (widened and claim in CONTENT))
        self.findings.add(reason, path, bearing, error=code)


def reason_of(error: CustodyError) -> Reason:
    """Return the reason that stands for an error met while a file of the bundle was read."""
    if isinstance(error, LimitError):
        return Reason.LIMIT_EXCEEDED
    if isinstance(error, SourceChangedError):
        return Reason.CHANGED_WHILE_READ
    by_code = {
        "MISSING": Reason.CHANGED_WHILE_READ,  # it was listed a moment ago
        "NOT_A_FILE": Reason.NOT_A_FILE,
        "VERSION": Reason.VERSION_UNKNOWN,
        "ZIP_FORM": Reason.ZIP_FORM,
        "ZIP_CONTRADICTION": Reason.ZIP_CONTRADICTION,
        "ZIP_CRC": Reason.ZIP_CONTRADICTION,
    }
    return by_code.get(error.code, Reason.UNREADABLE)
