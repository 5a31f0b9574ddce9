"""Working copies of the items under names that people know, outside the bundle."""

from __future__ import annotations

import base64
import hashlib
import re
import unicodedata
from typing import Any

from custody.errors import BundleError
from custody.format.bag import ITEMS_PATH
from custody.format.extension import payload_path
from custody.format.item_line import ItemLine, decode_item_line
from custody.format.limits import ITEM_LINE_BYTES
from custody.proof.merkle import RootBuilder
from custody.report.claim import Claim
from custody.report.report import Report
from custody.storage.commit import staged_folder
from custody.storage.source import BundleSource
from custody.verification.items import leaf_of

WORKING_MODE = 0o644
_NAME = 1  # place of the field among the ten
_NAME_BYTES = 200  # with number, dot and extension below the 255 bytes that file systems take
# What one system or another refuses, or shows as something else than it is; marks that a script needs stay.
_UNSAFE = re.compile(
    r'[\x00-\x1f\x7f-\x9f\\:*?"<>|\u200b\u200e\u200f\u061c\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff\ufff0-\uffff]'
)


def export_names(report: Report, source: BundleSource, folder: str) -> int:
    """Copy every open item into a new folder, as `<number>_<last part of its name>`; return how many.

    The number goes first: it identifies the exhibit, and names can be equal or missing. Each copy is compared
    with its item while it is written; the folder appears when all of them are there.

    Args:
        report: what verification found about this bundle, with INTACT proven.
        source: the same bundle.
        folder: the folder to create, outside the bundle.

    Raises:
        NotProvenError: INTACT is not proven.
        BundleError: code FILE_DIGEST or ROOT_MISMATCH: no longer what was verified; nothing is left.
        UsageError: code TARGET_INSIDE: the folder would lie inside a bundle.
        ExistsError: the folder is taken.
        StorageError: the machine refused; nothing is left.
    """
    report.require(Claim.INTACT)
    copied = 0
    builder = RootBuilder()
    bundle_id = bytes.fromhex(report.bundle_id or "")
    with staged_folder(folder, expected_files=report.counts.files) as staged:
        for index, data in enumerate(source.lines(ITEMS_PATH, ITEM_LINE_BYTES)):
            line = decode_item_line(data, index + 1)
            builder.add(leaf_of(line, bundle_id, index))
            content = line.content
            if content is None:
                continue
            path = payload_path(index + 1, content["ext"])
            digest = hashlib.sha256()
            name = working_name(index + 1, original_name(line), content["ext"])
            with staged.create(name, WORKING_MODE) as writer:
                for block in source.blocks(path):
                    digest.update(block)
                    writer.write(block)
            if digest.hexdigest() != content["sha256"]:
                raise BundleError(f"{path}: expected the sealed digest, found another", code="FILE_DIGEST")
            copied += 1
        if builder.root().hex() != report.root:
            raise BundleError(f"{ITEMS_PATH}: expected the sealed root, found another", code="ROOT_MISMATCH")
        staged.publish()
    return copied


def original_name(line: ItemLine) -> str | None:
    """Return the original name of an item as text, or None when it is closed or was never given."""
    value: Any = line.values[_NAME] if line.values else (line.openings or {}).get("name", ("", None))[1]
    if isinstance(value, dict):
        return base64.b64decode(value["base64"]).decode("utf-8", "surrogateescape")
    return value if value is None else str(value)


def working_name(number: int, name: str | None, extension: str) -> str:
    """Return a file name that every system takes and that cannot lead anywhere else.

    Args:
        number: of the item; makes the name unique.
        name: the original one, untrusted.
        extension: of the payload file, for an item without a name.
    """
    last = unicodedata.normalize("NFC", name or "").rpartition("/")[2]
    safe = _UNSAFE.sub("_", last).strip(" .")
    if not safe:
        return payload_path(number, extension).rpartition("/")[2]
    stem, dot, ending = safe.rpartition(".")
    if not dot or len(ending.encode("utf-8")) > _NAME_BYTES // 4:
        stem, ending = safe, ""
    room = _NAME_BYTES - len(ending.encode("utf-8"))
    short = stem.encode("utf-8")[:room].decode("utf-8", "ignore")
    return f"{number:06d}_{short}.{ending}" if ending else f"{number:06d}_{short}"
