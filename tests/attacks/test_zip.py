"""Hostile zips: none is accepted, and only those that contradict themselves count against the evidence."""

from __future__ import annotations

import io
import struct
import warnings
import zipfile
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.errors import BundleError, FormatError, LimitError
from custody.format.container import (
    ZIP_CONTRADICTION,
    ZIP_FORM,
    central_header,
    end_of_directory,
    local_header,
)
from tests.zips import FILES, canonical_zip, central, join, local, members

GOOD = canonical_zip()
DIRECTORY = GOOD.index(b"PK\x01\x02")
END = len(GOOD) - 22
A, B = b"first", b"other"
FLAGS_LOCAL, METHOD_LOCAL = 6, 8
FLAGS_CENTRAL, METHOD_CENTRAL, DISK_CENTRAL = 8, 10, 34


def patched(place: int, value: bytes, content: bytes = GOOD) -> bytes:
    """Overwrite bytes of a zip."""
    return content[:place] + value + content[place + len(value) :]


def by_python(compression: int = zipfile.ZIP_STORED, comment: bytes = b"", prefix: bytes = b"") -> bytes:
    """A zip of the same files as Python writes it."""
    target = io.BytesIO()
    target.write(prefix)
    with zipfile.ZipFile(target, "w", compression) as archive:
        for name, data in FILES:
            archive.writestr(name, data)
        archive.comment = comment
    return target.getvalue()


def bomb() -> bytes:
    """Ten megabytes of nothing in ten kilobytes."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("top/zeros", bytes(10_000_000))
    return target.getvalue()


def duplicate_by_python() -> bytes:
    """Two members of one name."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive, warnings.catch_warnings(action="ignore"):
        archive.writestr("top/a", A)
        archive.writestr("top/a", B)
    return target.getvalue()


def streamed_by_python() -> bytes:
    """Written to a pipe: sizes follow the data in descriptors."""

    class Pipe(io.RawIOBase):
        """A target without seeking."""

        def __init__(self) -> None:
            """Begin empty."""
            super().__init__()
            self.content = b""

        def write(self, data: bytes, /) -> int:  # type: ignore[override]
            """Keep what is written."""
            self.content += bytes(data)
            return len(data)

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w") as archive:
        archive.writestr("top/a", A)
    return pipe.content


def with_extra(extra: bytes, *, in_local: bool, in_central: bool) -> bytes:
    """One member whose headers have an extra field."""
    header, listed = local_header("top/a", zlib.crc32(A), 5), central("top/a", A, 0)
    length = struct.pack("<H", len(extra))
    if in_local:
        header = patched(28, length, header) + extra
    if in_central:
        listed = patched(30, length, listed) + extra
    return join(header + A, listed)


def with_wide_end(count: int = 1, locator: bytes | None = None) -> bytes:
    """One member, and end records of zip64 that nothing needs."""
    entry, listed = local("top/a", A), central("top/a", A, 0)
    wide = struct.pack(
        "<4sQ2H2I4Q", b"PK\x06\x06", 44, 0x0314, 45, 0, 0, count, count, len(listed), len(entry)
    )
    offset = len(entry) + len(listed)
    found = locator or struct.pack("<4sIQI", b"PK\x06\x07", 0, offset, 1)
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return entry + listed + wide + found + end


WIDE = struct.pack("<2H2Q", 1, 16, 5, 5)
UNICODE_PATH = struct.pack("<2HBI", 0x7075, 10, 1, 0) + b"top/b"

