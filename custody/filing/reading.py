"""A bundle on a disk, verified and read for a filing."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import ExitStack
from importlib import metadata

from attrs import evolve

from custody.errors import BundleError, CustodyError
from custody.facade.moment import Moment, instant_of, now
from custody.facade.several import several
from custody.facade.verifying import Watched, open_receipt, trust_and_digest_of
from custody.filing.facts import Asked, FilingFacts
from custody.filing.listed_items import list_items
from custody.report.claim import DEFAULT_CLAIMS, Claim
from custody.report.report import Report
from custody.report.timeline import EventStatus, Timeline
from custody.storage.opening import open_bundle
from custody.storage.source import BundleSource, Progress
from custody.trust.trust import Trust
from custody.verification.run import Question
from custody.verification.standing import Standing, take_standing
from custody.verification.timeline import timeline_of
from custody.verification.verify import refused_report, verify_source
from custody.verification.wrapping import seal_facts

_BESIDE = EventStatus.WITNESS


def read_facts(  # noqa: PLR0913 - what `verify` is asked, and the claims that are required
    bundle: str | os.PathLike[str],
    *,
    trust: Trust | str | os.PathLike[str],
    at: Moment | None = None,
    before: Moment | None = None,
    expect_seal: str | None = None,
    receipts: str | os.PathLike[str] | Iterable[str | os.PathLike[str]] = (),
    head: str | None = None,
    required: Iterable[Claim] = DEFAULT_CLAIMS,
    progress: Progress | None = None,
) -> FilingFacts:
    """Verify a bundle, folder or zip, and read what a filing says of it; nothing is changed.

    The arguments are those of `custody.verify`, with the claims that decide on the exit code. What is refuted
    or cannot be read gives facts as well: a report says so.

    Raises:
        BundleError: the trust is malformed; a receipt is a zip that cannot be read as one; or code
            CHANGED_WHILE_READ: the bundle is no longer what was verified.
        StorageError: the bundle, the trust or a receipt cannot be opened.
        UsageError: a moment without its zone, an `expect_seal` or `head` that is no id, or no trust at all.
    """
    accepted, digest = trust_and_digest_of(trust)
    question = Question(
        trust=accepted,
        verified_at=now() if at is None else instant_of(at),
        before=None if before is None else instant_of(before),
        expect_seal=expect_seal,
        head=head,
    )
    with ExitStack() as closing:
        paths = several(receipts, "receipts")
        shown = tuple(open_receipt(os.fspath(receipt), closing) for receipt in paths)
        try:
            source = open_bundle(os.fspath(bundle))
        except CustodyError as error:
            report = refused_report(error, form="zip", verified_at=question.verified_at)
            facts = FilingFacts(report=report, trust=accepted, unread_items=True)
        else:
            closing.callback(source.close)
            watched = source if progress is None else Watched(source, progress)
            facts = facts_of(watched, question, receipts=shown)
    return evolve(
        facts,
        asked=_asked(question, len(shown), moment_chosen=at is not None),
        trust_sha256=digest,
        required=tuple(dict.fromkeys(required)),
        tool=f"custody {metadata.version('custody')}",
    )


def facts_of(
    source: BundleSource, question: Question, *, receipts: tuple[BundleSource, ...] = ()
) -> FilingFacts:
    """Verify an open bundle and read what a filing says of it; see `read_facts`."""
    report = verify_source(
        source,
        question.trust,
        verified_at=question.verified_at,
        before=question.before,
        expect_seal=question.expect_seal,
        receipts=receipts,
        head=question.head,
    )
    standing = _standing(source, question, receipts)
    timeline = None if standing is None else timeline_of(standing)
    if timeline is not None:
        _compare(report, timeline)
    listed = list_items(source, report, timeline)
    seal = None if standing is None or standing.log.seal is None else seal_facts(standing.log.seal)
    return FilingFacts(
        report=report,
        trust=question.trust,
        items=listed.items,
        unread_items=listed.ended_early,
        timeline=timeline,
        seal=seal,
        asked=_asked(question, len(receipts)),
    )


def _asked(question: Question, receipts: int, *, moment_chosen: bool = False) -> Asked:
    return Asked(
        moment_chosen=moment_chosen,
        head=question.head,
        expected_seal=question.expect_seal is not None,
        receipts=receipts,
    )


def _standing(
    source: BundleSource, question: Question, receipts: tuple[BundleSource, ...]
) -> Standing | None:
    """Judge the log once more for those who read it event by event; None where the seal does not let it."""
    try:
        return take_standing(
            source,
            question.trust,
            verified_at=question.verified_at,
            expect_seal=question.expect_seal,
            receipts=receipts,
        )
    except CustodyError:
        return None  # the report has said what is wrong


def _compare(report: Report, timeline: Timeline) -> None:
    """Refuse a log that is no longer the one that was verified."""
    verified = {(event.path, event.event_id) for event in report.events}
    told = {(event.path, event.event_id) for event in timeline.events if event.status is not _BESIDE}
    if report.seal_id != timeline.seal_id or verified != told:
        raise BundleError("log: expected what was verified, found other events", code="CHANGED_WHILE_READ")
