"""Hash renewals made from nothing but the words of the specification, so that each rule can be broken.

The product's own writer and reader are not used: this is their referee.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection, Iterable

from attrs import evolve

from custody.format.event import decode_statement
from tests.tools.bundles import Bundle, Files

NEW_HASHES = ("sha512", "sha3_256", "sha3_512")
_PAYLOAD = re.compile(r"data/([0-9]+)(?:\..*)?")
_OWNER = re.compile(r"custody/(?:log/[0-9a-f]{32}/[0-9]{8}|attestations/[0-9a-f]{64}|renewals/[0-9a-f]+)/.*")


def new_digest(name: str, data: bytes) -> bytes:
    """Hash bytes under a hash by its name."""
    return hashlib.new(name, data).digest()


def events_of(files: Files) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Return event id to folder and links, of the log."""
    found = {}
    for path, data in files.items():
        folder, _, name = path.rpartition("/")
        if name == "proof.sha256" and folder.startswith("custody/log/"):
            statement = decode_statement(files[f"{folder}/event.json"], member="event.json")
            found[hashlib.sha256(data).hexdigest()] = (folder, statement.prev)
    return found


def renewed_paths(files: Files, event_ids: Iterable[str]) -> list[str]:
    """Return the paths that a renewal of these events has lines for, ascending."""
    events = events_of(files)
    covered = {events[event_id][0] for event_id in event_ids}
    return sorted(
        path
        for path in files
        if _OWNER.fullmatch(path)
        and (not path.startswith("custody/log/") or any(path.startswith(f"{one}/") for one in covered))
    )


def item_lines(files: Files, name: str) -> list[str]:
    """Return the item lines, without line feeds."""
    payload = {int(found[1]): data for path, data in files.items() if (found := _PAYLOAD.fullmatch(path))}
    lines = []
    for number, line in enumerate(files["custody/items.jsonl"].split(b"\n")[:-1], start=1):
        inner = new_digest(name, payload[number]) if number in payload else b""
        digest = new_digest(name, line + b"\n" + inner)
        lines.append(f"item {number} {digest.hex()}")
    return lines


def renewal_text(
    bundle: Bundle,
    name: str = "sha512",
    *,
    event_ids: Collection[str] | None = None,
    without: Collection[str] = (),
    bundle_id: str | None = None,
) -> bytes:
    """Return the bytes of a renewal of everything, or of some events, without the lines of some paths."""
    events = sorted(events_of(bundle.files) if event_ids is None else event_ids)
    lines = ["custody/renewal/1", f"hash {name}", f"bundle {bundle_id or bundle.bundle_id}"]
    lines += [f"event {event_id}" for event_id in events]
    lines += item_lines(bundle.files, name)
    lines += [
        f"file {path} {new_digest(name, bundle.files[path]).hex()}"
        for path in renewed_paths(bundle.files, events)
        if path not in without
    ]
    return "".join(f"{line}\n" for line in lines).encode()


def renewal_folder(text: bytes, name: str = "sha512") -> str:
    """Return the folder that a renewal of these bytes has."""
    return f"custody/renewals/{new_digest(name, text).hex()}"


def place_renewal(bundle: Bundle, text: bytes, name: str = "sha512") -> Bundle:
    """Return the bundle with a renewal in its folder."""
    return evolve(bundle, files={**bundle.files, f"{renewal_folder(text, name)}/renewal.txt": text})


def renew(
    bundle: Bundle, name: str = "sha512", *, change: Callable[[bytes], bytes] = lambda text: text
) -> Bundle:
    """Return the bundle with a renewal of everything in it, changed before it got its name."""
    return place_renewal(bundle, change(renewal_text(bundle, name)), name)
