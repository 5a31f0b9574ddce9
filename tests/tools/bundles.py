"""Bundles made from the format layer alone, byte by byte, so that each rule can be broken on purpose.

Nothing here writes to a disk: a bundle is a mapping from path to bytes. Of the sealing layer only the
assembly of one event is used.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from attrs import evolve, frozen

from custody.format.bag import (
    BAGIT_TXT,
    ITEMS_PATH,
    VERIFY_PATH,
    chunks_path,
    encode_bag_info,
    encode_manifest_line,
    encode_tag_manifest,
)
from custody.format.canonical import encode_json
from custody.format.event import decode_body, decode_opening
from custody.format.event_fields import EVENT_FIELDS
from custody.format.extension import payload_path
from custody.format.item_fields import ITEM_FIELDS
from custody.format.item_line import (
    ALL_FIELDS,
    decode_item_line,
    encode_open_line,
    encode_partly_open_line,
    encode_withheld_line,
)
from custody.format.layout import event_path, seal_path
from custody.format.verify_facts import SealFacts, SealSigner
from custody.format.verify_txt import encode_verify_txt
from custody.keys.event_writer import EventFiles, assemble_event
from custody.keys.signer import SeedSigner, Signer
from custody.model.event import Anchor, Body, Statement
from custody.model.instant import Instant, decode_instant
from custody.proof.commitment import item_salts
from custody.proof.holding import holding_id_of
from custody.proof.merkle import RootBuilder, leaf_of_entry
from custody.verification.items import leaf_of

Files = dict[str, bytes]
AT = decode_instant("2026-01-02T03:04:05Z")
CHUNK = 1024 * 1024
MANIFEST_BIT = 1 << EVENT_FIELDS.index("manifest")
OPENED_BIT = 1 << EVENT_FIELDS.index("opened")


def stream_of(seed: str) -> Callable[[int], bytes]:
    """Return a reproducible stand-in for randomness; each stream continues where it stopped."""
    made = 0

    def draw(size: int) -> bytes:
        nonlocal made
        made += 1
        return hashlib.shake_256(f"{seed}/{made}".encode()).digest(size)

    return draw


def seed_signer(name: str, *, hybrid: bool = False) -> SeedSigner:
    """Make a signer from fixed seeds: TEST KEYS, worth nothing outside the tests."""
    seeds = [hashlib.sha256(f"test key, {name}, {kind}".encode()).digest() for kind in ("ed25519", "mldsa65")]
    return SeedSigner(name, seeds[0], seeds[1] if hybrid else None)


@frozen(kw_only=True)
class Item:
    """One item: its bytes (None for padding), extension and fields."""

    data: bytes | None
    ext: str = ""
    fields: Mapping[str, Any] = {}
    sha512: bool = False
    sha3_256: bool = False
    chunks: bool = False
    claimed_sha512: str = ""


def text_item(name: str, text: str, *, kind: str = "testimony", **fields: Any) -> Item:  # noqa: ANN401
    """Return a text item."""
    kinds = {"kind": kind, "media_type": "text/plain"}
    return Item(data=text.encode(), ext="txt", fields={"name": name, "kind": kinds, **fields})


SMALL = (
    text_item(
        "شهادة ١.txt",
        "سمعت صوت الطائرة عند الفجر.\n",
        people={"persons": [{"id": "W-01", "role": "witness"}]},
    ),
    Item(
        data=b"\xff\xd8\xff\xe0 not a real picture \xff\xd9",
        ext="jpg",
        fields={"name": "IMG_0001.jpg", "kind": {"kind": "media"}},
    ),
    text_item("list.txt", "one\ntwo\n", kind="record"),
)


@frozen(kw_only=True)
class Bundle:
    """A bundle under construction: files by path relative to the bundle, and what later events need."""

    files: Files
    bundle_id: str
    seal_id: str
    head: str
    holding: str
    seq: int
    root: str
    items: int

    def path(self, name: str) -> str:
        """Return the path of a file of the seal."""
        return f"{seal_path(self.bundle_id)}/{name}"

    def edit(self, changes: Mapping[str, bytes | None]) -> Bundle:
        """Return a copy with files replaced, added, or (None) removed; nothing else is made to agree."""
        files = {path: data for path, data in {**self.files, **changes}.items() if data is not None}
        return evolve(self, files=files)

    def rewrap(self) -> Bundle:
        """Return a copy whose wrapping agrees with the rest again, as an attacker would leave it."""
        return evolve(self, files=wrap(self.files, self.bundle_id))


def _content(item: Item) -> dict[str, Any] | None:
    if item.data is None:
        return None
    content: dict[str, Any] = {
        "size": len(item.data),
        "ext": item.ext,
        "sha256": hashlib.sha256(item.data).hexdigest(),
    }
    if item.sha512:
        content["sha512"] = hashlib.sha512(item.data).hexdigest()
    if item.sha3_256:
        content["sha3_256"] = hashlib.sha3_256(item.data).hexdigest()
    if item.claimed_sha512:
        content["sha512"] = item.claimed_sha512
    if item.chunks:
        builder = RootBuilder()
        for digest in chunk_digests(item.data):
            builder.add(leaf_of_entry(digest))
        content["chunks"] = {"size": CHUNK, "root": builder.root().hex()}
    return content


def chunk_digests(data: bytes) -> list[bytes]:
    """Return the SHA-256 of each MiB."""
    return [hashlib.sha256(data[start : start + CHUNK]).digest() for start in range(0, len(data), CHUNK)]


def item_files(items: Sequence[Item], draw: Callable[[int], bytes]) -> Files:
    """Return items.jsonl, the payload and the chunk files."""
    files: Files = {}
    lines = []
    for number, item in enumerate(items, start=1):
        content = _content(item)
        lines.append(encode_open_line(draw(32), {**item.fields, "content": content}))
        if item.data is not None:
            files[payload_path(number, item.ext)] = item.data
        if item.chunks and item.data is not None:
            files[chunks_path(number)] = b"".join(chunk_digests(item.data))
    files[ITEMS_PATH] = b"".join(line + b"\n" for line in lines)
    return files


def root_of_lines(data: bytes, bundle_id: str) -> str:
    """Return the root over the lines of items.jsonl."""
    builder = RootBuilder()
    for index, line in enumerate(data.splitlines()):
        builder.add(leaf_of(decode_item_line(line, index + 1), bytes.fromhex(bundle_id), index))
    return builder.root().hex()


def manifest_of(data: bytes) -> tuple[bytes, int, int]:
    """Return manifest-sha256.txt, number of files and bytes, from items.jsonl."""
    manifest, files, size = b"", 0, 0
    for number, line in enumerate(data.splitlines(), start=1):
        content = decode_item_line(line, number).content
        if content is not None:
            manifest += encode_manifest_line(content["sha256"], payload_path(number, content["ext"]))
            files += 1
            size += content["size"]
    return manifest, files, size


def wrap(files: Files, bundle_id: str) -> Files:
    """Recompute the wrapping and VERIFY.txt from the rest."""
    kept = {
        path: data
        for path, data in files.items()
        if path.startswith(("data/", "custody/")) and path != VERIFY_PATH
    }
    manifest, count, size = manifest_of(files[ITEMS_PATH])
    wrapped = {
        "bagit.txt": BAGIT_TXT,
        "bag-info.txt": encode_bag_info(bundle_id, count, size),
        "manifest-sha256.txt": manifest,
        VERIFY_PATH: verify_txt(files, bundle_id),
    }
    listed = {
        **wrapped,
        **{
            path: data
            for path, data in kept.items()
            if path == ITEMS_PATH or path.startswith("custody/chunks/")
        },
    }
    tags = {path: hashlib.sha256(data).hexdigest() for path, data in listed.items()}
    return {**kept, **wrapped, "tagmanifest-sha256.txt": encode_tag_manifest(tags)}


def verify_txt(files: Files, bundle_id: str) -> bytes:
    """Return VERIFY.txt of the seal in these files."""
    from custody.proof.event_record import examine_event  # noqa: PLC0415
    from custody.verification.wrapping import seal_facts  # noqa: PLC0415

    folder = seal_path(bundle_id) + "/"
    seal = {path.removeprefix(folder): data for path, data in files.items() if path.startswith(folder)}
    facts = seal_facts(examine_event(seal, path=folder.rstrip("/")))
    if facts is None:
        body = decode_body(decode_opening(seal["body.json"], "body", member="body"), member="body")
        signers: tuple[SealSigner, ...] = ()
        facts = SealFacts(bundle_id=bundle_id, seal_id="0" * 64, claimed_at=body.claimed_at, signers=signers)
    return encode_verify_txt(facts)


def make_bundle(
    items: Sequence[Item] = SMALL,
    *,
    signers: Sequence[Signer],
    name: str = "bundle",
    actor: str | None = None,
    fields: Mapping[str, Any] | None = None,
    data: Mapping[str, Any] | None = None,
    at: Instant = AT,
    anchors: Mapping[str, bytes] | None = None,
) -> Bundle:
    """Seal items; `data` overrides members of the seal's data."""
    draw = stream_of(name)
    bundle_id = draw(16).hex()
    files = item_files(items, draw)
    manifest, count, size = manifest_of(files[ITEMS_PATH])
    root = root_of_lines(files[ITEMS_PATH], bundle_id)
    body = Body(
        type="sealed",
        actor=actor or signers[0].identity.name,
        signers=(),
        claimed_at=at,
        anchors=tuple(Anchor(kind="rfc3161", sha256=digest) for digest in sorted(anchors or {})),
        data={
            "root": root,
            "items": len(items),
            "item_format": "custody/item/1",
            "hash": "sha256",
            "padding": any(item.data is None for item in items),
            "verify_txt": 1,
            **(data or {}),
        },
    )
    sealed: dict[str, Any] = {"sha256": hashlib.sha256(manifest).hexdigest(), "files": count, "bytes": size}
    statement = Statement(bundle_id=bundle_id, holding=bundle_id, seq=0, prev=(), fields=())
    event = assemble_event(
        statement, body, {"manifest": sealed, **(fields or {})}, signers, draw, anchors=anchors
    )
    files |= placed(event, seal_path(bundle_id))
    bundle = Bundle(
        files=files,
        bundle_id=bundle_id,
        seal_id=event.event_id,
        head=event.event_id,
        holding=bundle_id,
        seq=0,
        root=root,
        items=len(items),
    )
    return bundle.rewrap()


