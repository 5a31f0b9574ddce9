"""What the actor's key remembers of a holding, against what lies on the disk (DESIGN, "Events").

The memory is written before the event gets its place: an event that is signed will be published, by this
process or by the next one, so the memory never runs ahead of what will be.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator, Mapping
from typing import Final

from custody.errors import CustodyError, SignerError
from custody.format.event_fields import EVENT_TYPES
from custody.format.layout import event_path, seal_path
from custody.format.limits import PROOF_BYTES
from custody.model.event import event_id_of
from custody.proof.holding import Held
from custody.storage.append import log_places
from custody.storage.folder import open_folder
from custody.storage.memory import (
    Published,
    memory_locked,
    read_all_published,
    read_published,
    write_published,
)
from custody.transfer.desk import Desk
from custody.transfer.place import Place
from custody.transfer.written import Act, Written

_STATES: Final = {"released": Held.IN_TRANSIT, "closed": Held.CLOSED}
_JUDGED: Final = frozenset({"erased", "reconciled", "withdrawn"})
"""Types whose rules ask for more of the log than the last event of the holding."""
_LEAVES: Final = frozenset({"leaves", "inputs", "outputs", "failed"})
"""Members of data that name items, of which the seal knows the number."""


def recall(desk: Desk, act: Act) -> Place | None:
    """Return where an act goes, by what the memory knows; None when the log must be read.

    That is so when the act needs more of the log, when the memory knows nothing, or when anything but this
    key has written since.

    Raises:
        FormatError: the memory is damaged.
        StorageError: the machine refused.
    """
    if desk.memory is None or act.attestation or EVENT_TYPES[act.type].opens or _needs_judging(desk, act):
        return None
    places = log_places(desk.bundle)
    known = [read_published(desk.memory, holding) for holding in sorted(places)]
    found = [
        one
        for one in known
        if one is not None and one.held == Held.HELD.value and act.holding in {None, one.holding}
    ]
    if len(found) != 1 or not _newest(desk.bundle, found[0], places):
        return None
    last = found[0]
    if desk.expect_seal not in {None, _id_at(desk.bundle, seal_path(last.bundle_id))}:
        return None
    prev = (last.event_id,)
    return Place(bundle_id=last.bundle_id, holding=last.holding, seq=last.seq + 1, prev=prev)


def _needs_judging(desk: Desk, act: Act) -> bool:
    """Tell whether more than the last event of the holding decides if an act will count."""
    several = desk.cosigners or desk.trust.signers_needed(act.type) > 1
    return act.type in _JUDGED or bool(several) or not _LEAVES.isdisjoint(act.data)


def _newest(bundle: str, last: Published, places: Mapping[str, tuple[int, ...]]) -> bool:
    """Tell whether the log is, by its folders and its last event, as this key left it."""
    if last.bundle_id not in places or not _is_next(places, last.holding, last.seq + 1):
        return False
    if _others(places, last.holding, last.seq) != last.log:
        return False
    return _id_at(bundle, event_path(last.holding, last.seq)) == last.event_id


def _is_next(places: Mapping[str, tuple[int, ...]], holding: str, seq: int) -> bool:
    """Tell whether a place is free, and every one before it taken."""
    taken = places.get(holding, ())
    return taken[:seq] == tuple(range(seq)) and seq not in taken


def _id_at(bundle: str, path: str) -> str | None:
    """Return the id that an event's folder claims, or None where there is none to be read."""
    try:
        source = open_folder(bundle)
        try:
            return event_id_of(source.read(f"{path}/proof.sha256", PROOF_BYTES))
        finally:
            source.close()
    except CustodyError:
        return None


def _others(places: Mapping[str, tuple[int, ...]], holding: str, seq: int) -> str:
    """Return the digest of all places but those of a holding up to one: what others have put there."""
    rest = {**places, holding: tuple(place for place in places.get(holding, ()) if place > seq)}
    lines = (f"{name} {' '.join(map(str, taken))}\n" for name, taken in sorted(rest.items()))
    return hashlib.sha256("".join(lines).encode("ascii")).hexdigest()


def awaited(desk: Desk, written: Written) -> bool:
    """Tell whether a signed event is the one that the memory expects next, and its place is free.

    Then nobody needs to read the whole log to know that it belongs there: it is what this key has remembered
    and not published, or it follows what this key published last.

    Raises:
        FormatError: the memory is damaged.
        StorageError: the machine refused.
    """
    known = None if desk.memory is None else read_published(desk.memory, written.holding)
    if known is None or not written.seq:
        return False
    before = (known.seq, known.event_id, known.held) == (written.seq - 1, *written.prev, Held.HELD.value)
    if not before and (known.seq, known.event_id) != (written.seq, written.event_id):
        return False
    path = event_path(written.holding, written.seq - 1)
    return (
        _is_next(log_places(desk.bundle), written.holding, written.seq)
        and _id_at(desk.bundle, path) in written.prev
    )


