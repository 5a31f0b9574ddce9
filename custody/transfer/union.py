"""The union of copies: every event that counts, once, with all that any copy shows of it (rule MG2).

What belongs to the union is found by letting the verifier's own judgement look at the copies as one bundle,
and leaving out what does not count there, until everything does. So the order in which copies are named plays
no part, and what is in the result counts in it.

An event of a whole copy whose past no copy has is kept as what it is there, a receipt: it shows that the log
went on. From a receipt such an event is not taken: it stays where it is, and is named.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from typing import Final

from attrs import field, frozen

from custody.errors import LogError
from custody.format.layout import STAMPS_PREFIX
from custody.format.limits import COMPANIONS_BYTES, EVENTS, STAMP_BYTES
from custody.proof.event_record import EventRecord
from custody.report.reason import Reason
from custody.storage.source import BundleSource
from custody.storage.union_source import UnionSource
from custody.transfer.candidates import Candidate, LeftOut, gather
from custody.transfer.conflict import Conflict, ConflictKind, conflict_between, first_conflicts
from custody.transfer.copies import Copy
from custody.transfer.erasure import erased_in, gone_openings, withheld_lines
from custody.verification.standing import Standing, take_standing

Files = dict[str, dict[str, BundleSource]]
"""By folder of an event, attestation or renewal, and by name in it: a copy that has the file."""
ERASED: Final = "ERASED"
"""Code of an opening that an erasure took."""
_RENEWAL: Final = "renewal.txt"
_PROOF: Final = "stamp."
_CODES: Final = {
    ConflictKind.FORK: Reason.FORK.name,
    ConflictKind.SIGNATURES: Reason.SIGNATURES_DIFFER.name,
    ConflictKind.UNPROVEN: "PLACE_CONTESTED",
}


@frozen(kw_only=True)
class Union:
    """What the copies come to together.

    Attributes:
        standing: where the united log stands, judged as one bundle.
        events: the events that belong to it, each after its past.
        others: attestations, then renewals, each after those that it continues.
        files: of each of their folders the files, with a copy that has each.
        left_out: what does not belong to it.
        leaves: leaf indices, ascending, that erasures name.
        gone: paths of the openings that go with them.
    """

    standing: Standing = field(repr=False)
    events: tuple[Candidate, ...]
    others: tuple[Candidate, ...]
    files: Files = field(repr=False)
    left_out: tuple[LeftOut, ...]
    leaves: tuple[int, ...]
    gone: frozenset[str]


class ConflictError(LogError):
    """Two events for one place in the log, of which no copy can hold both.

    Attributes:
        conflicts: the earliest of each kind in each holding.
    """

    default_code = "FORK"

    def __init__(self, conflicts: tuple[Conflict, ...]) -> None:
        """Name both events of the gravest conflict."""
        order = list(ConflictKind)
        first = min(conflicts, key=lambda one: order.index(one.kind))
        super().__init__(
            f"copies: expected one event at {first.holding}/{first.seq:08d}, found {first.one} and"
            f" {first.other}",
            code=_CODES[first.kind],
            hint="nothing was merged; keep both copies as they are: custody compare shows both events",
        )
        self.conflicts = conflicts


def unite(copies: Sequence[Copy], base: Standing) -> Union:
    """Unite copies of one bundle.

    Args:
        copies: all of them; the first gives items and payload.
        base: where the first one's log stands.

    Raises:
        ConflictError: code FORK, SIGNATURES_DIFFER or PLACE_CONTESTED.
        LogError: code LOG_LIMIT or STAMPS_LIMIT: together they have more than any reader takes.
        StorageError, SourceChangedError: the machine refused a file, or it changed.
    """
    pool, left_out = gather(copies, base)
    _refuse_too_many(pool.values())
    chosen = {path: sorted(found, key=_preference) for path, found in pool.items()}
    _refuse_conflicts(chosen, frozenset())
    standing, files, leaves, gone = _settle(chosen, base, left_out)
    for copy in copies:
        copy.source.raise_failure()  # what the machine refused would look like what does not count
    _check_companions(files)
    _refuse_conflicts(chosen, frozenset(standing.chain.counted))
    left_out |= set(_rivals(chosen)) | set(_unsound_files(chosen, files, gone))
    return Union(
        standing=standing,
        events=_in_order(standing, chosen),
        others=_others(standing, chosen),
        files=files,
        left_out=tuple(sorted(left_out, key=lambda one: (one.path, one.place, one.code))),
        leaves=leaves,
        gone=gone,
    )


def _settle(
    chosen: dict[str, list[Candidate]], base: Standing, left_out: set[LeftOut]
) -> tuple[Standing, Files, tuple[int, ...], frozenset[str]]:
    """Take out of the candidates what does not count among them, until everything does.

    Returns:
        Where the log stands then, the files, the leaves that are erased, and the openings that go with them.
    """
    leaves: tuple[int, ...] = ()
    while True:
        gone = gone_openings(_records(chosen), base.bundle_id, leaves)
        files = _files((found[0] for found in chosen.values()), gone)
        standing = _judge(base, files, leaves)
        erased = tuple(sorted({*leaves, *erased_in(standing)}))
        belongs = frozenset((*standing.chain.counted, *standing.chain.stubs))
        judged = ((found[0], _refusal(standing, found[0], belongs)) for found in chosen.values())
        refused = [(one, code) for one, code in judged if code]
        if erased != leaves:
            # A renewal passes over what was erased, so it is not judged before that is known.
            refused = [(one, code) for one, code in refused if not one.renewal]
        elif not refused:
            return standing, files, leaves, gone
        for one, code in refused:
            left_out |= {LeftOut(place=copy.place, path=one.path, code=code) for copy in one.holders}
            chosen[one.path].remove(one)
            if not chosen[one.path]:
                del chosen[one.path]
        leaves = () if refused else erased


def _preference(one: Candidate) -> tuple[bool, bool, str]:
    return not one.counted, not one.owned, one.event_id


def _records(chosen: dict[str, list[Candidate]]) -> Iterator[EventRecord]:
    """Yield what each copy shows of each event that was chosen."""
    for first, *_others in chosen.values():
        if first.event is not None:
            yield from (copy.log.events[first.path] for copy in first.holders)


def _judge(base: Standing, files: Files, leaves: tuple[int, ...]) -> Standing:
    grown = {f"{folder}/{name}": one for folder, found in files.items() for name, one in found.items()}
    if not leaves and grown.keys() == _own(base) and set(grown.values()) == {base.source}:
        return base  # nothing is new, and nothing is left out
    question = base.resolver.question
    withheld = withheld_lines(base.source, base.bundle_id, leaves)
    return take_standing(
        UnionSource(base.source, grown, withheld),
        question.trust,
        verified_at=question.verified_at,
        expect_seal=question.expect_seal,
    )


def _own(standing: Standing) -> set[str]:
    """Return the paths of the files that a copy has of what grows."""
    inventory = standing.inventory
    every = (*inventory.files.items(), *inventory.stamps.items())
    return {f"{folder}/{name}" for folder, names in every for name in names}


def _refuse_too_many(candidates: Iterable[list[Candidate]]) -> None:
    """Refuse more events than a reader examines, for some of them would never be seen."""
    kinds = Counter(found[0].attestation for found in candidates if not found[0].renewal)
    if max(kinds.values()) > EVENTS:
        raise LogError(
            f"log: expected at most {EVENTS} events, found more in the copies together",
            code="LOG_LIMIT",
            hint="merge without the copy that brings most of them",
        )


def _refuse_conflicts(chosen: dict[str, list[Candidate]], counted: frozenset[str]) -> None:
    """Refuse two events for one place, when one of them counts and the other is by the same identity.

    What somebody else has put there is set aside, and of two that count nowhere nothing depends.

    Args:
        chosen: the candidates by their folders, the preferred first.
        counted: ids of those that count in the union as well.
    """
    found = []
    for candidates in chosen.values():
        for one, other in combinations(candidates, 2):
            if one.event is None or other.event is None:
                continue
            counts = [each.counted or each.event_id in counted for each in (one, other)]
            conflict = conflict_between(one.event, other.event)
            own = conflict.kind is not ConflictKind.UNPROVEN or conflict.actor
            if all(counts) or (any(counts) and own):
                found.append(conflict)
    if found:
        raise ConflictError(first_conflicts(found))


def _rivals(chosen: dict[str, list[Candidate]]) -> Iterator[LeftOut]:
    """List what stands at the place of an event of the union and is not it."""
    for first, *others in chosen.values():
        for one in others:
            same = one.event is not None and first.event is not None and one.event.actor == first.event.actor
            code = Reason.FORK if same else Reason.NOT_THE_HOLDER
            yield from (LeftOut(place=copy.place, path=one.path, code=code.name) for copy in one.holders)


def _unsound_files(
    chosen: dict[str, list[Candidate]], files: Files, gone: frozenset[str]
) -> Iterator[LeftOut]:
    """List the files in the folders of the union that do not belong to it."""
    for first, *_others in chosen.values():
        for copy in first.holders:
            inventory = copy.inventory
            for name in (*inventory.files.get(first.path, ()), *inventory.stamps.get(first.path, ())):
                path = f"{first.path}/{name}"
                if path in gone:
                    yield LeftOut(place=copy.place, path=path, code=ERASED)
                elif name not in files[first.path]:
                    stamp = name.startswith(STAMPS_PREFIX)
                    code = Reason.STAMP_SET_ASIDE if stamp else Reason.EVENT_FILE_UNKNOWN
                    yield LeftOut(place=copy.place, path=path, code=code.name)


def _files(candidates: Iterable[Candidate], gone: frozenset[str]) -> Files:
    """Collect the files of what was chosen, from whichever copy has them, without what erasures took."""
    files: Files = {}
    for one in candidates:
        found = files.setdefault(one.path, {})
        for copy in one.holders:
            names = (_RENEWAL,) if one.renewal else copy.event_files(one.path)
            for name in (*names, *copy.stamp_files(one.path)):
                if f"{one.path}/{name}" not in gone:
                    found.setdefault(name, copy.source)
        # Certificates and lists in a folder of stamps in which no stamp is belong to nothing.
        stamps = {name.rpartition("/")[0] for name in found if is_stamp(name)}
        for name in [name for name in found if name.startswith(STAMPS_PREFIX)]:
            if name.rpartition("/")[0] not in stamps:
                del found[name]
    return files


def is_stamp(name: str) -> bool:
    """Tell whether a name in the folder of an event is a stamp's own, not that of what lies beside one."""
    return name.startswith(STAMPS_PREFIX) and name.rpartition("/")[2].startswith(_PROOF)


