"""Recompute an evidence bundle without the program that made it: a second opinion, to be read before use.

    python3 audit.py BUNDLE [--json]

Needs Python 3.11 and ssh-keygen. Ends with 0: all recomputed; 1: a contradiction; 3: something not checked.
Never checked: ML-DSA-65 signatures, stamps of time, renewals, chunks, VERIFY.txt, bag-info.txt, tag manifest,
what values mean, who may sign, and whether this is the seal that you expect: compare its id elsewhere.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
from base64 import b64decode
from pathlib import Path
from typing import Any

ITEM = ["content", "name", "kind", "origin", "time", "place", "people", "terms", "derivation", "extra"]
EVENT = ["body", "manifest", "case", "place", "people", "purpose", "reference", "condition", "opened", "note"]
KNOWN = re.compile(  # the paths that a bundle may have, besides its files in data
    r"bagit\.txt|bag-info\.txt|(tag)?manifest-sha256\.txt|custody/(items\.jsonl|VERIFY\.txt"
    rf"|(log/[0-9a-f]{{32}}/[0-9]{{8}}|attestations/[0-9a-f]{{64}})/((event|{'|'.join(EVENT)})\.json|proof\.sha256"
    r"|[1-9][0-9]?\.(sshsig|mldsa65|ed25519\.pub|mldsa65\.der)|(anchors|stamps)/[0-9a-f]{64}[/.][a-z0-9.]+)"
    r"|renewals/[0-9a-f]+/(renewal\.txt|stamps/[0-9a-f]{64}/[a-z0-9.]+))"
)
LITTER = re.compile(r"(.*/)?(\.DS_Store|\._[^/]*|Thumbs\.db|desktop\.ini|~\$[^/]*)")
HEX = re.compile(r"[0-9a-f]{64}")
FAULTS = (ValueError, KeyError, TypeError, AttributeError, IndexError, OSError, RecursionError)
GOOD, BAD, OPEN, NOTE = "recomputed", "CONTRADICTION", "not checked", "note"
report: list[tuple[str, str, str]] = []


def say(step: str, result: str, text: object) -> None:
    """Add a line; text from the bundle is shown in ASCII, so that it cannot imitate one."""
    report.append((step, result, ascii(str(text))[1:-1]))


def need(condition: object, fault: str) -> None:
    """End a step at a contradiction."""
    if not condition:
        raise ValueError(fault)


def sha256(*parts: bytes) -> bytes:
    """SHA-256 of the parts, one after the other."""
    return hashlib.sha256(b"".join(parts)).digest()


def canonical(value: object) -> bytes:
    """Spell JSON as RFC 8785 does for ASCII keys and integers."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def parse(data: bytes) -> Any:  # noqa: ANN401 - any JSON
    """Read JSON in its one spelling; a key that stands twice, another order or a space is spelt otherwise."""
    value = json.loads(data.decode(), parse_float=str)
    need(canonical(value) == data, "JSON that is not in canonical form")
    return value


def root_of(leaves: list[bytes]) -> str:
    """RFC 9162 section 2.1 over leaves that are hashes already: pair up, carry an odd last one."""
    while len(leaves) > 1:
        pairs = zip(leaves[::2], leaves[1::2], strict=False)
        leaves = [sha256(b"\x01", left, right) for left, right in pairs] + leaves[len(leaves) & ~1 :]
    return leaves[0].hex()


def read_item(value: Any, entry: bytes) -> tuple[bytes, dict[str, Any]]:  # noqa: ANN401 - any JSON
    """Return the leaf and the open fields of a line of items.jsonl; `entry` precedes the commitments."""
    if isinstance(value, str):
        need(HEX.fullmatch(value), "no leaf")
        return bytes.fromhex(value), {}
    if value.keys() == {"key", *ITEM} and HEX.fullmatch(value["key"]):
        salts = hashlib.shake_256(b"custody/salts/1\n" + bytes.fromhex(value["key"])).hexdigest(320)
        opened = {name: [salts[64 * n :][:64], value[name]] for n, name in enumerate(ITEM)}
        closed = {}
    else:
        need(value.keys() == {"open", "closed"} and all(value.values()), "a line with other members")
        opened, closed = value["open"], value["closed"]
        need(sorted([*opened, *closed]) == sorted(ITEM), "a field that is missing or there twice")
    need(all(map(HEX.fullmatch, [*closed.values(), *(salt for salt, _ in opened.values())])), "no digest")
    known = {name: bytes.fromhex(commitment) for name, commitment in closed.items()}
    known |= {name: sha256(canonical([salt, "item", name, told])) for name, (salt, told) in opened.items()}
    leaf = sha256(b"\x00", entry, *(known[name] for name in ITEM))
    return leaf, {name: told for name, (_, told) in opened.items()}


