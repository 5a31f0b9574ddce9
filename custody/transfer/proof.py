"""Both events of each conflict as receipts: a contradiction that anybody can check with stock tools."""

from __future__ import annotations

from custody.format.container import encode_zip
from custody.format.layout import EVENT_FILE
from custody.format.limits import EVENT_BYTES, STAMP_BYTES
from custody.storage.commit import staged_folder
from custody.transfer.compare import Comparison
from custody.transfer.receipt import receipt_files
from custody.verification.standing import Standing

_WORKING_MODE = 0o644


def write_proof(folder: str, comparison: Comparison, first: Standing, second: Standing) -> tuple[str, ...]:
    """Write both events of each conflict into a new folder; without a conflict nothing is written.

    Args:
        folder: to create, outside any bundle.
        comparison: of the two copies.
        first: the first copy.
        second: the second.

    Returns:
        The names of the receipts: `<holding, 8 digits>-<seq>-<event id, 8 digits>.zip`.

    Raises:
        UsageError: code TARGET_INSIDE.
        ExistsError: the folder is there.
        StorageError: the machine refused; nothing is left.
    """
    if not comparison.conflicts:
        return ()
    shown = [(first, one.one) for one in comparison.conflicts]
    shown += [(second, one.other) for one in comparison.conflicts]
    names = []
    with staged_folder(folder, expected_files=len(shown)) as staged:
        for standing, event_id in shown:
            name, content = _receipt(standing, event_id)
            if name not in names:
                names.append(name)
                staged.write(name, content, _WORKING_MODE)
        staged.publish()
    return tuple(sorted(names))


def _receipt(standing: Standing, event_id: str) -> tuple[str, bytes]:
    path = standing.record(event_id).path
    files = {
        name: standing.source.read(
            f"{path}/{name}", STAMP_BYTES if name.startswith("anchors/") else EVENT_BYTES
        )
        for name in standing.inventory.files[path]
        if EVENT_FILE.fullmatch(name)
    }
    holding, seq = path.split("/")[-2:]
    members = receipt_files(standing.bundle_id, path, files)
    return f"{holding[:8]}-{seq}-{event_id[:8]}.zip", encode_zip(members)
