"""Small bundles in the form of the specification, for stock tools and other programs to judge.

All but one are written with the format layer alone: neither sealing nor verification takes part, so that a
mistake there cannot hide. Parts and later events are here too, with fresh keys and salts in every run.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import field, frozen
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PrivateKey

from custody.format import bag
from custody.format.event import commitment_of, encode_opening, encode_proof, encode_statement
from custody.format.event_fields import EVENT_FIELDS
from custody.format.extension import extension_of, payload_path
from custody.format.item_fields import ITEM_FIELDS
from custody.format.item_line import (
    encode_item_opening,
    encode_open_line,
    encode_partly_open_line,
    encode_withheld_line,
)
from custody.format.verify_facts import openssh_key
from custody.format.verify_txt import SealFacts, SealSigner, encode_verify_txt
from custody.keys.signer import SeedSigner
from custody.model.event import Statement, event_id_of
from custody.model.identity import KeyAlgorithm, KeySet, PublicKey
from custody.model.instant import decode_instant
from custody.proof.commitment import item_salts
from custody.proof.holding import holding_id_of
from custody.proof.merkle import root_of
from custody.proof.sshsig import SshSignature, encode_signed_data, encode_sshsig
from custody.sealing.draft import Draft
from custody.sealing.seal import SealOptions, seal_draft

SEALED_AT = "2026-02-03T04:05:06Z"
FILES = {"صورة.JPG": b"\xff\xd8\xff" + b"pixels" * 99, "شهادة.txt": "ما رأيت\n".encode(), "README": b""}


@frozen(kw_only=True)
class Party:
    """Somebody who signs: a name, an Ed25519 key and, unless left out, an ML-DSA-65 key."""

    identity: str
    ed25519: Ed25519PrivateKey = field(factory=Ed25519PrivateKey.generate)
    mldsa65: MLDSA65PrivateKey | None = field(factory=MLDSA65PrivateKey.generate)

    @property
    def key_set(self) -> KeySet:
        """The public keys."""
        ed25519 = self.ed25519.public_key().public_bytes_raw()
        keys = [PublicKey.from_raw(KeyAlgorithm.ED25519, ed25519)]
        if self.mldsa65 is not None:
            mldsa65 = self.mldsa65.public_key().public_bytes_raw()
            keys.append(PublicKey.from_raw(KeyAlgorithm.MLDSA65, mldsa65))
        return KeySet(keys=tuple(keys))

    @property
    def listed(self) -> dict[str, Any]:
        """The identity and key ids, as bodies name them."""
        return {"identity": self.identity, "keys": list(self.key_set.key_ids)}


@frozen(kw_only=True)
class Item:
    """One item with all its secrets, before anything is withheld."""

    index: int
    key: bytes
    values: Mapping[str, Any]
    data: bytes
    commitments: Mapping[str, bytes]
    leaf: bytes

    @property
    def path(self) -> str:
        """The path of its file in the bundle."""
        return payload_path(self.index + 1, self.values["content"]["ext"])

    def line(self, mask: int = 1023) -> bytes:
        """The line of items.jsonl with these fields open."""
        if mask == 1023:
            return encode_open_line(self.key, self.values)
        if mask == 0:
            return encode_withheld_line(self.leaf.hex())
        salts = dict(zip(ITEM_FIELDS, item_salts(self.key), strict=True))
        opened = [name for place, name in enumerate(ITEM_FIELDS) if mask >> place & 1]
        return encode_partly_open_line(
            {name: (salts[name], self.values.get(name)) for name in opened},
            {name: self.commitments[name].hex() for name in ITEM_FIELDS if name not in opened},
        )


def make_item(bundle_id: str, index: int, name: str, data: bytes) -> Item:
    """Commit to one file (DESIGN, "Items")."""
    key = secrets.token_bytes(32)
    digest = hashlib.sha256(data).hexdigest()
    values: dict[str, Any] = {
        "content": {"size": len(data), "ext": extension_of(name), "sha256": digest},
        "name": name,
        "kind": {"kind": "record"},
    }
    commitments = {
        field_name: hashlib.sha256(encode_item_opening(field_name, salt, values.get(field_name))).digest()
        for field_name, salt in zip(ITEM_FIELDS, item_salts(key), strict=True)
    }
    entry = b"custody/item/1\n" + bytes.fromhex(bundle_id) + index.to_bytes(8, "big")
    leaf = hashlib.sha256(b"\x00" + entry + b"".join(commitments.values())).digest()
    return Item(index=index, key=key, values=values, data=data, commitments=commitments, leaf=leaf)


def sign(message: bytes, party: Party, number: int, namespace: str) -> dict[str, bytes]:
    """Sign with every key; the files by name."""
    keys = party.key_set
    signed = party.ed25519.sign(encode_signed_data(message, namespace))
    public = party.ed25519.public_key().public_bytes_raw()
    made = {
        f"{number}.sshsig": encode_sshsig(
            SshSignature(public_key=public, namespace=namespace, signature=signed)
        ),
        f"{number}.ed25519.pub": f"{openssh_key(_key(keys, KeyAlgorithm.ED25519))}\n".encode(),
    }
    if party.mldsa65 is not None:
        made[f"{number}.mldsa65"] = party.mldsa65.sign(message, namespace.encode())
        made[f"{number}.mldsa65.der"] = _key(keys, KeyAlgorithm.MLDSA65).spki
    return made


def _key(keys: KeySet, algorithm: KeyAlgorithm) -> PublicKey:
    return next(key for key in keys.keys if key.algorithm is algorithm)


def make_event(
    statement: Mapping[str, Any],
    kind: str,
    signers: Sequence[Party],
    **values: Any,  # noqa: ANN401
) -> dict[str, bytes]:
    """Make the files of an event or, without a holding, of an attestation; an empty one opens a holding."""
    attestation = "holding" not in statement
    tag = "attestation" if attestation else "event"
    ordered = sorted(signers, key=lambda party: party.identity)
    body: dict[str, Any] = {
        "type": kind,
        "actor": signers[0].identity,
        "signers": [party.listed for party in ordered],
        "at": SEALED_AT,
        "anchors": [],
        "fields": [name for name in EVENT_FIELDS if name in values],
    }
    if "data" in values:
        body["data"] = values["data"]
    openings = {
        name: encode_opening(
            name, secrets.token_bytes(32), body if name == "body" else values.get(name), tag=tag
        )
        for name in EVENT_FIELDS
    }
    prev = tuple(sorted(statement["prev"]))
    fields = tuple(commitment_of(opening) for opening in openings.values())
    stated = Statement(
        bundle_id=statement["bundle"],
        holding=statement.get("holding") or holding_id_of(prev, fields),
        seq=statement.get("seq", 0),
        prev=prev,
        fields=fields,
    )
    message = encode_statement(stated, attestation=attestation)
    files = {"event.json": message}
    for number, party in enumerate(ordered, 1):
        files |= sign(message, party, number, f"{tag}@custody")
    covered = [name for name in files if name.endswith((".json", ".sshsig", ".mldsa65"))]
    files["proof.sha256"] = encode_proof({name: hashlib.sha256(files[name]).hexdigest() for name in covered})
    return files | {f"{name}.json": openings[name] for name in ("body", *body["fields"])}


def write(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files, with the folders that they need."""
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)