def check_items(folder: Path, seal: Event) -> tuple[list[int], dict[str, Any]]:
    """Recompute every line up to the sealed root; return masks of open fields, and open `content` by path."""
    leaves, masks, payload = list[bytes](), list[int](), dict[str, Any]()
    for line in (folder / "custody/items.jsonl").read_bytes().split(b"\n")[:-1]:
        entry = b"custody/item/1\n" + bytes.fromhex(seal.bundle) + len(leaves).to_bytes(8, "big")
        leaf, opened = read_item(parse(line), entry)
        leaves.append(leaf)
        masks.append(sum(1 << n for n, name in enumerate(ITEM) if name in opened))
        if opened.get("content") is not None:
            payload[f"data/{len(leaves):06d}.{opened['content']['ext']}".rstrip(".")] = opened["content"]
        elif masks[-1] & 0b101 == 0b101:
            need(opened["kind"] == {"kind": "padding"}, f"item {len(leaves)} lacks content")
    sealed = seal.body["data"]
    need((len(leaves), root_of(leaves)) == (sealed["items"], sealed["root"]), "not the sealed count and root")
    say("items", GOOD, f"{len(leaves)} items lead to the sealed root {sealed['root']}")
    return masks, payload


def check_file(path: Path, content: Any) -> None:  # noqa: ANN401 - any JSON
    """Compare a file with its `content`."""
    found: dict[str, Any] = {"size": path.stat().st_size}
    for algorithm in sorted({"sha256", "sha512", "sha3_256"} & content.keys()):
        with path.open("rb") as data:
            found[algorithm] = hashlib.file_digest(data, algorithm).hexdigest()
    same = all(found[member] == content[member] for member in found)
    say("payload", GOOD if same else BAD, f"data/{path.name}: {found}")


class Event:
    """One event or attestation, recomputed from its folder; a contradiction ends the construction."""

    def __init__(self, folder: Path, path: str) -> None:
        self.path, self.tag = path, "event" if "/log/" in path else "attestation"
        self.files = {each.name: each.read_bytes() for each in (folder / path).iterdir() if each.is_file()}
        self.told, proof = parse(self.files["event.json"]), self.files["proof.sha256"].decode()
        self.id, self.bundle, self.prev = sha256(proof.encode()).hex(), self.told["bundle"], self.told["prev"]
        self.holding, self.seq = self.told.get("holding"), self.told.get("seq", 0)
        place = f"log/{self.holding}/{self.seq:08d}" if self.tag == "event" else f"attestations/{self.id}"
        need(path == f"custody/{place}", "the folder has another name")
        signed = [name for name in self.files if name.endswith((".sshsig", ".mldsa65", "event.json"))]
        lines = [f"{sha256(self.files[name]).hex()}  {name}\n" for name in sorted(signed)]
        stub = self.files.keys() == {"event.json", "proof.sha256"}
        need(proof == "".join(lines) or (stub and lines[0] in proof), "proof.sha256 lists something else")
        self.opened: dict[str, Any] = {}
        for name, commitment in zip(EVENT, self.told["fields"], strict=True):
            if opening := self.files.get(f"{name}.json"):
                need(sha256(opening).hex() == commitment, f"{name}.json is not what was committed to")
                _, tag, field, self.opened[name] = parse(opening)
                need((tag, field) == (self.tag, name), f"{name}.json opens another field")
        self.body: Any = self.opened.get("body", {"type": "stub", "fields": [], "signers": []})
        need(stub or {"body"} <= self.opened.keys() <= {"body", *self.body["fields"]}, "unnamed openings")
        self.mask = sum(1 << n for n, name in enumerate(EVENT) if name in self.opened)

    def check_signatures(self) -> None:
        """Every listed key must be there and must have signed; ssh-keygen judges Ed25519."""
        for number, signer in enumerate(self.body["signers"], 1):
            public = self.files[f"{number}.ed25519.pub"]
            need(re.fullmatch(rb"ssh-ed25519 [A-Za-z0-9+/]{68}\n", public), "no ssh-ed25519 key")
            keys = [sha256(bytes.fromhex("302a300506032b6570032100"), b64decode(public[12:-1])[19:]).hex()]
            if f"{number}.mldsa65.der" in self.files:
                keys.append(sha256(self.files[f"{number}.mldsa65.der"]).hex())
                need(f"{number}.mldsa65" in self.files, f"{number}.mldsa65 is missing")
                say("signature", NOTE, f"{self.path} {number}.mldsa65, key {keys[1]}: not checked here")
            need(sorted(keys) == signer["keys"], f"signer {number} has other keys than the body lists")
            command, space, raw = shutil.which("ssh-keygen"), f"{self.tag}@custody", self.files["event.json"]
            if command:
                with tempfile.TemporaryDirectory() as work:
                    Path(work, "allowed").write_bytes(f'x namespaces="{space}" '.encode() + public)
                    Path(work, "sshsig").write_bytes(self.files[f"{number}.sshsig"])
                    words = [command, *f"-Y verify -I x -n {space} -f allowed -s sshsig".split()]
                    done = subprocess.run(words, cwd=work, input=raw, capture_output=True, check=False)
                    need(done.returncode == 0, f"ssh-keygen refuses {number}.sshsig")
            say("signature", GOOD if command else OPEN, f"{self.path} {number}.sshsig, key {keys[0]}")


