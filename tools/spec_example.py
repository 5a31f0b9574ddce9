"""The example bundle of the specification: two items, one signer, every byte the same on each run.

Keys, salts and ids come from the SHA-256 of short texts, so that anybody can repeat them. They are no
secrets: such a bundle proves nothing. The signer has only an Ed25519 key: ML-DSA-65 signatures are random.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from attrs import frozen

from custody.format.bag import (
    BAGIT_TXT,
    ITEMS_PATH,
    VERIFY_PATH,
    encode_bag_info,
    encode_manifest_line,
    encode_tag_manifest,
)
from custody.format.canonical import JSONInput, JSONValue, encode_json
from custody.format.extension import payload_path
from custody.format.item_fields import ITEM_FIELDS
from custody.format.item_line import (
    encode_item_opening,
    encode_open_line,
    encode_partly_open_line,
    encode_withheld_line,
)
from custody.format.layout import seal_path
from custody.format.verify_txt import SealFacts, SealSigner, encode_verify_txt
from custody.keys.event_writer import EventFiles, assemble_event
from custody.keys.signer import SeedSigner
from custody.model.event import Body, Statement
from custody.model.instant import decode_instant
from custody.proof.commitment import item_salts, leaf_of_commitments
from custody.proof.merkle import root_of


def secret(text: str) -> bytes:
    """Thirty-two bytes that everybody knows."""
    return hashlib.sha256(text.encode("ascii")).digest()


BUNDLE_ID = secret("example bundle id")[:16].hex()
SIGNER = SeedSigner("archive", secret("example signer"))
_AT = decode_instant("2026-11-24T09:00:00Z")
_FILES = (b"hello\n", "سلام\n".encode())
_NAMES = ("شاهد ١.txt", "note.bin")
_KINDS: tuple[dict[str, JSONValue], ...] = (
    {"kind": "testimony", "language": "ar", "media_type": "text/plain"},
    {"kind": "record", "media_type": "application/octet-stream"},
)
_EXTENSIONS = ("txt", "")


@frozen(kw_only=True)
class Item:
    """One item of the example and all that its leaf is made of.

    Attributes:
        key: the item key, 32 bytes.
        openings: what is hashed, in field order.
        commitments: 32 bytes each, in field order.
        leaf: 32 bytes.
        lines: its line open, partly open (name and kind), withheld.
        file: the bytes of its file.
        path: of the file.
    """

    key: bytes
    openings: tuple[bytes, ...]
    commitments: tuple[bytes, ...]
    leaf: bytes
    lines: tuple[bytes, bytes, bytes]
    file: bytes
    path: str


def make_item(index: int) -> Item:
    """Make the item at an index, from 0."""
    key, data = secret(f"example item key {index + 1}"), _FILES[index]
    content: dict[str, JSONValue] = {
        "size": len(data),
        "ext": _EXTENSIONS[index],
        "sha256": hashlib.sha256(data).hexdigest(),
    }
    values: dict[str, JSONValue] = dict.fromkeys(ITEM_FIELDS)
    values |= {"content": content, "name": _NAMES[index], "kind": _KINDS[index]}
    salts = dict(zip(ITEM_FIELDS, item_salts(key), strict=True))
    openings = tuple(encode_item_opening(name, salts[name], values[name]) for name in ITEM_FIELDS)
    commitments = tuple(hashlib.sha256(opening).digest() for opening in openings)
    leaf = leaf_of_commitments(commitments, bytes.fromhex(BUNDLE_ID), index)
    opened = {name: (salts[name], values[name]) for name in ("name", "kind")}
    closed = {
        name: commitment.hex()
        for name, commitment in zip(ITEM_FIELDS, commitments, strict=True)
        if name not in opened
    }
    lines = (
        encode_open_line(key, values),
        encode_partly_open_line(opened, closed),
        encode_withheld_line(leaf.hex()),
    )
    return Item(
        key=key,
        openings=openings,
        commitments=commitments,
        leaf=leaf,
        lines=lines,
        file=data,
        path=payload_path(index + 1, _EXTENSIONS[index]),
    )


ITEMS = tuple(make_item(index) for index in range(len(_FILES)))
ROOT = root_of(item.leaf for item in ITEMS)
MANIFEST = b"".join(encode_manifest_line(hashlib.sha256(item.file).hexdigest(), item.path) for item in ITEMS)


def _salts() -> Iterator[bytes]:
    for place in range(10):
        yield secret(f"example event salt {place}")


def make_seal() -> EventFiles:
    """Make the files of the seal."""
    salts = _salts()
    body = Body(
        type="sealed",
        actor="archive",
        signers=(),
        claimed_at=_AT,
        data={
            "root": ROOT.hex(),
            "items": len(ITEMS),
            "item_format": "custody/item/1",
            "hash": "sha256",
            "padding": False,
            "verify_txt": 1,
        },
    )
    fields: dict[str, JSONInput] = {
        "manifest": {
            "sha256": hashlib.sha256(MANIFEST).hexdigest(),
            "files": len(ITEMS),
            "bytes": sum(len(item.file) for item in ITEMS),
        },
        "case": {"title": "Example"},
    }
    statement = Statement(bundle_id=BUNDLE_ID, holding=BUNDLE_ID, seq=0, prev=(), fields=())
    return assemble_event(statement, body, fields, [SIGNER], lambda _size: next(salts))


SEAL = make_seal()
FACTS = SealFacts(
    bundle_id=BUNDLE_ID,
    seal_id=SEAL.event_id,
    claimed_at=_AT,
    signers=(SealSigner(claimed_identity="archive", key_set=SIGNER.identity.key_set),),
)


def example_files() -> dict[str, bytes]:
    """Every file of the bundle, by path relative to its folder."""
    files = {
        "bagit.txt": BAGIT_TXT,
        "bag-info.txt": encode_bag_info(BUNDLE_ID, len(ITEMS), sum(len(item.file) for item in ITEMS)),
        "manifest-sha256.txt": MANIFEST,
        ITEMS_PATH: b"".join(item.lines[0] + b"\n" for item in ITEMS),
        VERIFY_PATH: encode_verify_txt(FACTS),
    }
    digests = {path: hashlib.sha256(data).hexdigest() for path, data in files.items()}
    files["tagmanifest-sha256.txt"] = encode_tag_manifest(digests)
    files |= {item.path: item.file for item in ITEMS}
    files |= {f"{seal_path(BUNDLE_ID)}/{name}": data for name, data in SEAL.files.items()}
    return dict(sorted(files.items()))


def holding_vector() -> tuple[bytes, str]:
    """The canonical JSON that a holding id hashes, and the id: of a receipt of the example's seal."""
    commitments = [secret(f"example commitment {place}").hex() for place in range(10)]
    data = encode_json([[SEAL.event_id], commitments])
    return data, hashlib.sha256(data).hexdigest()[:32]
