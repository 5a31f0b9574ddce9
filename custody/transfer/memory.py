"""What the actor's key remembers of a holding, against what lies on the disk (DESIGN, "Events").

The memory is written before the event gets its place: an event that is signed will be published, by this
process or by the next one, so the memory never runs ahead of what will be.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from custody.errors import SignerError
from custody.format.event_fields import EVENT_TYPES
from custody.format.layout import event_path
from custody.format.limits import PROOF_BYTES
from custody.model.event import event_id_of
from custody.proof.holding import Held
from custody.storage.append import log_places
from custody.storage.memory import Published, read_published, write_published
from custody.storage.named_file import read_named_file
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
    prev = (last.event_id,)
    return Place(bundle_id=last.bundle_id, holding=last.holding, seq=last.seq + 1, prev=prev)


def _needs_judging(desk: Desk, act: Act) -> bool:
    """Tell whether more than the last event of the holding decides if an act will count."""
    several = desk.cosigners or desk.trust.signers_needed(act.type) > 1
    return act.type in _JUDGED or bool(several) or not _LEAVES.isdisjoint(act.data)


def _newest(bundle: str, last: Published, places: Mapping[str, tuple[int, ...]]) -> bool:
    """Tell whether the log is, by its folders and its last event, as this key left it."""
    taken = places[last.holding]
    if taken != tuple(range(last.seq + 1)):
        return False
    if last.bundle_id not in places or _others(places, last.holding) != last.log:
        return False
    path = Path(bundle, event_path(last.holding, last.seq), "proof.sha256")
    return event_id_of(read_named_file(str(path), PROOF_BYTES)) == last.event_id


def _others(places: Mapping[str, tuple[int, ...]], holding: str) -> str:
    lines = (
        f"{name} {' '.join(map(str, taken))}\n" for name, taken in sorted(places.items()) if name != holding
    )
    return hashlib.sha256("".join(lines).encode("ascii")).hexdigest()


def check_memory(desk: Desk, place: Place) -> None:
    """Refuse to continue a copy that is not the newest that this key has written.

    Raises:
        SignerError: code LOG_BEHIND: the key has published more in this holding than this copy has;
            LOG_DIFFERS: another event at the same place; HOLDING_ELSEWHERE: the key, here, has never
            written in this holding.
        FormatError: the memory is damaged.
        StorageError: the machine refused.
    """
    if desk.memory is None or not place.holding:
        return
    known = read_published(desk.memory, place.holding)
    if known is None:
        if desk.moved:
            return
        raise SignerError(
            "holding: expected one that this key has written here, found one that it does not remember",
            code="HOLDING_ELSEWHERE",
            hint="on a second machine, or with a restored key, open a new holding: custody succeed;"
            " if the key file alone has moved, say --key-moved",
        )
    if known.seq >= place.seq:
        raise SignerError(
            f"log: expected event {known.seq} of this holding, found an older copy that ends at"
            f" {place.seq - 1}",
            code="LOG_BEHIND",
            hint="go on in the newest copy, or merge it into this one: custody merge; a second event at one"
            " place would be a fork",
        )
    if known.seq == place.seq - 1 and known.event_id not in place.prev:
        raise SignerError(
            f"log: expected the event that this key published at place {known.seq}, found another",
            code="LOG_DIFFERS",
            hint="keep both copies as they are; custody compare shows both events",
        )


def remember(desk: Desk, written: Written) -> None:
    """Remember an event beside the key, before it gets its place.

    Raises:
        StorageError: the machine refused; nothing is published then.
    """
    if desk.memory is None:
        return
    write_published(
        desk.memory,
        Published(
            bundle_id=written.bundle_id,
            holding=written.holding,
            seq=written.seq,
            event_id=written.event_id,
            held=_STATES.get(written.type, Held.HELD).value,
            log=_others(log_places(desk.bundle), written.holding),
        ),
    )


def remember_seal(memory: str, bundle_id: str, seal_id: str) -> None:
    """Remember a new seal beside the key; what is remembered of its bundle already stays.

    Raises:
        FormatError: the memory is damaged.
        StorageError: the machine refused.
    """
    if read_published(memory, bundle_id) is None:
        held, log = Held.HELD.value, _others({}, bundle_id)
        write_published(
            memory,
            Published(bundle_id=bundle_id, holding=bundle_id, seq=0, event_id=seal_id, held=held, log=log),
        )