@frozen(kw_only=True)
class Sample:
    """A whole bundle in memory: everything that its holder has."""

    bundle_id: str
    sealers: tuple[Party, ...]
    items: tuple[Item, ...]
    events: tuple[dict[str, bytes], ...]

    @property
    def facts(self) -> SealFacts:
        """What VERIFY.txt depends on."""
        ordered = sorted(self.sealers, key=lambda party: party.identity)
        return SealFacts(
            bundle_id=self.bundle_id,
            seal_id=event_id_of(self.events[0]["proof.sha256"]),
            claimed_at=decode_instant(SEALED_AT),
            signers=tuple(
                SealSigner(claimed_identity=party.identity, key_set=party.key_set) for party in ordered
            ),
        )

    def write_whole(self, folder: Path) -> Path:
        """Write the whole bundle."""
        masks = [1023] * len(self.items)
        return self._write(folder, masks, self.events)

    def write_part(self, folder: Path, masks: Sequence[int], *, holder: Party | None = None) -> Path:
        """Write a part with these fields of the items open; what is between seal and disclosure are stubs."""
        seal = {
            name: data for name, data in self.events[0].items() if name not in {"manifest.json", "note.json"}
        }
        stubs = [{name: event[name] for name in ("event.json", "proof.sha256")} for event in self.events[1:]]
        last = event_id_of(self.events[-1]["proof.sha256"])
        statement = {
            "bundle": self.bundle_id,
            "holding": self.bundle_id,
            "seq": len(self.events),
            "prev": [last],
        }
        recipient = Party(identity="court")
        opened = {
            "manifest": hashlib.sha256(self.manifest(masks)).hexdigest(),
            "items": _runs(masks),
            "events": [[self.facts.seal_id, 0b101], ["self", 1 | 1 << EVENT_FIELDS.index("opened")]],
        }
        disclosed = make_event(
            statement, "disclosed", [holder or self.sealers[0]], data={"to": recipient.listed}, opened=opened
        )
        return self._write(folder, masks, [seal, *stubs, disclosed])

    def manifest(self, masks: Sequence[int]) -> bytes:
        """The bytes of manifest-sha256.txt when these fields are open."""
        return b"".join(
            bag.encode_manifest_line(item.values["content"]["sha256"], item.path)
            for item, mask in zip(self.items, masks, strict=True)
            if mask & 1
        )

    def _write(self, folder: Path, masks: Sequence[int], events: Sequence[Mapping[str, bytes]]) -> Path:
        shown = [item for item, mask in zip(self.items, masks, strict=True) if mask & 1]
        lines = b"".join(item.line(mask) + b"\n" for item, mask in zip(self.items, masks, strict=True))
        tags = {
            "bagit.txt": bag.BAGIT_TXT,
            "bag-info.txt": bag.encode_bag_info(
                self.bundle_id, len(shown), sum(len(item.data) for item in shown)
            ),
            "manifest-sha256.txt": self.manifest(masks),
            bag.ITEMS_PATH: lines,
            bag.VERIFY_PATH: encode_verify_txt(self.facts),
        }
        digests = {path: hashlib.sha256(data).hexdigest() for path, data in tags.items()}
        (folder / "data").mkdir(parents=True)
        write(folder, {item.path: item.data for item in shown})
        write(folder, tags | {"tagmanifest-sha256.txt": bag.encode_tag_manifest(digests)})
        for seq, event in enumerate(events):
            write(folder / "custody" / "log" / self.bundle_id / f"{seq:08d}", event)
        return folder


