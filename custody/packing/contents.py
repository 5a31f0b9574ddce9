"""What a bundle's copy consists of: its files as they are, and its wrapping made anew.

Nothing here says that the bundle is as it was sealed; that is for verification, of the original or the copy.
"""

from __future__ import annotations

import hashlib
import re
from typing import Any

from attrs import define, field

from custody.errors import BundleError
from custody.format.bag import (
    BAGIT_TXT,
    ITEMS_PATH,
    VERIFY_PATH,
    chunks_path,
    encode_bag_info,
    encode_manifest_line,
    encode_tag_manifest,
)
from custody.format.extension import payload_path
from custody.format.item_fields import ITEM_FIELDS
from custody.format.item_line import ItemLine, decode_item_line
from custody.format.limits import ITEM_LINE_BYTES
from custody.format.verify_txt import encode_verify_txt
from custody.model.instant import Instant
from custody.proof.event_record import EventRecord
from custody.storage.source import BundleSource
from custody.trust.trust import Trust
from custody.verification.inventory import Inventory, take_inventory
from custody.verification.log import read_log
from custody.verification.run import Question, Run
from custody.verification.wrapping import seal_facts

_FOLDER_NAME = re.compile(r"[0-9a-f]{32}(?:-[0-9a-f]{8})?")


@define
class Contents:
    """The files of a copy.

    Attributes:
        top: the name of its folder: the bundle id, of a part with the first digits of its event.
        copied: paths of the files that are taken over byte for byte.
        made: paths and bytes of the wrapping.
        left_out: litter, empty folders and the like that the copy does not have.
        telling: whether something in the open is testimony, names people, or leaves consent unclear.
    """

    top: str
    copied: list[str] = field(factory=list)
    made: dict[str, bytes] = field(factory=dict)
    left_out: tuple[str, ...] = ()
    telling: bool = False

    def paths(self) -> list[str]:
        """Return all paths, bytewise sorted."""
        return sorted([*self.copied, *self.made])


def read_contents(source: BundleSource, verified_at: Instant, *, named: str = "") -> Contents:
    """Say what a copy of a bundle consists of; the payload is not read yet.

    Args:
        source: the bundle.
        named: the name of its folder, which tells one part from another.
        verified_at: the moment that counts as now; nothing here depends on it.

    Raises:
        BundleError: code PATH_UNKNOWN: names that no bundle has, or links; SEAL_MISSING: no readable seal; or
            an item is malformed. Such a bundle is carried as it is or not at all.
        StorageError: a file cannot be read.
    """
    inventory = take_inventory(source)
    seal = _seal_of(source, inventory, verified_at)
    bundle_id = seal.path.split("/")[2]
    contents = Contents(top=top_folder(bundle_id, named), left_out=tuple(sorted(inventory.wrapping)))
    _read_items(source, inventory, bundle_id, contents)
    payload = inventory.strange_payload
    strangers = len(inventory.unknown) + len(inventory.irregular) + len(payload.names()) + payload.unnamed
    strangers += sum(1 for _ in inventory.leftovers())
    if strangers:
        raise BundleError(
            f"bundle: expected only the paths of a bundle, found {strangers} others",
            code="PATH_UNKNOWN",
            hint="verify the bundle: it names them; pack what was sealed, or carry the folder as it is",
        )
    facts = seal_facts(seal)
    if facts is not None:
        contents.made[VERIFY_PATH] = encode_verify_txt(facts)
    elif VERIFY_PATH in inventory.single:
        contents.copied.append(VERIFY_PATH)
    _add_tag_manifest(source, contents)
    for folder, names in (*inventory.files.items(), *inventory.stamps.items()):
        contents.copied.extend(f"{folder}/{name}" for name in names)
    return contents


def _seal_of(source: BundleSource, inventory: Inventory, verified_at: Instant) -> EventRecord:
    run = Run(question=Question(trust=Trust.none(), verified_at=verified_at), source=source)
    log = read_log(run, inventory, sealer_known=lambda _record: False)
    if log.seal is None:
        raise BundleError("bundle: expected one seal, found none or several", code="SEAL_MISSING")
    return log.seal


def _read_items(source: BundleSource, inventory: Inventory, bundle_id: str, contents: Contents) -> None:
    """Take over the items with the files that they call for, and make the manifest and bag-info.txt."""
    if ITEMS_PATH not in inventory.single:
        raise BundleError("bundle: expected custody/items.jsonl, found none", code="ITEMS_MISSING")
    contents.copied.append(ITEMS_PATH)
    manifest: list[bytes] = []
    payload_bytes = 0
    for index, data in enumerate(source.lines(ITEMS_PATH, ITEM_LINE_BYTES)):
        line = decode_item_line(data, index + 1)
        contents.telling = contents.telling or is_telling(line)
        content = line.content
        if content is None:
            continue
        path = payload_path(index + 1, content["ext"])
        manifest.append(encode_manifest_line(content["sha256"], path))
        payload_bytes += content["size"]
        contents.copied.append(path)
        inventory.claim(index + 1, content["ext"])
        if "chunks" in content:
            contents.copied.append(chunks_path(index + 1))
    contents.made["bagit.txt"] = BAGIT_TXT
    contents.made["bag-info.txt"] = encode_bag_info(bundle_id, len(manifest), payload_bytes)
    contents.made["manifest-sha256.txt"] = b"".join(manifest)


def _add_tag_manifest(source: BundleSource, contents: Contents) -> None:
    digests = {path: hashlib.sha256(data).hexdigest() for path, data in contents.made.items()}
    for path in contents.copied:
        if path in {ITEMS_PATH, VERIFY_PATH} or path.startswith("custody/chunks/"):
            digest = hashlib.sha256()
            for block in source.blocks(path):
                digest.update(block)
            digests[path] = digest.hexdigest()
    contents.made["tagmanifest-sha256.txt"] = encode_tag_manifest(digests)


def is_telling(line: ItemLine) -> bool:
    """Tell whether an item shows, in the open, what should not leave by accident.

    That is testimony, people, consent not given or withdrawn, or a confidentiality that was asked for.
    """
    if line.values:
        values: dict[str, Any] = dict(zip(ITEM_FIELDS, line.values, strict=True))
    else:
        values = {name: pair[1] for name, pair in (line.openings or {}).items()}
    kind, terms = values.get("kind") or {}, values.get("terms") or {}
    consent = terms.get("consent")
    return bool(
        kind.get("kind") == "testimony"
        or values.get("people")
        or (consent is not None and not consent["given"])
        or "withdrawn" in terms
        or terms.get("confidentiality") in {"confidential", "sealed"}
    )


def is_folder_name(name: str) -> bool:
    """Tell whether a folder is named as bundles and parts are: the id, or the id and eight digits."""
    return _FOLDER_NAME.fullmatch(name) is not None


def top_folder(bundle_id: str, named: str) -> str:
    """Return the name of the top folder of a zip: as it is named, when that is of the form, else the id."""
    fits = _FOLDER_NAME.fullmatch(named) and named.startswith(bundle_id)
    return named if fits else bundle_id
