"""The result of a verification: all findings, what they add up to, and what was not shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Never

from attrs import field, frozen

from custody.errors import CustodyError, UsageError
from custody.model.instant import Instant
from custody.report.claim import NEEDED, Claim, Outcome
from custody.report.finding import Finding
from custody.report.holding_fact import HoldingFact
from custody.report.reason import Reason
from custody.report.stamp_fact import StampFact


class Limit(Enum):
    """What no verification shows; always printed."""

    CONTENT_TRUE = "content-true"
    PERSON_BEHIND_KEY = "person-behind-key"
    TIME_OF_CAPTURE = "time-of-capture"
    NEVER_SEALED = "never-sealed"
    LOG_TAIL = "log-tail"
    CHANGED_AND_RESTORED = "changed-and-restored"
    FREELY_SIGNED = "freely-signed"


@frozen(kw_only=True)
class Counts:
    """How many items of each kind a bundle holds; open + partly_open + withheld + erased = items.

    Attributes:
        items: N, as the seal states it.
        open: items with every field open, padding included.
        partly_open: items with some fields open.
        withheld: items of which only the leaf is here, without the erased ones.
        erased: items that a counted, open `erased` event names.
        padding: opened items that are padding.
        files: payload files found as sealed.
        payload_bytes: the sizes of these files added up.
    """

    items: int = 0
    open: int = 0
    partly_open: int = 0
    withheld: int = 0
    erased: int = 0
    padding: int = 0
    files: int = 0
    payload_bytes: int = 0


@frozen(kw_only=True)
class SignerFact:
    """One signer of the seal.

    Attributes:
        claimed_identity: the label in the bundle, believed by nobody.
        key_ids: the keys that it lists.
        signed: the key ids whose signature holds.
        identity: the name that the trust gives these keys, or None.
    """

    claimed_identity: str
    key_ids: tuple[str, ...]
    signed: tuple[str, ...] = ()
    identity: str | None = None


@frozen(kw_only=True)
class Outputs:
    """What an event says was made from items of its bundle, and sealed in another one.

    Attributes:
        bundle_id: that bundle, 32 hex digits.
        seal_id: its seal, 64 hex digits.
        last: the greatest index among the items, from 0.
    """

    bundle_id: str
    seal_id: str
    last: int


@frozen(kw_only=True)
class EventFact:
    """One event of the log as verification found it.

    Attributes:
        path: its folder, relative to the bundle.
        event_id: SHA-256 of its proof.sha256.
        status: counted, set-aside, stub, or receipt.
        claimed_type: what its body says, or None while that is closed.
        claimed_actor: the label in its body, or None.
        claimed_at: the time in its body, or None; a claim.
        head: whether it is in no other counted event's past.
        not_before: its signatures are proven not to be earlier; None where nothing shows it.
        not_after: it is proven not to be later; None where nothing shows it.
        against: of a head: what keeps custody up to it from being proven; empty when nothing does.
        outputs: of a counted event that says so: the items of another bundle that were made; else None.
    """

    path: str
    event_id: str
    status: str
    claimed_type: str | None = None
    claimed_actor: str | None = None
    claimed_at: str | None = None
    head: bool = False
    not_before: Instant | None = None
    not_after: Instant | None = None
    against: tuple[Reason, ...] = ()
    outputs: Outputs | None = None

    @property
    def custody(self) -> Outcome:
        """What the log says of the handovers up to this head; undetermined of an event that is none."""
        if any(reason.outcome is Outcome.REFUTED for reason in self.against):
            return Outcome.REFUTED
        return Outcome.PROVEN if self.head and not self.against else Outcome.UNDETERMINED


@frozen(kw_only=True)
class Predecessor:
    """The earlier bundle that a seal adds to.

    Attributes:
        bundle_id: 32 hex digits.
        seal_id: the id of its seal, 64 hex digits.
        root: its Merkle root, 64 hex digits.
        items: its number of items.
    """

    bundle_id: str
    seal_id: str
    root: str
    items: int


def _in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(findings, key=lambda finding: finding.sort_key))


@frozen(kw_only=True)
class Report:
    """All findings about one bundle, and what they add up to.

    A report has no truth value: `if report:` is an error for mypy and raises at run time. Ask
    `outcome(claim)`, or rely on claims by `require(*claims)`, which raises when one of them is not proven.

    Attributes:
        form: "folder" or "zip".
        verified_at: the moment that the caller gave as now.
        findings: every finding, sorted; of refutations at most 1,000 are kept, `failures` counts all.
        failures: number of findings that are not proven and bear on a claim, listed or not.
        bundle_id: as the seal has it, or None when there is no readable seal.
        seal_id: id of the seal, or None.
        root: the sealed root, or None.
        sealed_items: the sealed number of items, or None.
        claimed_sealed_at: the time in the seal's body; a claim.
        claimed_case: the sealed title of the case when it is open.
        signers: of the seal.
        events: every event of the log and every attestation.
        holdings: who held a copy, in the order in which the holdings were opened.
        counts: items by kind.
        previous: the bundle that this one adds to.
        stamps: every proof of time that was judged, anchors included, by path.
        renew_by: the earliest date at which a proof weakens; renew before it. None: none is known.
        limits: what was not shown, always.
    """

    form: str
    verified_at: Instant
    findings: tuple[Finding, ...] = field(converter=_in_order)
    failures: int = 0
    bundle_id: str | None = None
    seal_id: str | None = None
    root: str | None = None
    sealed_items: int | None = None
    claimed_sealed_at: str | None = None
    claimed_case: str | None = None
    signers: tuple[SignerFact, ...] = ()
    events: tuple[EventFact, ...] = ()
    holdings: tuple[HoldingFact, ...] = ()
    counts: Counts = field(factory=Counts)
    previous: Predecessor | None = None
    stamps: tuple[StampFact, ...] = ()
    renew_by: Instant | None = None
    limits: tuple[Limit, ...] = tuple(Limit)

    def outcome(self, claim: Claim) -> Outcome:
        """Add up the findings that bear on a claim.

        One refutation outweighs any proof; then anything undetermined; a claim is proven only when every
        number that it needs (`custody.report.claim.NEEDED`) has a proven finding. Silence is undetermined.

        Raises:
            UsageError: no Claim, such as the name of one.
        """
        _check_claim(claim)
        bearing = [finding for finding in self.findings if claim in finding.claims]
        outcomes = {finding.outcome for finding in bearing}
        if Outcome.REFUTED in outcomes:
            return Outcome.REFUTED
        shown = {finding.number for finding in bearing if finding.outcome is Outcome.PROVEN}
        if Outcome.UNDETERMINED in outcomes or not shown >= NEEDED[claim]:
            return Outcome.UNDETERMINED
        return Outcome.PROVEN

    def unmet(self, claims: Iterable[Claim]) -> tuple[Finding, ...]:
        """Return the findings that keep any of the claims from being proven."""
        wanted = set(claims)
        return tuple(
            finding
            for finding in self.findings
            if finding.outcome is not Outcome.PROVEN and wanted.intersection(finding.claims)
        )

    def reasons(self, claim: Claim | None = None) -> tuple[Reason, ...]:
        """Return the codes that are not proven, of one claim or of the whole report, without repeats."""
        found = (
            finding.reason
            for finding in self.findings
            if finding.outcome is not Outcome.PROVEN and (claim is None or claim in finding.claims)
        )
        return tuple(dict.fromkeys(found))

    def require(self, *claims: Claim) -> Report:
        """Return this report when every claim is proven.

        Raises:
            UsageError: no claim was named, for an empty list would be trivially met; or no Claim, such as the
                name of one.
            NotProvenError: a claim is refuted or undetermined.
        """
        if not claims:
            message = "require: expected at least one claim, found none"
            raise UsageError(message)
        outcomes = {claim: self.outcome(claim) for claim in claims}
        missing = {claim: outcome for claim, outcome in outcomes.items() if outcome is not Outcome.PROVEN}
        if missing:
            raise NotProvenError(missing, self.unmet(missing))
        return self

    def __bool__(self) -> Never:
        """Refuse to be a verdict.

        Raises:
            TypeError: always.
        """
        message = "a report has no truth value: ask report.outcome(claim) or report.require(claim)"
        raise TypeError(message)


def _check_claim(claim: object) -> None:
    if not isinstance(claim, Claim):
        message = "claim: expected a Claim such as Claim.INTACT, found another object"
        raise UsageError(message)


class NotProvenError(CustodyError):
    """A claim that the caller relies on is not proven.

    Attributes:
        outcomes: the outcome of each claim that is not proven.
        unmet: the findings in the way.
    """

    default_code = "NOT_PROVEN"

    def __init__(self, outcomes: Mapping[Claim, Outcome], unmet: tuple[Finding, ...]) -> None:
        """Name the claims, their outcomes and the reason codes; no bundle content."""
        listed = ", ".join(f"{claim.value} {outcome.value}" for claim, outcome in outcomes.items())
        codes = ", ".join(dict.fromkeys(finding.reason.name for finding in unmet))
        super().__init__(f"{listed} ({codes})" if codes else listed)
        self.outcomes = dict(outcomes)
        self.unmet = unmet