def placed(event: EventFiles, folder: str) -> Files:
    """Return an event's files by their paths in the bundle."""
    return {f"{folder}/{name}": data for name, data in event.files.items()}


def add_event(  # noqa: PLR0913 - everything that an event can say
    bundle: Bundle,
    type_: str,
    data: Mapping[str, Any] | None = None,
    *,
    signers: Sequence[Signer],
    actor: str | None = None,
    fields: Mapping[str, Any] | None = None,
    prev: Sequence[str] | None = None,
    opens: bool = False,
    holding: str | None = None,
    seq: int | None = None,
    bundle_id: str | None = None,
    name: str = "",
    seed: str | None = None,
    at: Instant = AT,
    anchors: Mapping[str, bytes] | None = None,
) -> Bundle:
    """Append an event after the bundle's head, in its holding or opening a new one."""
    seed = seed or f"{bundle.bundle_id}/{type_}/{bundle.holding}/{bundle.seq}/{name}"
    draw = stream_of(seed)
    follows = tuple(sorted((bundle.head,) if prev is None else prev))
    listed = tuple(Anchor(kind="rfc3161", sha256=digest) for digest in sorted(anchors or {}))
    body = Body(
        type=type_,
        actor=actor or signers[0].identity.name,
        signers=(),
        claimed_at=at,
        anchors=listed,
        data=data or {},
    )
    statement = Statement(
        bundle_id=bundle_id or bundle.bundle_id,
        holding=holding or bundle.holding,
        seq=(0 if opens else bundle.seq + 1) if seq is None else seq,
        prev=follows,
        fields=(),
    )
    event = assemble_event(statement, body, fields or {}, signers, draw, anchors=anchors)
    if opens and holding is None:
        # The holding's id depends on the commitments, which a second pass with the same draws repeats.
        from custody.format.event import decode_statement  # noqa: PLC0415

        made = decode_statement(event.files["event.json"], member="event.json")
        statement = evolve(statement, holding=holding_id_of(made.prev, made.fields))
        draw = stream_of(seed)
        event = assemble_event(statement, body, fields or {}, signers, draw, anchors=anchors)
    folder = event_path(statement.holding, statement.seq)
    return evolve(
        bundle,
        files={**bundle.files, **placed(event, folder)},
        head=event.event_id,
        holding=statement.holding,
        seq=statement.seq,
    )


