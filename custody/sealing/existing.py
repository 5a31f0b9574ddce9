"""A bundle id that is sealed already: the same content is found again, other content is refused.

A task may be delivered twice. Items are compared by digests, name and fields, in any order, because numbers
are drawn at random; an item that speaks of another is compared by the digest of that other. What the seal
says besides is compared too: case, place, note, successor, previous bundle, padding and signers.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from typing import Any

import orjson
from typing_extensions import override

from custody.errors import CustodyError, SealExistsError
from custody.format.bag import ITEMS_PATH
from custody.format.canonical import encode_checked_json
from custody.format.event import decode_opening
from custody.format.item_line import decode_item_line
from custody.format.layout import seal_path
from custody.format.limits import EVENT_BYTES, ITEM_LINE_BYTES
from custody.keys.signer import Signer
from custody.model.instant import Instant
from custody.report.claim import Claim, Outcome
from custody.report.report import Report
from custody.sealing.draft import Draft
from custody.sealing.item_rows import Stream
from custody.sealing.item_values import encode_name
from custody.sealing.items_writer import KindCache, encode_content, other_items, with_numbers
from custody.sealing.media import detect_media_type
from custody.sealing.payload import Payload, content_of
from custody.sealing.seal_event import successor_of
from custody.sealing.sources import locate
from custody.storage.copying import CopiedFile, copy_stream
from custody.storage.opening import open_bundle
from custody.storage.source import BundleSource
from custody.storage.tree import open_tree, opened_file
from custody.storage.writer import FileWriter
from custody.trust.trust import DatedKeySet, Role, Trust, TrustedIdentity
from custody.verification.verify import verify_source

_SHOWN = (Claim.INTACT, Claim.SEALED_BY)
_DIGEST_BYTES = 32
_REFERENCE_BYTES = 6  # an integer that JSON holds


def own_trust(signers: Sequence[Signer]) -> Trust:
    """Return a trust of exactly these signers as sealers: what a sealing checks its own work against."""
    return Trust(
        identities=tuple(
            TrustedIdentity(
                name=signer.identity.name,
                roles=frozenset({Role.SEALER, Role.HOLDER}),
                sets=(DatedKeySet(key_set=signer.identity.key_set),),
            )
            for signer in signers
        )
    )


def find_existing(
    draft: Draft,
    payload: Payload,
    path: str,
    *,
    bundle_id: str,
    signers: Sequence[Signer],
    padding: bool,
    verified_at: Instant,
) -> Report:
    """Return the verification of a bundle that is there already and holds exactly the draft.

    Args:
        draft: what was to be sealed.
        payload: where its bytes are, and which digests are wanted; the order of numbers does not matter.
        path: the bundle that has the name. No other place is looked at.
        bundle_id: the id that was asked for.
        signers: whose seal it must be.
        padding: whether the number of items was to be hidden.
        verified_at: the moment that counts as now.

    Raises:
        SealExistsError: it does not verify under these signers' keys, or was sealed from something else or
            in another way.
        SourceChangedError, StorageError: the draft's files cannot be read.
    """
    source = open_bundle(path)
    try:
        report = verify_source(source, own_trust(signers), verified_at=verified_at)
        if report.bundle_id != bundle_id or any(
            report.outcome(claim) is not Outcome.PROVEN for claim in _SHOWN
        ):
            raise _exists(bundle_id, "one that does not verify under these keys", _UNVERIFIED)
        other = _other_member(source, draft, bundle_id, padding=padding)
        if report.previous != draft.previous:
            other = "another previous bundle"
        if {fact.key_ids for fact in report.signers} != {
            tuple(sorted(signer.identity.key_set.key_ids)) for signer in signers
        }:
            other = "other signers"
        if other or _sealed_items(source) != _drafted_items(payload):
            raise _exists(bundle_id, other or "other content", "draw a new bundle id for new content")
    finally:
        source.close()
    return report


_UNVERIFIED = (
    "the bundle that lies there does not verify: verify it and keep it aside as it is, before anything is"
    " sealed in its place"
)


def _exists(bundle_id: str, found: str, hint: str) -> SealExistsError:
    return SealExistsError(f"{bundle_id}: expected the same content as before, found {found}", hint=hint)


def _other_member(source: BundleSource, draft: Draft, bundle_id: str, *, padding: bool) -> str:
    """Name the first thing that the seal says otherwise; "" when it says the same."""
    body = _sealed_field(source, bundle_id, "body")
    if body["data"]["padding"] is not padding:
        return "one with padding" if body["data"]["padding"] else "one without padding"
    note = _sealed_field(source, bundle_id, "note") or {}
    drafted: dict[str, Any] = {"case": draft.case, "place": draft.place, "people": successor_of(draft)}
    for name, value in drafted.items():
        if _sealed_field(source, bundle_id, name) != value:
            return f"another {'successor' if name == 'people' else name}"
    return "" if note.get("text") == draft.note else "another note"


def _sealed_field(source: BundleSource, bundle_id: str, name: str) -> Any:  # noqa: ANN401 - a JSON value
    member = f"{seal_path(bundle_id)}/{name}.json"
    try:
        data = source.read(member, EVENT_BYTES)
    except CustodyError as error:
        if error.code == "MISSING":
            return None
        raise
    return decode_opening(data, name, member=member).value


def _sealed_items(source: BundleSource) -> bytes | None:
    """Digest all items of a bundle; None when one of them is not open."""
    digests = bytearray()
    for number, line in enumerate(source.lines(ITEMS_PATH, ITEM_LINE_BYTES), start=1):
        content = decode_item_line(line, number).content
        digests += bytes(_DIGEST_BYTES) if content is None else bytes.fromhex(content["sha256"])
    tokens: list[bytes] = []
    for number, line in enumerate(source.lines(ITEMS_PATH, ITEM_LINE_BYTES), start=1):
        values = decode_item_line(line, number).values
        if not values:
            return None
        if values[0] is None:
            continue  # padding
        encoded = [encode_checked_json(value) for value in values]
        tokens.append(_token(values[0], encoded[1], encoded[2:], digests))
    return _digest_of_all(tokens)


def _drafted_items(payload: Payload) -> bytes:
    digests = bytearray()
    kinds = KindCache()
    contents: list[tuple[dict[str, Any], bytes]] = []
    for place, copied in _hash_all(payload):
        digests += bytes.fromhex(copied.sha256)
        given_kind = payload.rows.given[place].partition(b"\0")[0]
        content = orjson.loads(encode_content(content_of(payload, place, copied)))
        contents.append((content, kinds.encode(given_kind, copied.seems)))
    tokens = []
    for place, (content, kind) in enumerate(contents):
        fields = [kind, *payload.rows.given[place].split(b"\0")[1:]]
        tokens.append(_token(content, encode_name(payload.rows.name(place)), fields, digests))
    return _digest_of_all(tokens)


def _token(content: dict[str, Any], name: bytes, fields: list[bytes], digests: bytearray) -> bytes:
    """Digest what must be equal of one item: length, extension, every digest, name and fields."""

    def reference(number: int) -> int:
        start = (number - 1) * _DIGEST_BYTES
        return int.from_bytes(digests[start : start + _REFERENCE_BYTES], "big")

    if other_items(b"\0".join(fields)):
        fields = with_numbers(fields, reference)
    return hashlib.sha256(b"\0".join([encode_checked_json(content), name, *fields])).digest()


def _digest_of_all(tokens: list[bytes]) -> bytes:
    tokens.sort()
    return hashlib.sha256(b"".join(tokens)).digest()


class _Nowhere(FileWriter):
    """Counts what is written and keeps nothing."""

    def __init__(self) -> None:
        super().__init__(-1, "", sync=False)

    @override
    def write(self, block: bytes | memoryview) -> None:
        self.size_bytes += len(block)


def _hash_all(payload: Payload) -> Iterator[tuple[int, CopiedFile]]:
    """Hash every item of a draft in the order of adding, without copying it."""
    for place in range(len(payload.order)):
        source = payload.rows.source(place)
        name = payload.rows.name(place)
        if isinstance(source, Stream):
            source.begin()
            yield place, _hash(payload, source.read, name.decode("utf-8", "surrogateescape"))
            continue
        root, path = locate(source, name)
        with ExitStack() as closing:
            tree = open_tree(root)
            closing.callback(tree.close)
            descriptor = closing.enter_context(opened_file(tree, path))
            yield place, _hash(payload, lambda size: os.read(descriptor, size), path)  # noqa: B023 - read at once


def _hash(payload: Payload, read: Callable[[int], bytes], name: str) -> CopiedFile:
    return copy_stream(
        read,
        _Nowhere(),
        algorithms=payload.algorithms,
        chunks=payload.chunks,
        inspect=lambda _path, head: detect_media_type(head, name),
    )