# No zip of our form: says nothing about the evidence.
OTHER_FORM: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "no zip": lambda: b"x" * 1000,
    "stored by python": by_python,
    "deflated": lambda: by_python(zipfile.ZIP_DEFLATED),
    "compressed with bzip2": lambda: by_python(zipfile.ZIP_BZIP2),
    "bomb": bomb,
    "duplicate by python": duplicate_by_python,
    "data descriptors": streamed_by_python,
    "prefix with right offsets": lambda: by_python(prefix=b"#!/bin/sh\n"),
    "prefix": lambda: b"#!/bin/sh\n" + GOOD,
    "trailing byte": lambda: GOOD + b"\x00",
    "two end records": lambda: GOOD + GOOD[END:],
    "comment": lambda: patched(len(GOOD) - 2, b"\x01\x00") + b"x",
    "end record inside a comment": lambda: patched(len(GOOD) - 2, b"\x16\x00") + GOOD[END:],
    "gap before the directory's end": lambda: GOOD[:END] + b"\x00" + GOOD[END:],
    "directory offset too small": lambda: patched(END + 16, struct.pack("<I", DIRECTORY - 1)),
    "directory size too large": lambda: patched(END + 12, struct.pack("<I", END - DIRECTORY + 1)),
    "only one of the counts": lambda: patched(END + 8, b"\x02\x00"),
    "another disk": lambda: patched(END + 4, b"\x01\x00"),
    "member on another disk": lambda: patched(DIRECTORY + DISK_CENTRAL, b"\x01\x00"),
    "local header says encrypted": lambda: patched(FLAGS_LOCAL, b"\x01\x08"),
    "directory says encrypted": lambda: patched(DIRECTORY + FLAGS_CENTRAL, b"\x01\x08"),
    "names in cp437": lambda: patched(
        FLAGS_LOCAL, b"\x00\x00", patched(DIRECTORY + FLAGS_CENTRAL, b"\x00\x00")
    ),
    "local header says deflated": lambda: patched(METHOD_LOCAL, b"\x08\x00"),
    "directory says deflated": lambda: patched(DIRECTORY + METHOD_CENTRAL, b"\x08\x00"),
    "unknown method": lambda: patched(
        METHOD_LOCAL, b"\x63\x00", patched(DIRECTORY + METHOD_CENTRAL, b"\x63\x00")
    ),
    "forged compressed size": lambda: patched(DIRECTORY + 20, struct.pack("<I", 4)),
    "forged compressed size, local": lambda: patched(18, struct.pack("<I", 4)),
    "symbolic link": lambda: patched(DIRECTORY + 38, struct.pack("<I", 0o120777 << 16)),
    "executable": lambda: patched(DIRECTORY + 38, struct.pack("<I", 0o100755 << 16)),
    "a date": lambda: patched(12, b"\x22\x00"),
    "unicode path, local": lambda: with_extra(UNICODE_PATH, in_local=True, in_central=False),
    "unicode path, directory": lambda: with_extra(UNICODE_PATH, in_local=False, in_central=True),
    "needless zip64": lambda: with_extra(WIDE, in_local=True, in_central=True),
    "needless zip64, local": lambda: with_extra(WIDE, in_local=True, in_central=False),
    "needless zip64, twice": lambda: with_extra(WIDE * 2, in_local=True, in_central=True),
    "needless zip64 end": with_wide_end,
    "zip64 locator elsewhere": lambda: with_wide_end(locator=struct.pack("<4sIQI", b"PK\x06\x07", 0, 0, 1)),
    "zip64 count of 2^40": lambda: with_wide_end(count=1 << 40),
    "missing zip64, size": lambda: join(
        patched(18, b"\xff" * 8, local("top/a", A)), patched(20, b"\xff" * 8, central("top/a", A, 0))
    ),
    "missing zip64, size, directory": lambda: join(
        local("top/a", A), patched(20, b"\xff" * 8, central("top/a", A, 0))
    ),
    "missing zip64, size, local": lambda: join(
        patched(18, b"\xff" * 8, local("top/a", A)), central("top/a", A, 0)
    ),
    "missing zip64, offset": lambda: join(
        local("top/a", A), patched(42, b"\xff" * 4, central("top/a", A, 0))
    ),
    "missing zip64, end, nothing else": lambda: end_of_directory(0xFFFF, 0, 0)[-22:],
    "missing zip64, end": lambda: patched(END + 8, b"\xff" * 4),
    "name length beyond the directory": lambda: join(
        local("top/a", A), patched(28, b"\xff\x00", central("top/a", A, 0))
    ),
    "member comment": lambda: join(
        local("top/a", A), patched(32, b"\x01\x00", central("top/a", A, 0)) + b"x"
    ),
    "half a header": lambda: join(local("top/a", A), central("top/a", A, 0), b"PK\x01\x02" + bytes(60)),
    "no header": lambda: join(local("top/a", A), central("top/a", A, 0), bytes(60)),
    "folder entry": lambda: patched(
        DIRECTORY + 38, struct.pack("<I", 0o40755 << 16), patched(DIRECTORY + 46, b"top/a/txt")
    ),
}


