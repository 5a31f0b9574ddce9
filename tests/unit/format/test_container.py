"""The canonical zip: its exact bytes, its reader, its limits."""

from __future__ import annotations

import zlib

import pytest

from custody.errors import BundleError, FormatError, LimitError
from custody.format import container, limits
from custody.format.container import (
    ZIP_CONTRADICTION,
    ZIP_FORM,
    central_header,
    decode_zip,
    encode_zip,
    end_of_directory,
    local_header,
    read_directory,
)
from tests.zips import FILES, canonical_zip, join, members, sparse_zip

GIB = 1 << 30


def data_bytes(content: bytes) -> set[int]:
    """The places of a zip that hold data of files."""
    return {member.data_offset + place for member in members(content) for place in range(member.size_bytes)}


def test_a_local_header_has_the_published_bytes() -> None:
    """Version 2.0, names in UTF-8, stored, 1980-01-01, CRC, both sizes, lengths, name."""
    assert local_header("a/b", 0x01020304, 5).hex(" ") == (
        "50 4b 03 04 14 00 00 08 00 00 00 00 21 00 04 03 02 01 05 00 00 00 05 00 00 00 03 00 00 00 61 2f 62"
    )


def test_a_central_header_has_the_published_bytes() -> None:
    """Made by version 2.0 on Unix, a regular file with mode 0644."""
    assert central_header("a/b", 0x01020304, 5, 6).hex(" ") == (
        "50 4b 01 02 14 03 14 00 00 08 00 00 00 00 21 00 04 03 02 01 05 00 00 00 05 00 00 00 03 00 00 00 "
        "00 00 00 00 00 00 00 00 a4 81 06 00 00 00 61 2f 62"
    )


def test_the_end_record_has_the_published_bytes() -> None:
    """One disk, the count twice, size and offset of the directory, no comment."""
    assert end_of_directory(2, 3, 4).hex(" ") == (
        "50 4b 05 06 00 00 00 00 02 00 02 00 03 00 00 00 04 00 00 00 00 00"
    )


@pytest.mark.parametrize(
    ("size", "offset", "local_bytes", "central_bytes"),
    [
        (0xFFFFFFFE, 0xFFFFFFFE, 31, 47),
        (0xFFFFFFFF, 0, 51, 67),
        (0, 0xFFFFFFFF, 31, 59),
        (0xFFFFFFFF, 0xFFFFFFFF, 51, 75),
    ],
)
def test_zip64_fields_stand_exactly_where_needed(
    size: int, offset: int, local_bytes: int, central_bytes: int
) -> None:
    """The largest 32-bit value is already too large, for it is the mark of zip64."""
    assert len(local_header("a", 0, size)) == local_bytes
    assert len(central_header("a", 0, size, offset)) == central_bytes


@pytest.mark.parametrize(
    ("count", "size", "offset", "wanted"),
    [(0xFFFE, 1, 1, 22), (0xFFFF, 1, 1, 98), (1, 0xFFFFFFFF, 1, 98), (1, 1, 0xFFFFFFFF, 98)],
)
def test_zip64_end_records_stand_exactly_where_needed(
    count: int, size: int, offset: int, wanted: int
) -> None:
    """Any of the three values brings them."""
    assert len(end_of_directory(count, size, offset)) == wanted


def test_the_members_are_found_with_their_data() -> None:
    """Names, places, sizes and checksums in the order of the names."""
    content = canonical_zip()
    found = {
        member.name: content[member.data_offset : member.data_offset + member.size_bytes]
        for member in members(content)
    }
    assert found == dict(FILES)
    assert [member.crc32 for member in members(content)] == [zlib.crc32(data) for _, data in FILES]


def test_a_zip_without_members_has_none() -> None:
    """It is canonical; that a bundle needs members is for others to say."""
    assert members(canonical_zip([])) == []


def test_every_flipped_bit_outside_the_data_is_refused() -> None:
    """No header, name, length, offset or end record has a bit that could be otherwise."""
    content = canonical_zip()
    spared = data_bytes(content)
    accepted = []
    for place in set(range(len(content))) - spared:
        for bit in range(8):
            changed = bytearray(content)
            changed[place] ^= 1 << bit
            try:
                members(bytes(changed))
            except BundleError:
                continue
            accepted.append((place, bit))
    assert accepted == []