def attest(
    bundle: Bundle,
    type_: str,
    data: Mapping[str, Any] | None,
    *,
    signers: Sequence[Signer],
    prev: Sequence[str],
    at: Instant = AT,
) -> Bundle:
    """Add an attestation."""
    body = Body(type=type_, actor=signers[0].identity.name, signers=(), claimed_at=at, data=data or {})
    statement = Statement(bundle_id=bundle.bundle_id, holding="", seq=0, prev=tuple(sorted(prev)), fields=())
    event = assemble_event(
        statement, body, {}, signers, stream_of(f"{bundle.bundle_id}/attest/{type_}"), attestation=True
    )
    return bundle.edit(placed(event, f"custody/attestations/{event.event_id}"))


def reduce_line(line: bytes, mask: int, bundle_id: str, index: int) -> bytes:
    """Return an open line reduced to the fields of a mask."""
    item = decode_item_line(line, index + 1)
    if mask == ALL_FIELDS or item.key is None:
        return line
    if mask == 0:
        return encode_withheld_line(leaf_of(item, bytes.fromhex(bundle_id), index).hex())
    salts = item_salts(item.key)
    pairs = {name: (salts[place], item.values[place]) for place, name in enumerate(ITEM_FIELDS)}
    opened = {name: pair for place, (name, pair) in enumerate(pairs.items()) if mask >> place & 1}
    closed = {
        name: hashlib.sha256(encode_json([salt, "item", name, value])).hexdigest()
        for name, (salt, value) in pairs.items()
        if name not in opened
    }
    return encode_partly_open_line(opened, closed)