def _runs(masks: Sequence[int]) -> list[list[int]]:
    runs: list[list[int]] = []
    for index, mask in enumerate(masks):
        if runs and runs[-1][1:] == [index - 1, mask]:
            runs[-1][1] = index
        elif mask:
            runs.append([index, index, mask])
    return runs


def seal_files(folder: Path, options: SealOptions | None = None) -> Path:
    """Seal the files of `FILES` with custody itself, by two signers; return the bundle's folder."""
    sources, out = folder / "sources", folder / "out"
    out.mkdir()
    write(sources, FILES)
    draft = Draft(case="القضية 7")
    for name in FILES:
        draft = draft.add(sources / name)
    both = SeedSigner("w-01", secrets.token_bytes(32), secrets.token_bytes(32))
    signers = [both, SeedSigner("archive", secrets.token_bytes(32))]
    sealed = seal_draft(
        draft,
        out,
        signers=signers,
        randomness=secrets.token_bytes,
        now=lambda: decode_instant(SEALED_AT),
        options=options,
    )
    return Path(sealed.path)


def make_sample(
    sealers: Sequence[Party] = (), *, files: Mapping[str, bytes] | None = None, later: bool = True
) -> Sample:
    """Seal files in memory; with `later`, one more event of the same holder follows."""
    bundle_id = secrets.token_hex(16)
    parties = tuple(sealers) or (Party(identity="w-01"),)
    contents = FILES if files is None else files
    items = tuple(
        make_item(bundle_id, index, name, data) for index, (name, data) in enumerate(contents.items())
    )
    manifest = b"".join(
        bag.encode_manifest_line(item.values["content"]["sha256"], item.path) for item in items
    )
    start = {"bundle": bundle_id, "holding": bundle_id, "seq": 0, "prev": []}
    seal = make_event(
        start,
        "sealed",
        parties,
        data={
            "root": root_of(item.leaf for item in items).hex(),
            "items": len(items),
            "item_format": "custody/item/1",
            "hash": "sha256",
            "padding": False,
            "verify_txt": 1,
        },
        manifest={
            "sha256": hashlib.sha256(manifest).hexdigest(),
            "files": len(items),
            "bytes": sum(len(item.data) for item in items),
        },
        case={"title": "القضية 7"},
        note={"tool": {"name": "sample"}},
    )
    events = [seal]
    if later:
        seal_id = event_id_of(seal["proof.sha256"])
        statement = {"bundle": bundle_id, "holding": bundle_id, "seq": 1, "prev": [seal_id]}
        events.append(
            make_event(statement, "annotated", parties[:1], data={"event": seal_id}, note={"text": "seen"})
        )
    return Sample(bundle_id=bundle_id, sealers=parties, items=items, events=tuple(events))
