"""The earliest date at which a proof weakens, so that it can be renewed before (`report.renew_by`).

A proof weakens when a certificate of its path expires, trust in its root ends, or an algorithm that it uses
ends. An evidence record that goes on from a token takes its place, and so does a renewal that lists it.
A seal without a proven time weakens with the keys that signed it; the digests of the bundle with their hash,
unless a renewal took over.
"""

from __future__ import annotations

from collections.abc import Iterable

from custody.model.instant import Instant
from custody.proof.event_record import EventRecord
from custody.verification.renewal_bounds import SEALING_HASH
from custody.verification.run import Question
from custody.verification.signers import Resolver
from custody.verification.times import Times


def renew_by(
    question: Question, seal: EventRecord | None, times: Times, resolver: Resolver
) -> Instant | None:
    """Return the earliest such date, or None where none is known; it may lie in the past."""
    dates = [*_of_stamps(times), *_of_hash(question, times)]
    if seal is not None and times.window(seal.event_id).not_after is None:
        dates += _of_keys(question, seal, resolver)
    return min(dates, default=None)


def _of_stamps(times: Times) -> Iterable[Instant]:
    """Of all proofs that go on from one token over one thing, the longest counts."""
    latest: dict[tuple[str, str], Instant] = {}
    for stamp in (*times.stamps, *times.renewals.stamps):
        taken_over = times.renewals.proven_by(f"{stamp.path}/stamp.{stamp.kind}")
        if stamp.holds and stamp.weakens_at is not None and taken_over is None:
            line = (stamp.over, stamp.token)
            latest[line] = max(latest.get(line, stamp.weakens_at), stamp.weakens_at)
    return latest.values()


def _of_hash(question: Question, times: Times) -> Iterable[Instant]:
    """The end of the sealing hash, or of the hash of the renewal that lasts longest."""
    end = question.trust.end_of(SEALING_HASH)
    if end is None:
        return
    lasting = [
        question.trust.end_of(facts.hash)
        for folder, facts in times.renewals.facts.items()
        if facts.void is None
        and facts.items_matched
        and not facts.unchecked_open
        and folder in times.renewals.in_time
    ]
    if None in lasting:
        return
    yield max([end, *(one for one in lasting if one is not None)])


def _of_keys(question: Question, seal: EventRecord, resolver: Resolver) -> Iterable[Instant]:
    for signer, one in resolver.resolve_all(seal):
        if not one.trusted:
            continue
        found = question.trust.match(signer.key_ids)
        if found.dated_set is not None and found.dated_set.valid_until is not None:
            yield found.dated_set.valid_until
        ends = [question.trust.end_of(key.algorithm.value) for key in seal.keys.values()]
        if ends and all(end is not None for end in ends):
            yield max(end for end in ends if end is not None)
