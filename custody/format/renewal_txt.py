"""renewal.txt: one new digest for every item and for every file of the log (bundle spec, "Renewals").

It has a line for each item of a bundle, so it is read and written line by line and never held as a whole:

    custody/renewal/1
    hash sha512
    bundle <32 hex>
    event <64 hex>            ascending
    item <number> <digest>    1, 2, … N
    file <path> <digest>      ascending by the bytes of the path
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final, TypeAlias

from attrs import frozen

from custody.errors import FormatError, LimitError
from custody.format.hashes import HASHES
from custody.format.layout import EVENT_FILE, STAMP_FILE, PathKind, place_of
from custody.format.limits import EVENTS, ITEMS, RENEWAL_LINE_BYTES

RENEWAL_TXT: Final = "renewal.txt"
RENEWAL_HASHES: Final = ("sha512", "sha3_256", "sha3_512")
"""The hashes that a renewal may use, by their names in a trust's `algorithms`."""

_FORMAT = re.compile(rb"(custody/renewal/1)")
_HASH = re.compile(rb"hash (sha512|sha3_256|sha3_512)")
_BUNDLE = re.compile(rb"bundle ([0-9a-f]{32})")
_EVENT = re.compile(rb"event ([0-9a-f]{64})")
_ITEM = re.compile(rb"item ([1-9][0-9]{0,7}) ([0-9a-f]+)")
_FILE = re.compile(rb"file ([\x21-\x7e]+) ([0-9a-f]+)")


@frozen(kw_only=True)
class RenewalHeader:
    """What stands above the digests.

    Attributes:
        hash: name of the new hash, one of `RENEWAL_HASHES`.
        bundle_id: 32 hex digits.
        event_ids: ids of the events that are covered, ascending, 64 hex digits each.
    """

    hash: str
    bundle_id: str
    event_ids: tuple[str, ...]


@frozen(slots=True)
class RenewedItem:
    """One item.

    Attributes:
        number: of the item, from 1.
        digest: hex digits, as many as the hash has.
    """

    number: int
    digest: str


@frozen(slots=True)
class RenewedFile:
    """One file of an event, an attestation or an earlier renewal.

    Attributes:
        path: relative to the bundle.
        digest: hex digits, as many as the hash has.
    """

    path: str
    digest: str


RenewalLine: TypeAlias = RenewedItem | RenewedFile


def is_renewed_path(path: str) -> bool:
    """Tell whether a path is one that a renewal may have a line for, by its name alone."""
    place = place_of(path)
    if place.kind is PathKind.EVENT:
        return EVENT_FILE.fullmatch(place.name) is not None
    if place.kind is PathKind.STAMP:
        return STAMP_FILE.fullmatch(place.name) is not None
    return place.kind is PathKind.RENEWAL and place.name == RENEWAL_TXT


def hex_digits_of(hash_name: str) -> int:
    """Return how many hex digits a digest of one of `RENEWAL_HASHES` has."""
    return 2 * HASHES[hash_name].size_bytes


def decode_renewal(lines: Iterable[bytes], *, member: str) -> tuple[RenewalHeader, Iterator[RenewalLine]]:
    """Read a renewal.txt from its lines, without their line feeds; no more than one line is held.

    The header is read at once, the items (1, 2, … without a gap) and then the files as they are asked for.
    That the last line has its line feed is for whoever cuts the lines to check.

    Args:
        lines: of any length; each is measured before it is looked at.
        member: the file's path, for messages.

    Raises:
        LimitError: a line is longer than `limits.RENEWAL_LINE_BYTES`, or there are more events or items than
            a bundle can have; also while iterating.
        FormatError: anything else than section 9.3 of the bundle spec allows; also while iterating.
    """
    numbered = _numbered(lines, member)
    _take(numbered, member, _FORMAT, "the name of the format")
    hash_name = _take(numbered, member, _HASH, "a hash that renewals may use")
    bundle_id = _take(numbered, member, _BUNDLE, "the id of the bundle")
    event_ids = [_take(numbered, member, _EVENT, "an event")]
    number, line = _need(numbered, member, "an item")
    while (event := _EVENT.fullmatch(line)) is not None:
        event_id = event[1].decode("ascii")
        if event_id <= event_ids[-1]:
            raise _malformed(member, number, "events in ascending order, each once")
        if len(event_ids) >= EVENTS:
            raise LimitError(member, limit="EVENTS", maximum=EVENTS, value=EVENTS + 1)
        event_ids.append(event_id)
        number, line = _need(numbered, member, "an item")
    header = RenewalHeader(hash=hash_name, bundle_id=bundle_id, event_ids=tuple(event_ids))
    rest = chain(((number, line),), numbered)
    return header, _digests(rest, hex_digits_of(hash_name), member)


def _numbered(lines: Iterable[bytes], member: str) -> Iterator[tuple[int, bytes]]:
    for number, line in enumerate(lines, start=1):
        if len(line) > RENEWAL_LINE_BYTES:
            raise LimitError(member, limit="RENEWAL_LINE_BYTES", maximum=RENEWAL_LINE_BYTES, value=len(line))
        yield number, line


def _need(numbered: Iterator[tuple[int, bytes]], member: str, what: str) -> tuple[int, bytes]:
    found = next(numbered, None)
    if found is None:
        raise FormatError(member, expected=what, found="the end")
    return found


def _take(numbered: Iterator[tuple[int, bytes]], member: str, form: re.Pattern[bytes], what: str) -> str:
    number, line = _need(numbered, member, what)
    found = form.fullmatch(line)
    if found is None:
        raise _malformed(member, number, what)
    return found[1].decode("ascii")


def _malformed(member: str, number: int, expected: str) -> FormatError:
    return FormatError(f"{member} line {number}", expected=expected, found="something else")


def _digests(numbered: Iterator[tuple[int, bytes]], hex_digits: int, member: str) -> Iterator[RenewalLine]:
    items = 0
    number, line = next(numbered)
    while (item := _ITEM.fullmatch(line)) is not None:
        items += 1
        if items > ITEMS:
            raise LimitError(member, limit="ITEMS", maximum=ITEMS, value=items)
        if int(item[1]) != items or len(item[2]) != hex_digits:
            raise _malformed(member, number, f"the digest of item {items}")
        yield RenewedItem(items, item[2].decode("ascii"))
        number, line = _need(numbered, member, "an item or a file")
    if not items:
        raise _malformed(member, number, "the digest of item 1")
    before = ""
    for place, text in chain(((number, line),), numbered):
        file = _FILE.fullmatch(text)
        if file is None or len(file[2]) != hex_digits:
            raise _malformed(member, place, "the digest of a file")
        path = file[1].decode("ascii")
        if path <= before:
            raise _malformed(member, place, "files in ascending order, each once")
        if not is_renewed_path(path):
            raise _malformed(member, place, "a file of an event, an attestation or an earlier renewal")
        before = path
        yield RenewedFile(path, file[2].decode("ascii"))


def encode_renewal_header(header: RenewalHeader) -> bytes:
    """Encode the lines above the digests; the event ids are given in ascending order."""
    events = "".join(f"event {event_id}\n" for event_id in header.event_ids)
    text = f"hash {header.hash}\nbundle {header.bundle_id}\n{events}"
    return f"custody/renewal/1\n{text}".encode("ascii")


def encode_renewed_item(item: RenewedItem) -> bytes:
    """Encode the line of one item."""
    return f"item {item.number} {item.digest}\n".encode("ascii")


def encode_renewed_file(file: RenewedFile) -> bytes:
    """Encode the line of one file."""
    return f"file {file.path} {file.digest}\n".encode("ascii")