def _refusal(standing: Standing, one: Candidate, belongs: frozenset[str]) -> str:
    """Return why a candidate does not belong to the union, or "" when it does."""
    chain = standing.chain
    if one.renewal:
        times = standing.resolver.times
        facts = None if times is None else times.renewals.facts.get(one.path)
        return Reason.RENEWAL_VOID.name if facts is None or facts.void is not None else ""
    if one.attestation:
        reason = standing.refusal_of_attestation(standing.log.attestations[one.path])
        return "" if reason is None else reason.name
    if one.event_id in belongs:
        return ""
    if one.event_id in chain.receipts:
        return "" if one.owned else chain.receipts[one.event_id].name
    return chain.set_aside.get(one.event_id, Reason.EVENT_MALFORMED).name


def _check_companions(files: Files) -> None:
    """Refuse so many certificates and lists that a reader would leave every stamp unproven."""
    once = {
        name.rpartition("/")[2]: (source, f"{folder}/{name}")
        for folder, found in files.items()
        for name, source in found.items()
        if name.startswith(STAMPS_PREFIX) and not is_stamp(name)
    }
    size = sum(len(source.read(path, STAMP_BYTES)) for source, path in once.values())
    if size > COMPANIONS_BYTES:
        raise LogError(
            f"stamps: expected at most {COMPANIONS_BYTES} bytes of certificates and lists beside them, found"
            f" {size}",
            code="STAMPS_LIMIT",
            hint="merge without the copy that brings most of them",
        )


