"""The last steps of an event: durable beside the bundle, remembered beside the key, and in the log.

Each step can be the last one that its process lives to do. After the first, the event is a leftover that its
writer finishes; after the second, no older copy of the bundle is continued; after the third, it is there.
"""

from __future__ import annotations

from custody.errors import CustodyError
from custody.storage.append import Appender
from custody.transfer.desk import Desk
from custody.transfer.memory import is_remembered, remember
from custody.transfer.written import Written


def publish(desk: Desk, log: Appender, written: Written) -> None:
    """Stage a signed event, remember it unless it is an attestation, and give it its place.

    The memory is held meanwhile (`remembering`).

    Raises:
        FormatError: the memory is damaged.
        StorageError: the machine refused. What could not be remembered is gone; what could only not be
            published is finished by the next command that writes here with these keys.
    """
    parent, _, name = written.path.rpartition("/")
    signed = log.stage(name, written.files)
    if written.holding:
        try:
            remember(desk, written)
        except CustodyError:
            if not is_remembered(desk, written):
                log.discard(signed)  # a refused event must not turn up when something else is written
            raise
    log.publish(signed, parent)