def overtaken(desk: Desk, written: Written) -> Published | None:
    """Return what the key remembers at the place of a signed event or after it, or None.

    Raises:
        FormatError: the memory is damaged.
        StorageError: the machine refused.
    """
    known = None if desk.memory is None else read_published(desk.memory, written.holding)
    if known is None or known.seq < written.seq or known.event_id == written.event_id:
        return None
    return known


def stands(desk: Desk, written: Written) -> bool:
    """Tell whether a signed event has its place in the log."""
    return _id_at(desk.bundle, written.path) == written.event_id


def check_memory(desk: Desk, place: Place) -> None:
    """Refuse to continue a copy that is not the newest that this key has written.

    Raises:
        SignerError: code LOG_BEHIND: the key has published more in this holding than this copy has, or has
            opened another one from the same event; LOG_DIFFERS: another event at the same place;
            HOLDING_ELSEWHERE: the key, here, has never written in this holding, or not what stands last in
            it.
        FormatError: the memory is damaged.
        StorageError: the machine refused.
    """
    if desk.memory is None:
        return
    if place.opens and not desk.moved:
        _check_opening(desk.memory, place)
    if not place.seq:
        return
    known = read_published(desk.memory, place.holding)
    if known is not None and known.seq >= place.seq:
        raise SignerError(
            f"log: expected event {known.seq} of this holding, found an older copy that ends at"
            f" {place.seq - 1}",
            code="LOG_BEHIND",
            hint="go on in the newest copy, or merge it into this one: custody merge; a second event at one"
            " place would be a fork; where that event is lost, open a new holding: custody succeed",
        )
    if known is not None and known.event_id != _id_before(desk, place, known):
        raise SignerError(
            f"log: expected the event that this key published at place {known.seq}, found another",
            code="LOG_DIFFERS",
            hint="keep both copies as they are; custody compare shows both events",
        )
    if (known is None or known.seq < place.seq - 1) and not desk.moved:
        raise SignerError(
            "holding: expected one that this key remembers, found events that it does not remember",
            code="HOLDING_ELSEWHERE",
            hint="on a second machine, or with a restored key, open a new holding: custody succeed;"
            " --key-moved only if the key file has moved and the old place is no longer used: two places that"
            " go on are a fork, for good",
        )


def _id_before(desk: Desk, place: Place, known: Published) -> str | None:
    """Return what stands, by this copy, where the key has published last."""
    if known.seq == place.seq - 1 and known.event_id in place.prev:
        return known.event_id
    return _id_at(desk.bundle, event_path(known.holding, known.seq))


def _check_opening(memory: str, place: Place) -> None:
    """Refuse to open a second holding from one event, whether or not this copy shows the first one."""
    for known in read_all_published(memory):
        if (known.bundle_id, known.follows) == (place.bundle_id, place.prev):
            raise SignerError(
                "log: expected no other holding that this key has opened from this event, found that it did",
                code="LOG_BEHIND",
                hint="go on in the newest copy, or merge it into this one: custody merge; if it is lost, say"
                " --key-moved",
            )


@contextlib.contextmanager
def remembering(desk: Desk, written: Written) -> Iterator[None]:
    """Hold what the key remembers of an event's holding, from the last look at it until it is published.

    Two copies of one bundle on one machine have locks of their own; this one they share. Who opens a holding
    holds that of the first one, for his own has no name yet that another copy could know.

    Raises:
        StorageError: the machine refused.
    """
    if desk.memory is None:
        yield
        return
    with memory_locked(desk.memory, written.holding if written.seq else written.bundle_id):
        yield


def remember(desk: Desk, written: Written) -> None:
    """Remember an event beside the key, before it gets its place; see `remembering`.

    Raises:
        FormatError: what was remembered is damaged.
        StorageError: the machine refused; nothing is published then.
    """
    if desk.memory is None:
        return
    known = read_published(desk.memory, written.holding)
    follows = known.follows if known is not None else ()
    write_published(
        desk.memory,
        Published(
            bundle_id=written.bundle_id,
            holding=written.holding,
            seq=written.seq,
            event_id=written.event_id,
            held=_STATES.get(written.type, Held.HELD).value,
            log=_others(log_places(desk.bundle), written.holding, written.seq),
            follows=written.prev if not written.seq else follows,
        ),
    )


def is_remembered(desk: Desk, written: Written) -> bool:
    """Tell whether an event is remembered already; also where that cannot be known.

    A memory that fails while it is written may have the event, or not.
    """
    if desk.memory is None:
        return False
    try:
        known = read_published(desk.memory, written.holding)
    except CustodyError:
        return True
    return known is not None and known.event_id == written.event_id


def remember_seal(memory: str, bundle_id: str, seal_id: str) -> None:
    """Remember a new seal beside the key; what is remembered of its bundle already stays.

    Raises:
        FormatError: the memory is damaged.
        StorageError: the machine refused.
    """
    with memory_locked(memory, bundle_id):
        if read_published(memory, bundle_id) is None:
            held, log = Held.HELD.value, _others({}, bundle_id, 0)
            write_published(
                memory,
                Published(
                    bundle_id=bundle_id, holding=bundle_id, seq=0, event_id=seal_id, held=held, log=log
                ),
            )
