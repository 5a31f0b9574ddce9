"""Finding 7: which times are proven, by whom, and which claimed times are refuted."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from custody.model.instant import Instant
from custody.proof.event_record import EventRecord
from custody.report.claim import Claim
from custody.report.finding import Argument
from custody.report.reason import Reason
from custody.report.stamp_code import StampOutcome
from custody.report.stamp_fact import StampFact
from custody.verification.log import Log
from custody.verification.renew_by import renew_by
from custody.verification.renewal_bounds import SEALING_HASH
from custody.verification.renewal_text import RenewalFault
from custody.verification.run import LISTED, Run
from custody.verification.signers import Resolver
from custody.verification.times import Times

_TIME = (Claim.EXISTED_BEFORE,)
CLOCK_SKEW = timedelta(seconds=300)
"""How far a claimed time may lie beyond a proven bound: clocks of laptops and cameras are never exact."""
WITNESS_SPAN = timedelta(hours=24)
"""How much later a second witness may have seen the seal to bear the first one out."""
WIDE_WINDOW = timedelta(hours=24)
"""A proven window of a seal or of a side of a transfer that is wider than this is named (rule T5)."""
_WATCHED = frozenset({"sealed", "released", "received"})
NOTICE = timedelta(days=730)
"""How long before a proof weakens verification begins to say so."""


def conclude_time(run: Run, log: Log, times: Times, resolver: Resolver) -> Instant | None:
    """Add what finding 7 comes to; returns the date by which the proofs should be renewed."""
    for stamp in (*times.stamps, *times.renewals.stamps):
        _add_stamp(run, stamp, times)
    for path, kind in (*times.unjudged, *times.renewals.unjudged):
        run.findings.add(Reason.STAMP_NOT_JUDGED, path, LISTED, kind=kind)
    _add_anchors(run, log, times)
    _add_renewals(run, times)
    for event_id in times.disagreeing:
        _add_disagreement(run, log, times, event_id)
    for record in log.events.values():
        _check_claimed(run, times, record)
        _check_width(run, times, record)
    _check_order(run, log)
    if log.seal is not None:
        _conclude_seal(run, log.seal, times)
    due = renew_by(run.question, log.seal, times, resolver)
    if due is not None and due.moment - run.question.verified_at.moment <= NOTICE:
        run.findings.add(Reason.RENEWAL_DUE, "", LISTED, date=str(due))
    return due


def all_stamps(times: Times) -> tuple[StampFact, ...]:
    """Return every stamp and anchor that was judged, by path."""
    listed = (*times.stamps, *times.anchors, *times.renewals.stamps)
    return tuple(sorted(listed, key=lambda stamp: stamp.path))


def _codes(stamp: StampFact) -> str:
    return " ".join(code.name for code in stamp.codes)


def _about(stamp: StampFact) -> dict[str, Argument]:
    """Return what can be said of a stamp; its time is not believed unless it holds."""
    about: dict[str, Argument] = {"kind": stamp.kind, "codes": _codes(stamp)}
    operators = ", ".join(sorted({one for one in stamp.operators if one}))
    if operators:
        about["operator"] = operators
    if stamp.generated_at is not None:
        about["time"] = str(stamp.generated_at)
    if stamp.accuracy_ms is not None:
        about["accuracy_ms"] = stamp.accuracy_ms
    return about


def _add_stamp(run: Run, stamp: StampFact, times: Times) -> None:
    reason = {
        StampOutcome.VALID: Reason.STAMP_HOLDS,
        StampOutcome.INVALID: Reason.STAMP_INVALID,
        StampOutcome.UNDETERMINED: Reason.STAMP_UNDETERMINED,
    }[stamp.outcome]
    basis = (times.ids[stamp.over],) if stamp.over in times.ids else ()
    run.findings.add(reason, stamp.path, LISTED, basis=basis, **_about(stamp))


def _add_anchors(run: Run, log: Log, times: Times) -> None:
    for record in log.events.values():
        for digest in record.missing_anchors:
            run.findings.add(Reason.ANCHOR_MISSING, f"{record.path}/anchors/{digest}.tst", LISTED)
    for anchor in times.anchors:
        reason = Reason.ANCHOR_HOLDS if anchor.holds else Reason.ANCHOR_PROVES_NOTHING
        run.findings.add(reason, anchor.path, LISTED, basis=(), **_about(anchor))


def _add_renewals(run: Run, times: Times) -> None:
    renewals = times.renewals
    for folder, facts in sorted(renewals.facts.items()):
        if facts.void is RenewalFault.UNREADABLE:  # which says nothing against it
            about = {"error": facts.void.name, "detail": facts.detail}
            run.findings.add(Reason.UNREADABLE, folder, LISTED, basis=(), **about)
            continue
        if facts.void is not None:
            detail = f"{facts.void.name} {facts.detail}".strip()
            run.findings.add(Reason.RENEWAL_VOID, folder, LISTED, detail=detail)
            continue
        for path in facts.failing_stamps:
            run.findings.add(Reason.RENEWAL_STAMP_CHANGED, path, LISTED)
        bound = renewals.bound_of(folder)
        if bound is None or folder not in renewals.in_time:
            codes = dict.fromkeys(code.name for one in renewals.over(folder) for code in one.codes)
            about = {"codes": " ".join(codes)} | ({} if bound is None else {"time": str(bound.at)})
            run.findings.add(Reason.RENEWAL_NOT_IN_TIME, folder, LISTED, basis=(), hash=facts.hash, **about)
        else:
            if folder in renewals.short:
                run.findings.add(Reason.RENEWAL_SHORT, folder, LISTED, hash=SEALING_HASH)
            run.findings.add(
                Reason.RENEWAL_HOLDS,
                folder,
                LISTED,
                basis=(bound.source,),
                hash=facts.hash,
                time=str(bound.at),
            )


def _add_disagreement(run: Run, log: Log, times: Times, event_id: str) -> None:
    window = times.windows[event_id]
    lower, upper = window.not_before, window.not_after
    about = {
        "not_before": "" if lower is None else str(lower.at),
        "not_after": "" if upper is None else str(upper.at),
    }
    basis = tuple(one.source for one in (lower, upper) if one is not None)
    seal = log.seal is not None and event_id == log.seal.event_id
    path = times.folders.get(event_id, event_id)
    claims = _TIME if seal else LISTED
    run.findings.add(Reason.AUTHORITIES_DISAGREE, path, claims, basis=basis, **about)


def _check_claimed(run: Run, times: Times, record: EventRecord) -> None:
    """Compare the claimed time of an event with its proven window (rules T3, T4)."""
    if record.body is None or not record.signed:
        return
    window, claimed = times.window(record.event_id), record.body.claimed_at
    lower, upper = window.not_before, window.not_after
    if upper is not None and claimed.moment - upper.at.moment > CLOCK_SKEW:
        found = {"claimed": str(claimed), "not_after": str(upper.at)}
        run.findings.add(Reason.CLAIMED_TIME_REFUTED, record.path, LISTED, basis=(upper.source,), **found)
    if lower is not None and lower.at.moment - claimed.moment > CLOCK_SKEW:
        found = {"claimed": str(claimed), "not_before": str(lower.at)}
        run.findings.add(Reason.CLAIMED_TIME_REFUTED, record.path, LISTED, basis=(lower.source,), **found)


def _check_width(run: Run, times: Times, record: EventRecord) -> None:
    """Name a window that is proven on both sides and wide all the same; an open one is shown as it is."""
    if record.body is None or not record.signed or record.body.type not in _WATCHED:
        return
    window = times.window(record.event_id)
    lower, upper = window.not_before, window.not_after
    if lower is not None and upper is not None and upper.at.moment - lower.at.moment > WIDE_WINDOW:
        about = {"not_before": str(lower.at), "not_after": str(upper.at)}
        basis = (lower.source, upper.source)
        run.findings.add(Reason.WINDOW_WIDE, record.path, LISTED, basis=basis, **about)


def _check_order(run: Run, log: Log) -> None:
    """Name events that claim to be older than what they follow (rule T1)."""
    signed = [record for record in log.events.values() if record.signed]
    bodies = {record.event_id: record.body for record in signed if record.body is not None}
    for record in signed:
        claimed = bodies[record.event_id].claimed_at
        for prev in () if record.statement is None else record.statement.prev:
            if prev in bodies and bodies[prev].claimed_at.moment - claimed.moment > CLOCK_SKEW:
                about = {"claimed": str(claimed), "before": str(bodies[prev].claimed_at)}
                run.findings.add(Reason.CLAIMED_TIME_UNORDERED, record.path, LISTED, basis=(prev,), **about)


def _conclude_seal(run: Run, seal: EventRecord, times: Times) -> None:
    """Say from when the seal is proven to exist, and compare it with what the caller asked for."""
    before = run.question.before
    window = times.window(seal.event_id)
    lower, upper = window.not_before, window.not_after
    if before is not None and lower is not None and lower.at >= before:
        about = {"not_before": str(lower.at), "before": str(before)}
        run.findings.add(Reason.SEALED_LATER, seal.path, _TIME, basis=(lower.source,), **about)
    if upper is None:
        if not times.windows.get(seal.event_id, window).contradicted:
            reason = Reason.NO_STAMP_HOLDS if _has_stamps(seal, times) else Reason.NOT_STAMPED
            run.findings.add(reason, seal.path, _TIME)
        return
    if before is not None and upper.at >= before and (lower is None or lower.at < before):
        about = {"not_after": str(upper.at), "before": str(before)}
        run.findings.add(Reason.NOT_SHOWN_BEFORE, seal.path, _TIME, basis=(upper.source,), **about)
    covering = sorted(
        set(times.stamps_over(seal.event_id)), key=lambda stamp: (str(stamp.not_after), stamp.path)
    )
    _add_proven(run, seal, upper.source, upper.at, covering)


def _has_stamps(seal: EventRecord, times: Times) -> bool:
    over = (*(stamp.over for stamp in times.stamps), *(path for path, _ in times.unjudged))
    return any(one == seal.path or one.startswith(f"{seal.path}/stamps/") for one in over)


def _add_proven(
    run: Run, seal: EventRecord, source: str, not_after: Instant, covering: list[StampFact]
) -> None:
    about: dict[str, Argument] = {"time": str(not_after)}
    earliest: dict[str, str] = {}
    for stamp in covering:
        if stamp.path == source:
            about |= {name: told for name, told in _about(stamp).items() if name == "accuracy_ms"}
            about |= {"authority": stamp.operators[0], "generated_at": str(stamp.generated_at)}
        else:
            earliest.setdefault(stamp.operators[0], str(stamp.not_after))
    others = {name: bound for name, bound in earliest.items() if name != about["authority"]}
    if others:
        about["also"] = "; ".join(f"{name}: {bound}" for name, bound in others.items())
    run.findings.add(Reason.EXISTED_BEFORE, seal.path, _TIME, basis=(seal.event_id, source), **about)
    soon = [
        one
        for one in covering
        if one.not_after is not None and one.not_after.moment - not_after.moment <= WITNESS_SPAN
    ]
    if independent_operators(soon) < 2:  # noqa: PLR2004 - two witnesses (rule TS-19)
        run.findings.add(Reason.ONE_OPERATOR, seal.path, LISTED, operator=about["authority"])


def independent_operators(stamps: Iterable[StampFact]) -> int:
    """Count witnesses: groups of stamps that share no operator, root or key (rule TS-19)."""
    groups: list[set[str]] = []
    for stamp in stamps:
        marks = {f"operator {stamp.operators[0]}", f"root {stamp.root}"}
        marks |= {f"key {key}" for key in (stamp.signer_key, stamp.issuer_key)}
        joined = [group for group in groups if not group.isdisjoint(marks)]
        groups = [group for group in groups if group.isdisjoint(marks)]
        groups.append(marks.union(*joined))
    return len(groups)