def check_links(events: dict[str, Event], seal: Event) -> None:
    """Every event must follow its predecessor, or open a holding whose id its statement fixes."""
    for event in events.values():
        before = [(events[each].holding, events[each].seq) for each in event.prev if each in events]
        right, absent = event.bundle == seal.bundle, len(before) < len(event.prev)
        if event.tag == "event" and event.seq == 0:
            opens = sha256(canonical([event.prev, event.told["fields"]])).hex()[:32]
            right = right and event.holding == (seal.bundle if event is seal else opens)
        elif event.tag == "event":
            right = right and ((event.holding, event.seq - 1) in before or absent)
        closed = [name for name in event.body["fields"] if name not in event.opened]
        text = f"{event.body['type']}, id {event.id}, closed {closed}{', its past is absent' * absent}"
        say("log", BAD if not right else OPEN if absent else GOOD, text)


def check_part(events: dict[str, Event], masks: list[int], manifest: bytes) -> None:
    """Say what is withheld, and whether an event states exactly that; whose word it is, is not decided."""
    log = [event for event in events.values() if event.tag == "event"]
    erased = {n for event in log if event.body["type"] == "erased" for n in event.body["data"]["leaves"]}
    closed = [n for n, mask in enumerate(masks) if mask != 1023 and n not in erased]
    text = f"{masks.count(1023)} of {len(masks)} items open, {masks.count(0)} withheld or erased"
    stated = [event for event in log if "opened" in event.opened]
    found, right = [[n, mask] for n, mask in enumerate(masks) if mask], False
    if closed and len(stated) == 1:
        want = stated[0].opened["opened"]
        listed = [[n, mask] for first, last, mask in want["items"] for n in range(first, last + 1)]
        shown = sorted(["self" if event in stated else event.id, event.mask] for event in log if event.mask)
        right = (want["manifest"], listed, want["events"]) == (sha256(manifest).hex(), found, shown)
        text += f"; {stated[0].path} states the same: {right}"
    say("part" if closed else "whole", GOOD if right or not closed else OPEN, text)


def check_bundle(folder: Path) -> None:
    """Run every step."""
    entries = sorted(folder.rglob("*"))
    plain = all(not each.is_symlink() and (each.is_file() or each.is_dir()) for each in entries)
    need(entries and plain, "a link, a device, or nothing at all")
    files = [each.relative_to(folder).as_posix() for each in entries if each.is_file()]
    events: dict[str, Event] = {}
    for path in (name.removesuffix("/event.json") for name in files if name.endswith("/event.json")):
        try:
            event = Event(folder, path)
            event.check_signatures()
            events[event.id] = event
        except FAULTS as fault:
            say("log", BAD, f"{path}: {fault}")
    seals = [event for event in events.values() if event.body["type"] == "sealed"]
    need(len(seals) == 1, f"expected one seal that holds, found {len(seals)}")
    say("seal", GOOD, f"bundle {(seal := seals[0]).bundle}, seal {seal.id}")
    check_links(events, seal)
    masks, payload = check_items(folder, seal)
    chunks = {f"custody/chunks/{Path(name).stem}.sha256" for name in payload if "chunks" in payload[name]}
    for name in files:
        if name in payload:
            check_file(folder / name, payload[name])
        elif name not in chunks and not KNOWN.fullmatch(name):
            say("folder", OPEN if LITTER.fullmatch(name) else BAD, f"{name} is no part of a bundle")
    need(not (absent := (payload.keys() | chunks) - set(files)), f"missing: {sorted(absent)}")
    manifest = "".join(f"{content['sha256']}  {name}\n" for name, content in payload.items()).encode()
    found = {"sha256": sha256(manifest).hex(), "files": len(payload)}
    found["bytes"] = sum(content["size"] for content in payload.values())
    same = (folder / "manifest-sha256.txt").read_bytes() == manifest
    say("manifest", GOOD if same else OPEN, f"manifest-sha256.txt, recomputed: {found}")
    if "manifest" in seal.opened:
        say("manifest", GOOD if seal.opened["manifest"] == found else BAD, "the seal states the same of it")
    check_part(events, masks, manifest)


def main(arguments: list[str]) -> int:
    """Print the report; return the exit code."""
    try:
        check_bundle(Path(next((each for each in arguments if each != "--json"), ".")))
    except FAULTS as fault:
        say("bundle", BAD, fault)
    code = 1 if BAD in (results := {result for _, result, _ in report}) else 3 if OPEN in results else 0
    lines = [f"{result:13}  {step:9}  {text}" for step, result, text in report]
    print(json.dumps({"exit": code, "steps": report}) if "--json" in arguments else "\n".join(lines))
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