def two(first: str, second: str) -> bytes:
    """A zip of two members with right offsets, whatever their names."""
    return canonical_zip([(first, A), (second, B)])


def named(name: str) -> bytes:
    """A zip of one member of a name outside ASCII."""
    stand_in = "x" * len(name.encode())
    return canonical_zip([(stand_in, A)]).replace(stand_in.encode(), name.encode())


# Each record is of our form, and together they contradict: no honest tool does this.
CONTRADICTION: dict[str, Callable[[], bytes]] = {
    "local name differs": lambda: join(local("top/b", A), central("top/a", A, 0)),
    "local CRC differs": lambda: join(local_header("top/a", 1, 5) + A, central("top/a", A, 0)),
    "local size differs": lambda: join(local_header("top/a", zlib.crc32(A), 4) + A, central("top/a", A, 0)),
    "local name is longer": lambda: join(local("top/aa", A[:4]), central("top/a", A, 0)),
    "duplicate": lambda: two("top/a", "top/a"),
    "descending": lambda: two("top/b", "top/a"),
    "capital and small": lambda: two("top/A", "top/a"),
    "capitals here and there": lambda: two("top/Ab", "top/aB"),
    "a name below a file": lambda: canonical_zip([("top/a", A), ("top/a-b", A), ("top/a/b", A)]),
    "overlap": lambda: join(local("top/a", A), central("top/a", A, 0), central("top/b", A, 0)),
    "quoted overlap": lambda: join(
        local_header("top/a", zlib.crc32(local("top/b", B)), len(local("top/b", B))) + local("top/b", B),
        central("top/a", local("top/b", B), 0),
        central("top/b", B, 35),
    ),
    "hidden entry": lambda: join(
        local("top/a", A) + local("top/b", B) + local("top/c", A),
        central("top/a", A, 0),
        central("top/c", A, len(local("top/a", A) + local("top/b", B))),
    ),
    "hidden entry at the end": lambda: join(local("top/a", A) + local("top/b", B), central("top/a", A, 0)),
    "hidden entry at the start": lambda: join(local("top/a", A) + local("top/b", B), central("top/b", B, 40)),
    "gap between entries": lambda: join(
        local("top/a", A) + b"\x00" + local("top/b", B), central("top/a", A, 0), central("top/b", B, 41)
    ),
    "gap before the directory": lambda: join(local("top/a", A) + b"\x00", central("top/a", A, 0)),
    "directory entry without an entry": lambda: join(
        local("top/a", A), central("top/a", A, 0), central("top/b", B, 40)
    ),
    "data into the directory": lambda: join(
        local_header("top/a", zlib.crc32(A), 60) + A, central_header("top/a", zlib.crc32(A), 60, 0)
    ),
    "one entry more is stated": lambda: join(local("top/a", A), central("top/a", A, 0), count=2),
    "one entry less is stated": lambda: join(
        local("top/a", A) + local("top/b", B), central("top/a", A, 0), central("top/b", B, 40), count=1
    ),
    "seventy thousand entries are stated": lambda: join(
        local("top/a", A), central("top/a", A, 0), count=70_000
    ),
    "entries are stated and none is there": lambda: (
        end_of_directory(0, 0, 0).replace(bytes(4), b"\0\0\1\0", 1) and join(b"", count=1)
    ),
    "a directory for no entry": lambda: join(local("top/a", A), central("top/a", A, 0), count=0),
    **{
        f"name {name!r}": lambda name=name: canonical_zip([(name, A)])  # type: ignore[misc]
        for name in (
            "../a",
            "top/../../a",
            "/etc/passwd",
            "top//a",
            "./a",
            "top/",
            "C:a",
            "top\\a",
            "top/a:b",
            "top/a\x00b",
            "top/a\x1b]0;x",
            "top/NUL.txt",
            "top/a.",
            "top/a ",
            "a" * 1025,
        )
    },
    "name beyond ASCII": lambda: named("top/صورة"),
    "name with a mark of direction": lambda: named("top/a\u202efdp.exe"),
}