def _in_order(standing: Standing, chosen: dict[str, list[Candidate]]) -> tuple[Candidate, ...]:
    """Order events so that each follows its past; what has none here comes last."""
    place = {event_id: number for number, event_id in enumerate(standing.chain.counted)}
    events = [found[0] for found in chosen.values() if found[0].event is not None]
    last = len(place)

    def key(one: Candidate) -> tuple[int, str]:
        stub = one.event_id in standing.chain.stubs  # what follows it needs it
        return -1 if stub else place.get(one.event_id, last), one.path

    return tuple(sorted(events, key=key))


def _others(standing: Standing, chosen: dict[str, list[Candidate]]) -> tuple[Candidate, ...]:
    """Order attestations before renewals, and these after those that their texts list."""
    found = [candidates[0] for candidates in chosen.values() if candidates[0].event is None]
    attestations = sorted((one for one in found if one.attestation), key=lambda one: one.path)
    times = standing.resolver.times
    facts = {} if times is None else times.renewals.facts
    renewals = sorted((one for one in found if one.renewal), key=lambda one: one.path)
    return (*attestations, *_after_those_listed(renewals, {path: one.matched for path, one in facts.items()}))


def _after_those_listed(renewals: list[Candidate], listed: dict[str, frozenset[str]]) -> Iterator[Candidate]:
    waiting = list(renewals)
    while waiting:
        paths = {f"{one.path}/{_RENEWAL}" for one in waiting}
        ready = [one for one in waiting if paths.isdisjoint(listed[one.path])] or waiting
        yield from ready
        waiting = [one for one in waiting if one not in ready]