def reduce_items(files: Files, bundle_id: str, masks: Sequence[int]) -> Files:
    """Return the files with each item reduced to its mask; payload and chunks of closed contents go."""
    lines = files[ITEMS_PATH].splitlines()
    reduced = [
        reduce_line(line, mask, bundle_id, index)
        for index, (line, mask) in enumerate(zip(lines, masks, strict=True))
    ]
    kept = dict(files)
    for number, (line, mask) in enumerate(zip(lines, masks, strict=True), start=1):
        content = decode_item_line(line, number).content
        if content is not None and not mask & 1:
            kept.pop(payload_path(number, content["ext"]), None)
            kept.pop(chunks_path(number), None)
    kept[ITEMS_PATH] = b"".join(line + b"\n" for line in reduced)
    return kept


def runs_of(masks: Sequence[int]) -> list[list[int]]:
    """Return masks as the runs of `opened`."""
    runs: list[list[int]] = []
    for index, mask in enumerate(masks):
        if not mask:
            continue
        if runs and runs[-1][1] == index - 1 and runs[-1][2] == mask:
            runs[-1][1] = index
        else:
            runs.append([index, index, mask])
    return runs


def event_masks(files: Files) -> dict[str, tuple[str, int]]:
    """Return folder to event id and mask of open fields, of every event that has any open."""
    found: dict[str, tuple[str, int]] = {}
    for path in files:
        folder, _, name = path.rpartition("/")
        if name == "proof.sha256" and folder.startswith("custody/log/"):
            event_id = hashlib.sha256(files[path]).hexdigest()
            mask = sum(
                1 << place for place, field in enumerate(EVENT_FIELDS) if f"{folder}/{field}.json" in files
            )
            found[folder] = (event_id, mask)
    return found


def stub(files: Files, folder: str) -> Files:
    """Return the files with one event reduced to a stub."""
    keep = {f"{folder}/event.json", f"{folder}/proof.sha256"}
    return {path: data for path, data in files.items() if not path.startswith(f"{folder}/") or path in keep}


def make_part(
    bundle: Bundle,
    masks: Sequence[int],
    *,
    signers: Sequence[Signer],
    to: Signer,
    stubs: Sequence[str] = (),
    actor: str | None = None,
    unlisted: Sequence[str] = (),
) -> tuple[Bundle, Bundle]:
    """Disclose: returns the whole with its new `disclosed` event, and the part; `unlisted` are set aside."""
    part_files = reduce_items(bundle.files, bundle.bundle_id, masks)
    part_files.pop(bundle.path("manifest.json"), None)
    for folder in stubs:
        part_files = stub(part_files, folder)
    manifest, _files, _size = manifest_of(part_files[ITEMS_PATH])
    masks_of = {folder: pair for folder, pair in event_masks(part_files).items() if folder not in unlisted}
    events = sorted([event_id, mask] for event_id, mask in masks_of.values() if mask)
    opened = {
        "manifest": hashlib.sha256(manifest).hexdigest(),
        "items": runs_of(masks),
        "events": [*events, ["self", 1 | OPENED_BIT]],
    }
    party = {"identity": to.identity.name, "keys": list(to.identity.key_set.key_ids)}
    whole = add_event(
        bundle, "disclosed", {"to": party}, signers=signers, actor=actor, fields={"opened": opened}
    )
    new = {path: data for path, data in whole.files.items() if path not in bundle.files}
    part = evolve(whole, files={**part_files, **new}).rewrap()
    return whole.rewrap(), part