@pytest.mark.parametrize("case", OTHER_FORM)
def test_a_zip_of_another_form_says_nothing_about_the_evidence(case: str) -> None:
    """It is not read; the hint says how to go on."""
    with pytest.raises(FormatError) as caught:
        members(OTHER_FORM[case]())
    assert caught.value.code == ZIP_FORM


@pytest.mark.parametrize("case", CONTRADICTION)
def test_a_zip_of_our_form_that_contradicts_itself_is_told_apart(case: str) -> None:
    """It counts against the evidence, for somebody made it so."""
    with pytest.raises(FormatError) as caught:
        members(CONTRADICTION[case]())
    assert caught.value.code == ZIP_CONTRADICTION


def test_a_trillion_stated_members_are_refused_at_once() -> None:
    """Nothing is read and nothing is reserved."""
    with pytest.raises(LimitError):
        members(join(b"", count=1 << 40))


@pytest.mark.parametrize(
    "files",
    [
        [("top/a-b", A), ("top/a/b", A), ("top/ab", B)],
        [("top/inner.zip", GOOD)],
        [("top/bomb.zip", b"PK\x05\x06" + bytes(18))],
        [("-rf", A)],
        [("top/VERIFY.txt", A), ("top/verify.txt.asc", A)],
    ],
)
def test_a_harmless_neighbour_is_accepted(files: list[tuple[str, bytes]]) -> None:
    """Strict is not suspicious: data are opaque, odd names are names."""
    assert [member.name for member in members(canonical_zip(files))] == [name for name, _ in files]


@given(st.binary(max_size=200))
def test_any_bytes_are_members_or_an_error(content: bytes) -> None:
    """No other exception leaves the reader."""
    with pytest.raises(BundleError):
        members(content)


PLACES = st.integers(0, len(GOOD) - 1)


@given(st.lists(st.tuples(PLACES, st.binary(min_size=1, max_size=8)), min_size=1, max_size=4))
def test_any_mutation_is_the_same_zip_or_an_error(changes: list[tuple[int, bytes]]) -> None:
    """What is accepted has the headers of the good one, bit for bit."""
    content = GOOD
    for place, value in changes:
        content = patched(place, value, content)[: len(GOOD)]
    try:
        found = members(content)
    except BundleError:
        return
    assert found == members(GOOD)


@given(
    st.lists(
        st.tuples(st.sampled_from(["top/a", "top/b", "top/c", "top/B"]), st.binary(max_size=4)), max_size=4
    )
)
def test_files_are_read_exactly_when_their_names_ascend(files: list[tuple[str, bytes]]) -> None:
    """Every such zip is of our form, so it is read or contradicts itself."""
    names = [name for name, _ in files]
    content = canonical_zip(files)
    if names == sorted(set(names)) and not {"top/b", "top/B"} <= set(names):
        assert [member.name for member in members(content)] == names
    else:
        with pytest.raises(FormatError) as caught:
            members(content)
        assert caught.value.code == ZIP_CONTRADICTION
