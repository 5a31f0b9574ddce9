"""The facts of a certificate, and the reasons for which none is made.

A certificate says that a named person compared the files with the seal, with which tool, and which values
came out. So it rests on an event that this person signed, known by keys that the verifier trusts; the check
must be later than the last transfer, and the files must still be what was checked. Where that is not shown
there is no certificate: a document of that name without it would mislead.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum

from attrs import field, frozen

from custody.errors import LogError, UsageError
from custody.exporting.view import ItemView
from custody.filing.declaration import Declaration, ExhibitRequest, refuse_future_dates
from custody.filing.exhibit import Exhibit, exhibit_of
from custody.model.instant import Instant
from custody.report.claim import Claim, Outcome
from custody.report.report import NotProvenError, Report
from custody.report.timeline import Timeline, TimelineEvent
from custody.trust.trust import Trust
from custody.verification.checked import FoundCheck, Order, find_check


class Kind(Enum):
    """Which document.

    FRE_902_13: a record that a process or system generated (Federal Rules of Evidence, rule 902(13)).
    FRE_902_14: data copied from a device, medium or file (rule 902(14)).
    STATEMENT: a statement for courts that assess evidence freely.
    """

    FRE_902_13 = "fre-902-13"
    FRE_902_14 = "fre-902-14"
    STATEMENT = "statement"


class ChangedSinceCheckError(NotProvenError):
    """The declarant checked the files, and they are no longer shown to be what was checked."""

    default_code = "CHANGED_SINCE_CHECK"


@frozen(kw_only=True)
class Program:
    """A program that computed something: its name, and its version where that is known."""

    name: str
    version: str | None = None


@frozen(kw_only=True)
class Check:
    """The event by which the declarant says that he compared the files with the seal.

    Attributes:
        event: the event.
        claimed_at: the time that he states.
        claimed_program: what he used, as the event or, where that is silent, his declaration says.
        claimed_place: where, alike.
        other_place: what the declaration says where that differs from the signed event; else None.
        order: what shows that it came after the last transfer.
        failed_before: ids of his checks that failed, shown to be earlier.
    """

    event: TimelineEvent
    claimed_at: Instant
    claimed_program: Program | None = None
    claimed_place: str | None = field(default=None, repr=False)
    other_place: str | None = field(default=None, repr=False)
    order: Order = Order.NO_TRANSFER
    failed_before: tuple[str, ...] = ()


@frozen(kw_only=True)
class CertificateFacts:
    """All that a certificate may say.

    Attributes:
        kind: which certificate they are for.
        declarant: the name that the trust gives the declarant.
        fingerprints: of the key sets that the trust has for him, sixty digits each.
        declaration: what he says besides.
        report: the verification at the moment when the certificate is made; INTACT and SEALED_BY are proven.
        timeline: the log at that moment.
        check: what the certificate rests on.
        exhibits: the items that it is about.
        program: the program that verified and makes the certificate.
        moment_chosen: whether somebody said which moment counts as now; else it is the clock's.
    """

    kind: Kind
    declarant: str
    fingerprints: tuple[str, ...]
    declaration: Declaration
    report: Report = field(repr=False)
    timeline: Timeline = field(repr=False)
    check: Check
    exhibits: tuple[Exhibit, ...] = field(repr=False)
    program: Program
    moment_chosen: bool = False

    @property
    def made_at(self) -> Instant:
        """The moment of the verification."""
        return self.report.verified_at

    @property
    def seal(self) -> TimelineEvent:
        """The first event."""
        return next(event for event in self.timeline.events if event.event_id == self.timeline.seal_id)


def certificate_facts(
    kind: Kind,
    report: Report,
    timeline: Timeline,
    items: Iterable[ItemView],
    *,
    trust: Trust,
    declarant: str,
    declaration: Declaration,
    program: Program,
) -> CertificateFacts:
    """Gather the facts of a certificate, or say why there is none.

    Args:
        kind: which certificate.
        report: what a verification found just now.
        timeline: the log, judged at the same moment under the same trust.
        items: its items; read to their end, so that the root is compared once more.
        trust: whom the verifier accepts.
        declarant: the name that the trust gives the declarant.
        declaration: what he says besides.
        program: what verified.

    Raises:
        UsageError: DECLARANT_UNKNOWN; DATE_IN_FUTURE: the declaration tells as past what is not;
            EXHIBIT_CLOSED: an exhibit that is no item with an open file.
        LogError: what `find_check` says; of fre-902-14 ORIGINAL_DIFFERS: an original and its copy differ.
        ChangedSinceCheckError: INTACT is not proven, and the declarant had checked.
        NotProvenError: SEALED_BY is not proven.
        BundleError, StorageError: the items cannot be read, or changed while they were.
    """
    fingerprints = _fingerprints(trust, declarant)
    refuse_future_dates(declaration, report.verified_at)
    report.require(Claim.SEALED_BY)
    found = find_check(timeline, declarant, root=report.root, moment=report.verified_at)
    outcome = report.outcome(Claim.INTACT)
    if outcome is not Outcome.PROVEN:
        raise ChangedSinceCheckError({Claim.INTACT: outcome}, report.unmet([Claim.INTACT]))
    return CertificateFacts(
        kind=kind,
        declarant=declarant,
        fingerprints=fingerprints,
        declaration=declaration,
        report=report,
        timeline=timeline,
        check=_check_of(found, declaration),
        exhibits=_exhibits(items, declaration, kind),
        program=program,
    )


def _fingerprints(trust: Trust, declarant: str) -> tuple[str, ...]:
    known = {one.name: one for one in trust.identities}
    if declarant not in known:
        names = ", ".join(known) or "it has none"
        raise UsageError(
            f"declarant: expected a name of the trust ({names}), found another",
            code="DECLARANT_UNKNOWN",
            hint="the trust says which keys are the declarant's: custody trust add",
        )
    return tuple(one.key_set.fingerprint for one in known[declarant].sets)


def _check_of(found: FoundCheck, declaration: Declaration) -> Check:
    """Return a check with tool and place: those of the signed event, else those of the declaration."""
    event = found.event
    note, place = event.claimed_fields.get("note", {}), event.claimed_fields.get("place", {})
    tool: Mapping[str, str] = note.get("tool", {})
    name = tool.get("name") or declaration.get("check.tool")
    version = tool.get("version") if tool else declaration.get("check.version")
    signed_place: str | None = place.get("description")
    said = declaration.get("check.place")
    return Check(
        event=event,
        claimed_at=found.claimed_at,
        claimed_program=None if name is None else Program(name=name, version=version),
        claimed_place=signed_place or said,
        other_place=said if signed_place and said != signed_place else None,
        order=found.order,
        failed_before=found.failed_before,
    )


def _exhibits(items: Iterable[ItemView], declaration: Declaration, kind: Kind) -> tuple[Exhibit, ...]:
    wanted = {one.number: (place, one) for place, one in enumerate(declaration.exhibits)}
    found: list[tuple[int, Exhibit]] = []
    for item in items:
        if wanted and item.number not in wanted:
            continue
        place, request = wanted.get(item.number, (item.number, ExhibitRequest(number=item.number)))
        exhibit = exhibit_of(item, request.label)
        if exhibit is not None:
            found.append((place, exhibit))
    missing = sorted(wanted.keys() - {exhibit.number for _place, exhibit in found})
    if missing or not found:
        named = f"item {missing[0]}" if missing else "no item"
        raise UsageError(
            f"exhibits: expected items whose file is open, found {named} without one",
            code="EXHIBIT_CLOSED",
            hint="custody list BUNDLE shows the items",
        )
    exhibits = tuple(exhibit for _place, exhibit in sorted(found, key=lambda one: one[0]))
    if kind is Kind.FRE_902_14:
        _refuse_other_originals(exhibits)
    return exhibits


def _refuse_other_originals(exhibits: Iterable[Exhibit]) -> None:
    for exhibit in exhibits:
        if exhibit.original is not None and exhibit.original.differs:
            raise LogError(
                f"item {exhibit.number}: expected a copy recorded as equal to its original, found another",
                code="ORIGINAL_DIFFERS",
                hint="rule 902(14) is about copies that are identical to the original; leave the item out of"
                " the exhibits",
            )
