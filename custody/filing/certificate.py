"""The facts of a certificate, and the reasons for which none is made.

A certificate says that a named person compared the files with the seal, with which tool, and which values
came out. So it rests on an event that this person signed, known by keys that the verifier trusts; the check
must be later than the last transfer, and the files must still be what was checked. Where that is not shown
there is no certificate: a document of that name without it would mislead.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import Enum
from typing import Final

from attrs import field, frozen

from custody.errors import LogError, UsageError
from custody.exporting.view import ItemView
from custody.filing.declaration import Declaration, ExhibitRequest
from custody.filing.exhibit import Exhibit, exhibit_of
from custody.model.instant import Instant, decode_instant
from custody.report.claim import Claim, Outcome
from custody.report.report import NotProvenError, Report
from custody.report.timeline import EventStatus, Timeline, TimelineEvent
from custody.trust.trust import Trust

FIXITY: Final = "fixity-checked"
# Giving somebody a copy is none of them: the holder keeps what he has.
_TRANSFERS: Final = frozenset({"released", "received", "withdrawn", "succeeded", "reconciled"})
_CHECK_STEP: Final = (
    "the declarant checks again, about the last event: custody attest BUNDLE fixity-checked --about ID"
)


class Kind(Enum):
    """Which document.

    FRE_902_13: a record that a process or system generated (Federal Rules of Evidence, rule 902(13)).
    FRE_902_14: data copied from a device, medium or file (rule 902(14)).
    STATEMENT: a statement for courts that assess evidence freely.
    """

    FRE_902_13 = "fre-902-13"
    FRE_902_14 = "fre-902-14"
    STATEMENT = "statement"


class Order(Enum):
    """What shows that the check came after the last transfer; the strongest first.

    NO_TRANSFER: the log has none.
    LINKED: the event of the check names the transfer among what it follows; it cannot be older.
    PROVEN: proofs of time.
    CLAIMED: the times that the signers state, and nothing else.
    """

    NO_TRANSFER = "no-transfer"
    LINKED = "linked"
    PROVEN = "proven"
    CLAIMED = "claimed"


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
        order: what shows that it came after the last transfer.
    """

    event: TimelineEvent
    claimed_at: Instant
    claimed_program: Program | None = None
    claimed_place: str | None = field(default=None, repr=False)
    order: Order = Order.NO_TRANSFER


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
        report: what a verification of the bundle found just now.
        timeline: its log, judged at the same moment under the same trust.
        items: its items; read to their end, so that the root is compared once more.
        trust: whom the verifier accepts.
        declarant: the name that the trust gives the declarant.
        declaration: what he says besides.
        program: what verified.

    Raises:
        UsageError: DECLARANT_UNKNOWN; EXHIBIT_CLOSED: an exhibit that is no item with an open file.
        LogError: CHECK_MISSING, CHECK_FAILED, CHECK_OTHER_ROOT, CHECK_IN_FUTURE, CHECK_BEFORE_TRANSFER,
            CHECK_ORDER_HIDDEN; of fre-902-14 ORIGINAL_DIFFERS: an original had another digest than its copy.
        ChangedSinceCheckError: INTACT is not proven, and the declarant had checked.
        NotProvenError: SEALED_BY is not proven.
        BundleError, StorageError: the items cannot be read, or changed while they were.
    """
    fingerprints = _fingerprints(trust, declarant)
    report.require(Claim.SEALED_BY)
    check = find_check(report, timeline, declarant, declaration)
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
        check=check,
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


def find_check(report: Report, timeline: Timeline, declarant: str, declaration: Declaration) -> Check:
    """Return the last check by the declarant that came after the last transfer.

    Raises:
        LogError: there is none; see `certificate_facts`.
    """
    checks = sorted(_checks_by(timeline, declarant), key=lambda one: (one[0], one[1].event_id))
    if not checks:
        raise LogError(
            f"log: expected a {FIXITY} event signed by {declarant}, found none",
            code="CHECK_MISSING",
            hint=f"custody attest BUNDLE {FIXITY} --key KEY --trust FILE; whoever holds it: custody event",
        )
    claimed_at, last = checks[-1]
    if claimed_at > report.verified_at:
        raise LogError(
            f"check {last.event_id}: expected a time before {report.verified_at}, found {claimed_at}",
            code="CHECK_IN_FUTURE",
            hint="compare the clocks of the two machines",
        )
    if last.claimed_data.get("result") != "pass":
        raise LogError(
            f"check {last.event_id}: expected the result pass, found fail",
            code="CHECK_FAILED",
            hint="custody verify names what differs; the declarant can check again when that is mended",
        )
    if last.claimed_data.get("root") != report.root:
        raise LogError(
            f"check {last.event_id}: expected the root of this seal, found another",
            code="CHECK_OTHER_ROOT",
            hint="the check was made of another bundle; check this one",
        )
    return _check_of(last, claimed_at, _order(timeline, last, claimed_at), declaration)


def _checks_by(timeline: Timeline, declarant: str) -> Iterator[tuple[Instant, TimelineEvent]]:
    for event in timeline.events:
        counts = event.status in {EventStatus.COUNTED, EventStatus.ATTESTATION}
        by_declarant = event.actor is not None and event.actor.identity == declarant
        if counts and by_declarant and event.type == FIXITY and event.claimed_at is not None:
            yield decode_instant(event.claimed_at), event


def _check_of(event: TimelineEvent, claimed_at: Instant, order: Order, declaration: Declaration) -> Check:
    note, place = event.claimed_fields.get("note", {}), event.claimed_fields.get("place", {})
    tool: Mapping[str, str] = note.get("tool", {})
    name = tool.get("name") or declaration.get("check.tool")
    version = tool.get("version") if tool else declaration.get("check.version")
    return Check(
        event=event,
        claimed_at=claimed_at,
        claimed_program=None if name is None else Program(name=name, version=version),
        claimed_place=declaration.get("check.place") or place.get("description"),
        order=order,
    )


def _order(timeline: Timeline, check: TimelineEvent, claimed_at: Instant) -> Order:
    """Return what shows that the check came after every transfer (F14-04).

    Raises:
        LogError: CHECK_BEFORE_TRANSFER, CHECK_ORDER_HIDDEN.
    """
    followers: dict[str, list[str]] = {}
    for event in timeline.events:
        for one in event.follows:
            followers.setdefault(one, []).append(event.event_id)
    before = reached(check.event_id, {event.event_id: event.follows for event in timeline.events})
    after = reached(check.event_id, followers)
    order = Order.NO_TRANSFER
    for event in timeline.events:
        if event.status is EventStatus.STUB and event.event_id not in before:
            raise LogError(
                f"event {event.event_id}: expected its content, found it withheld; it may be a transfer",
                code="CHECK_ORDER_HIDDEN",
                hint="make the certificate from a copy of the log that is open",
            )
        if event.status is not EventStatus.COUNTED or event.type not in _TRANSFERS:
            continue
        found = Order.LINKED if event.event_id in before else by_time(event, check, claimed_at)
        if found is None or event.event_id in after:
            raise LogError(
                f"check {check.event_id}: expected it after the last transfer, found {event.type} later",
                code="CHECK_BEFORE_TRANSFER",
                hint=_CHECK_STEP,
            )
        order = max(order, found, key=list(Order).index)
    return order


def by_time(transfer: TimelineEvent, check: TimelineEvent, claimed_at: Instant) -> Order | None:
    """Return by which times a check is later than a transfer; None where it is not.

    Args:
        transfer: a counted event.
        check: the event of the check.
        claimed_at: the time that the check states.
    """
    if _shown_before(check, transfer):
        return None
    if _shown_before(transfer, check):
        return Order.PROVEN
    if transfer.claimed_at is None or claimed_at <= decode_instant(transfer.claimed_at):
        return None
    return Order.CLAIMED


def _shown_before(one: TimelineEvent, other: TimelineEvent) -> bool:
    """Tell whether proofs of time show that one event is not later than another."""
    return one.not_after is not None and other.not_before is not None and one.not_after <= other.not_before


def reached(event_id: str, links: Mapping[str, Sequence[str]]) -> frozenset[str]:
    """Return the ids of all events that links lead to from one, near and far.

    Args:
        event_id: of the event.
        links: from each event to others.
    """
    found: set[str] = set()
    waiting = list(links.get(event_id, ()))
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting.extend(links.get(one, ()))
    return frozenset(found)


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
        if exhibit.original is not None and exhibit.original.equal is False:
            raise LogError(
                f"item {exhibit.number}: expected the digest recorded of its original, found another",
                code="ORIGINAL_DIFFERS",
                hint="rule 902(14) is about copies that are identical to the original; leave the item out of"
                " the exhibits",
            )
