"""renewal.txt: the one spelling that is read, and every other that is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from custody.errors import FormatError, LimitError
from custody.format import renewal_txt
from custody.format.renewal_txt import (
    RENEWAL_HASHES,
    RenewalHeader,
    RenewedFile,
    RenewedItem,
    decode_renewal,
    encode_renewal_header,
    encode_renewed_file,
    encode_renewed_item,
    hex_digits_of,
    is_renewed_path,
)

BUNDLE = "0123456789abcdef" * 2
A, B, C = "a" * 64, "b" * 64, "c" * 64
EVENT = f"custody/log/{BUNDLE}/00000000"
STAMP = f"{EVENT}/stamps/{A}"
NAME = "custody/renewals/x/renewal.txt"
PATHS = (
    f"custody/attestations/{A}/event.json",
    f"{EVENT}/1.ed25519.pub",
    f"{EVENT}/1.mldsa65",
    f"{EVENT}/anchors/{A}.tst",
    f"{EVENT}/event.json",
    f"{EVENT}/proof.sha256",
    f"{STAMP}/{B}.crl",
    f"{STAMP}/stamp.tst",
    f"custody/renewals/{A}/renewal.txt",
    f"custody/renewals/{A}/stamps/{B}/stamp.ers",
)


def text_of(name: str = "sha512") -> list[bytes]:
    """A sound text, as lines."""
    digest = "0" * hex_digits_of(name)
    data = encode_renewal_header(RenewalHeader(hash=name, bundle_id=BUNDLE, event_ids=(A, B)))
    data += b"".join(encode_renewed_item(RenewedItem(number, digest)) for number in (1, 2, 3))
    data += b"".join(encode_renewed_file(RenewedFile(path, digest)) for path in sorted(PATHS))
    return data.split(b"\n")[:-1]


def read(lines: list[bytes]) -> list[object]:
    """Read to the end."""
    header, digests = decode_renewal(lines, member=NAME)
    return [header, *digests]


@pytest.mark.parametrize("name", RENEWAL_HASHES)
def test_what_is_written_is_read(name: str) -> None:
    """Header, items and files come back as they were given."""
    digest = "0" * hex_digits_of(name)
    assert read(text_of(name)) == [
        RenewalHeader(hash=name, bundle_id=BUNDLE, event_ids=(A, B)),
        *(RenewedItem(number, digest) for number in (1, 2, 3)),
        *(RenewedFile(path, digest) for path in sorted(PATHS)),
    ]


def test_the_text_is_the_one_of_the_specification() -> None:
    """Byte for byte."""
    assert text_of("sha3_256")[:6] == [
        b"custody/renewal/1",
        b"hash sha3_256",
        b"bundle " + BUNDLE.encode(),
        b"event " + A.encode(),
        b"event " + B.encode(),
        b"item 1 " + b"0" * 64,
    ]


def test_reading_holds_one_line_at_a_time() -> None:
    """Items are yielded before the lines after them are asked for."""
    taken: list[bytes] = []

    def lines() -> Iterator[bytes]:
        for line in text_of():
            taken.append(line)
            yield line

    _header, digests = decode_renewal(lines(), member=NAME)
    assert next(digests) == RenewedItem(1, "0" * 128)
    assert len(taken) == 6


def swap(one: int, other: int) -> Callable[[list[bytes]], list[bytes]]:
    """Exchange two lines."""

    def change(lines: list[bytes]) -> list[bytes]:
        lines[one], lines[other] = lines[other], lines[one]
        return lines

    return change


def put(place: int, old: bytes, new: bytes) -> Callable[[list[bytes]], list[bytes]]:
    """Change something in one line."""

    def change(lines: list[bytes]) -> list[bytes]:
        assert old in lines[place]
        lines[place] = lines[place].replace(old, new, 1)
        return lines

    return change


def keep(count: int) -> Callable[[list[bytes]], list[bytes]]:
    """Keep the first lines alone."""
    return lambda lines: lines[:count]


def without(first: int, last: int) -> Callable[[list[bytes]], list[bytes]]:
    """Leave out some lines."""
    return lambda lines: lines[:first] + lines[last:]


FAULTS: dict[str, Callable[[list[bytes]], list[bytes]]] = {
    "another format": put(0, b"/1", b"/2"),
    "a carriage return": put(0, b"/1", b"/1\r"),
    "an unknown hash": put(1, b"sha512", b"sha384"),
    "the old hash": put(1, b"sha512", b"sha256"),
    "a blank too many": put(1, b" ", b"  "),
    "a short bundle id": put(2, b"0123", b"012"),
    "capitals in the bundle id": put(2, b"abcdef", b"ABCDEF"),
    "no event": without(3, 5),
    "events out of order": swap(3, 4),
    "an event twice": put(4, B.encode(), A.encode()),
    "an event with capitals": put(4, b"b", b"B"),
    "no item": without(5, 8),
    "item 0": put(5, b"item 1", b"item 0"),
    "a leading zero": put(5, b"item 1", b"item 01"),
    "a plus sign": put(5, b"item 1", b"item +1"),
    "a gap between items": without(6, 7),
    "items out of order": swap(6, 7),
    "an item twice": put(6, b"item 2", b"item 1"),
    "a short digest of an item": put(6, b"0000", b"000"),
    "a long digest of an item": put(6, b"0000", b"00000"),
    "an empty line": put(6, b"item 2 " + b"0" * 128, b""),
    "an event after the items": swap(4, 5),
    "no file": keep(8),
    "an item after the files": lambda lines: [*lines, b"item 4 " + b"0" * 128],
    "files out of order": swap(8, 9),
    "a file twice": lambda lines: [*lines, lines[-1]],
    "a short digest of a file": put(8, b"0000", b"000"),
    "a file without a digest": put(8, b" " + b"0" * 128, b""),
    "a path that is not ASCII": put(8, b"event.json", "é.json".encode()),
    "a path with a blank": put(8, b"event.json", b"event .json"),
    "a file of the payload": lambda lines: [*lines, b"file data/000001 " + b"0" * 128],
    "only the format": keep(1),
    "only hash and format": keep(2),
    "only the header": keep(3),
    "nothing": keep(0),
    "events alone": keep(5),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_anything_else_is_refused(fault: str) -> None:
    """There is one spelling."""
    with pytest.raises(FormatError, match="renewal"):
        read(FAULTS[fault](text_of()))


def test_a_long_line_is_refused_before_it_is_looked_at() -> None:
    """It is measured first."""
    with pytest.raises(LimitError):
        read([*text_of(), b"file " + b"x" * 2048])


@pytest.mark.parametrize("limit", ["ITEMS", "EVENTS"])
def test_more_than_a_bundle_can_have_is_refused(monkeypatch: pytest.MonkeyPatch, limit: str) -> None:
    """Events and items have the limits of bundles."""
    monkeypatch.setattr(renewal_txt, limit, 1)
    with pytest.raises(LimitError) as caught:
        read(text_of())
    assert caught.value.limit == limit


@pytest.mark.parametrize("path", PATHS)
def test_files_of_events_attestations_and_renewals_may_be_renewed(path: str) -> None:
    """Stamps, companions and anchors too."""
    assert is_renewed_path(path)


@pytest.mark.parametrize(
    "path",
    [
        "data/000001.txt",
        "custody/items.jsonl",
        "custody/VERIFY.txt",
        "custody/chunks/000001.sha256",
        "bagit.txt",
        f"{EVENT}/readme.txt",
        f"{EVENT}/stamps",
        f"{EVENT}/.DS_Store",
        f"{STAMP}/readme.txt",
        f"custody/renewals/{A}/event.json",
        f"custody/renewals/{A}/renewal.txt/x",
        "../x",
        "",
    ],
)
def test_nothing_else_may_be_renewed(path: str) -> None:
    """What follows from the rest, and what the format does not name."""
    assert not is_renewed_path(path)
