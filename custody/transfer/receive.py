"""Taking over: everything is verified anew, in the recipient's own copy, before he signs that he has it.

1  the release or copy that names him, open                          custody.transfer.offer
2  the whole verification, every payload byte hashed                  custody.verification.verify
3  INTACT and SEALED_BY proven; else he refuses, or acknowledges      examine
4  his event: root and result as found, and it opens his holding      custody.transfer.act
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from attrs import evolve, field, frozen

from custody.errors import LogError
from custody.format.layout import EVENT_FILE
from custody.format.limits import EVENT_BYTES
from custody.keys.event_writer import EventFiles
from custody.report.claim import Claim, Outcome
from custody.report.reason import Reason
from custody.report.report import NotProvenError, Report
from custody.storage.addition import open_for_adding
from custody.storage.folder import open_folder
from custody.storage.source import BundleSource
from custody.transfer.desk import Desk
from custody.transfer.details import Details
from custody.transfer.offer import RECEIPTS, Offer, choose_offer
from custody.transfer.refusal import refused
from custody.transfer.written import Act, Written, described
from custody.verification.handovers import handover_doubt
from custody.verification.standing import Standing, take_standing
from custody.verification.verify import verify_source

_NEEDED: Final = (Claim.INTACT, Claim.SEALED_BY)
_MOST_CODES: Final = 50
_NO_ROOT: Final = frozenset({Reason.ITEM_MALFORMED, Reason.ITEMS_MISSING, Reason.CHANGED_WHILE_READ})


@frozen(kw_only=True)
class Examined:
    """What somebody is about to receive, and what was found.

    Attributes:
        report: of the verification before he signs.
        act: what he would state.
        before: the event by which he has received it before, or None.
    """

    report: Report
    act: Act
    before: Written | None = field(default=None)


def examine(
    desk: Desk,
    *,
    event: str | None = None,
    inconsistencies: tuple[str, ...] = (),
    acknowledge: bool = False,
    details: Details | None = None,
    watched: Callable[[BundleSource], BundleSource] = lambda source: source,
) -> Examined:
    """Verify what somebody is to receive, and return what he would state.

    Args:
        desk: the recipient, in his own copy.
        event: the release or copy; the only open one unless given.
        inconsistencies: what he found that is not as it should be.
        acknowledge: receive it although it is not proven intact: the result is then "fail", and the reason
            codes are among the inconsistencies.
        details: place, note, successor; the condition, which goes into the body.
        watched: wraps the bundle before it is read, so that somebody can follow.

    Raises:
        NotProvenError: RECEIVE_NOT_INTACT, RECEIVE_NOT_SEALED_BY: a claim is not proven, and not
            acknowledged.
        LogError: see `choose_offer`; HANDOVER_DIFFERS: the release names another root or number of items than
            the seal; ROOT_UNKNOWN: not even a root can be computed.
        BundleError, StorageError: it cannot be read as a bundle; NOT_A_FOLDER: a zip.
    """
    found = _look(desk, event, watched)
    missing: dict[Claim, Outcome] = {
        claim: outcome for claim in _NEEDED if (outcome := found.report.outcome(claim)) is not Outcome.PROVEN
    }
    if missing and not acknowledge and found.before is None:
        raise _not_proven(found.report, missing)
    said = details or Details()
    data: dict[str, Any] = {
        "root": found.standing.root if found.before else root_of(found.standing, found.report),
        "result": "fail" if Claim.INTACT in missing else "pass",
    }
    if said.condition is not None:
        data["condition"] = said.condition
    if told := [*inconsistencies, *_codes(found.report, missing)]:
        data["inconsistencies"] = told
    fields = evolve(said, condition=None).fields()
    act = Act(type=RECEIPTS[found.offer.type], data=data, fields=fields, follows=(found.offer.event_id,))
    return Examined(report=found.report, act=act, before=found.before)


@frozen(kw_only=True)
class _Found:
    standing: Standing
    offer: Offer
    before: Written | None
    report: Report


def _look(desk: Desk, event: str | None, watched: Callable[[BundleSource], BundleSource]) -> _Found:
    """Look for what is to be received, and verify the bundle."""
    open_for_adding(desk.bundle).close()  # refuses a zip in its own words
    source = open_folder(desk.bundle)
    try:
        now = desk.now()
        standing = take_standing(source, desk.trust, verified_at=now, expect_seal=desk.expect_seal)
        offer = choose_offer(desk, standing, event)
        if handover_doubt(standing.record(offer.event_id), standing.record(standing.seal_id)) is not None:
            raise refused(Reason.HANDOVER_DIFFERS)
        before = None if offer.received_by is None else _event_of(source, standing, offer.received_by)
        report = verify_source(watched(source), desk.trust, verified_at=now, expect_seal=desk.expect_seal)
    finally:
        source.close()
    return _Found(standing=standing, offer=offer, before=before, report=report)


def _not_proven(report: Report, missing: dict[Claim, Outcome]) -> NotProvenError:
    error = NotProvenError(missing, report.unmet(missing))
    error.code = "RECEIVE_NOT_INTACT" if Claim.INTACT in missing else "RECEIVE_NOT_SEALED_BY"
    error.hint = (
        "custody verify says what is wrong; refuse it: custody refuse; or state in your receipt that it came"
        " so: --acknowledge"
    )
    return error


def _codes(report: Report, missing: dict[Claim, Outcome]) -> list[str]:
    """Return the reasons of what is not proven, each once; codes alone, for a receipt is read by others."""
    return list(dict.fromkeys(finding.reason.name for finding in report.unmet(missing)))[:_MOST_CODES]


def root_of(standing: Standing, report: Report) -> str:
    """Return the root that the lines of this very copy come to.

    Args:
        standing: of the copy, whose lines were read.
        report: of the same copy.

    Raises:
        LogError: code ROOT_UNKNOWN: they come to none.
    """
    if _NO_ROOT.intersection(report.reasons()) or standing.facts.malformed:
        raise LogError(
            "items: expected lines that can be read, found others",
            code="ROOT_UNKNOWN",
            hint="nothing can be stated about such a copy but that you refuse it: custody refuse",
        )
    return standing.facts.root


def _event_of(source: BundleSource, standing: Standing, event_id: str) -> Written:
    """Return an event of the log as it was written."""
    record = standing.record(event_id)
    names = [name for name in standing.inventory.files[record.path] if EVENT_FILE.fullmatch(name)]
    files = {name: source.read(f"{record.path}/{name}", EVENT_BYTES) for name in names}
    return described(EventFiles(files=files, event_id=event_id), attestation=False, finished=True)