def test_every_flipped_bit_of_the_data_shows_in_the_checksum() -> None:
    """Who streams the data compares it."""
    content = canonical_zip()
    for member in members(content):
        for place in range(member.size_bytes * 8):
            data = bytearray(content[member.data_offset : member.data_offset + member.size_bytes])
            data[place // 8] ^= 1 << place % 8
            assert zlib.crc32(data) != member.crc32


def test_every_truncation_is_another_form() -> None:
    """A transport that cut the zip off says nothing about the evidence."""
    content = canonical_zip()
    for size in range(len(content)):
        with pytest.raises(FormatError) as caught:
            members(content[:size])
        assert caught.value.code == ZIP_FORM
        assert caught.value.hint == "unpack it with your own tool and verify the folder"


def test_seventy_thousand_members_need_zip64_and_little_memory() -> None:
    """The directory is read in blocks, and no name is kept."""
    names = [f"0123456789abcdef0123456789abcdef/data/{number:06d}.opus" for number in range(70_000)]
    content = canonical_zip((name, b"") for name in names)
    assert content[-98:-94] == b"PK\x06\x06"
    largest = 0

    def read_at(offset: int, size: int) -> bytes:
        nonlocal largest
        largest = max(largest, size)
        return content[offset : offset + size]

    assert [member.name for member in read_directory(read_at, len(content))] == names
    assert largest <= limits.MIB


@pytest.mark.parametrize(
    "sizes",
    [
        {"top/a": 5 * GIB, "top/b": 3},
        {"top/a": 0xFFFFFFFF},
        {"top/a": 0xFFFFFFFE},
        {"top/a": 3 * GIB, "top/b": 2 * GIB, "top/c": 1, "top/d": 6 * GIB},
        {"top/a": 1 << 50, "top/b": 0},
    ],
)
def test_members_beyond_four_gib_are_found(sizes: dict[str, int]) -> None:
    """Their data are never read."""
    virtual, wanted = sparse_zip(sizes)
    assert list(read_directory(virtual.read_at, virtual.size)) == wanted
    assert virtual.asked < 2000


def test_a_misplaced_member_beyond_four_gib_contradicts() -> None:
    """Its header is of our form, with an offset of 64 bits that is wrong."""
    for first, second in ((5 * GIB, 3), (5 * GIB, 5 * GIB)):
        virtual, _ = sparse_zip({"top/a": first, "top/b": second})
        tail = max(virtual.pieces)
        begin = 51 + 4 + first
        right = central_header("top/b", 7, second, begin)
        assert right in virtual.pieces[tail]
        virtual.pieces[tail] = virtual.pieces[tail].replace(
            right, central_header("top/b", 7, second, begin + 1)
        )
        with pytest.raises(FormatError) as caught:
            list(read_directory(virtual.read_at, virtual.size))
        assert caught.value.code == ZIP_CONTRADICTION


def test_a_local_header_beyond_four_gib_is_compared() -> None:
    """Its size of 64 bits counts, though the 32-bit fields agree."""
    virtual, _ = sparse_zip({"top/a": 5 * GIB})
    virtual.pieces[0] = local_header("top/a", 7, 5 * GIB + 1)
    with pytest.raises(FormatError) as caught:
        list(read_directory(virtual.read_at, virtual.size))
    assert caught.value.code == ZIP_CONTRADICTION


def test_more_members_than_any_bundle_has_are_refused_before_reading() -> None:
    """The end records alone decide."""
    content = join(b"", count=limits.ZIP_MEMBERS + 1)
    with pytest.raises(LimitError) as caught:
        members(content)
    assert caught.value.limit == "ZIP_MEMBERS"


def test_too_many_names_with_capitals_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """They would have to be remembered."""
    monkeypatch.setattr(limits, "ZIP_CAPITALS", 2)
    members(canonical_zip((f"top/{number}A", b"") for number in range(2)))
    with pytest.raises(LimitError) as caught:
        members(canonical_zip((f"top/{number}A", b"") for number in range(3)))
    assert caught.value.limit == "ZIP_CAPITALS"


def test_a_zip_that_shrinks_while_it_is_read_is_another_form() -> None:
    """Bytes that are no longer there are no directory."""
    content = canonical_zip()
    calls = 0

    def read_at(offset: int, size: int) -> bytes:
        nonlocal calls
        calls += 1
        return content[offset : offset + size] if calls <= 2 else b""

    with pytest.raises(FormatError, match="expected the whole directory, found a part"):
        list(read_directory(read_at, len(content)))


def test_a_zip_that_loses_a_local_header_while_it_is_read_is_another_form() -> None:
    """A header that is no longer there is none."""
    content = canonical_zip()

    def read_at(offset: int, size: int) -> bytes:
        return content[offset : offset + size] if offset else b""

    with pytest.raises(FormatError, match="zip entry 1: expected a local header of the canonical form"):
        list(read_directory(read_at, len(content)))


@pytest.mark.parametrize("block", [1, 45, 46, 47, 55, 100, 166])
def test_the_directory_is_read_across_blocks(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A header may lie on both sides of a block's end, wherever that is."""
    monkeypatch.setattr(container, "_BLOCK_BYTES", block)
    monkeypatch.setattr(container, "_LONGEST_STATED_BYTES", 80)
    assert [member.name for member in members(canonical_zip())] == [name for name, _ in FILES]


def test_a_small_zip_in_memory_is_the_canonical_one() -> None:
    """Whatever the order in which its files are named; read, it gives them back."""
    assert encode_zip(dict(reversed(FILES))) == canonical_zip()
    assert decode_zip(canonical_zip()) == dict(FILES)


def test_data_of_another_crc_are_no_member_of_a_small_zip() -> None:
    """One changed byte, and nothing is returned."""
    content = bytearray(canonical_zip())
    content[min(data_bytes(bytes(content)))] ^= 1
    with pytest.raises(FormatError) as caught:
        decode_zip(bytes(content))
    assert caught.value.code == ZIP_CONTRADICTION
