"""The canonical zip: one byte sequence for one set of files, regenerated and compared, never extracted.

The form (bundle spec, "Zip"; records of PKWARE APPNOTE 6.3.10, sections 4.3 and 4.5.3): STORED regular
files, names ASCII and strictly ascending bytewise, each entry beginning where the one before it ended, the
first at offset 0, then the directory, then the end records, and nothing else. Every field that is not a
name, a CRC-32, a size, an offset or a count is fixed. zip64 fields stand exactly where a narrower field
cannot hold the value.

The reader takes only these values from each header, makes the headers again with the writer's own functions,
and compares. So there is no reading case by case that another reader could do otherwise.

**Two ways to fail**, by the code of the `FormatError`:

`ZIP_FORM`: this is no zip of our form, and nothing is said about the evidence. Some other tool may have
made it, or the transport cut it off.

* The last 22 bytes are no end record with an empty comment (so: truncated, a comment, bytes after the end),
  or the end records are not those that the writer makes for the values that they state.
* Directory and end records do not meet: a prefix, a gap, bytes in between.
* A header, central or local, is not the one that the writer makes for the values *that this header states*:
  another signature, method, flag, time, version, attribute, extra field, comment, compressed size, a
  needless or missing zip64 field.

`ZIP_CONTRADICTION`: each record alone is of our form, and together they contradict each other. No honest tool
makes this.

* A local header states another name, CRC or size than its central one.
* An entry does not begin where the one before it ended, or the last one does not end where the directory
  begins: overlaps, gaps, hidden entries, entries without data.
* A name is outside the grammar (`custody.format.path`), not greater than the one before it, below another
  file, or the same as another but for upper and lower case.
* The number of entries or the size of the directory is not what the end record states.
* Data have another CRC-32: found by who streams them, see `Member.crc32`.

The first fault in the order of the directory decides. More members than any bundle has are a `LimitError`.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator, Mapping
from typing import Final, TypeAlias

from attrs import frozen

from custody.errors import FormatError, LimitError
from custody.format import limits
from custody.format.path import is_path

ReadAt: TypeAlias = Callable[[int, int], bytes]
"""Takes offset and size in bytes, returns the bytes there; fewer only at the end of the file."""

ZIP_FORM: Final = "ZIP_FORM"
ZIP_CONTRADICTION: Final = "ZIP_CONTRADICTION"

_LOCAL: Final = struct.Struct("<4s5H3I2H")
_CENTRAL: Final = struct.Struct("<4s6H3I5H2I")
_END: Final = struct.Struct("<4s4H2IH")
_END_64: Final = struct.Struct("<4sQ2H2I4Q")
_LOCATOR: Final = struct.Struct("<4sIQI")
_LOCAL_MARK: Final = b"PK\x03\x04"
_CENTRAL_MARK: Final = b"PK\x01\x02"
_END_MARK: Final = b"PK\x05\x06"
_END_64_MARK: Final = b"PK\x06\x06"
_LOCATOR_MARK: Final = b"PK\x06\x07"
_ALL_ENDS_BYTES: Final = _END_64.size + _LOCATOR.size + _END.size
_MADE_BY: Final = 0x0314  # Unix, version 2.0
_NEEDED: Final = 20
_NEEDED_64: Final = 45
_FLAGS: Final = 0x0800  # names are UTF-8
_STORED: Final = 0
_TIME: Final = 0
_DATE: Final = 0x0021  # 1980-01-01
_ATTRIBUTES: Final = 0o100644 << 16  # a regular file
_EXTRA_64: Final = 1
_MAX_16: Final = 0xFFFF
_MAX_32: Final = 0xFFFFFFFF
_WIDE: Final = 8  # bytes of a zip64 value
_LEAST_HEADER_BYTES: Final = _CENTRAL.size + 1
_MOST_HEADER_BYTES: Final = _CENTRAL.size + limits.PATH_BYTES + 4 + 3 * _WIDE
_LONGEST_STATED_BYTES: Final = _CENTRAL.size + 3 * _MAX_16  # what the three lengths of a header can add up to
_BLOCK_BYTES: Final = limits.MIB
_CENTRAL_VALUES: Final = struct.Struct(
    "<16x3I3H"
)  # CRC, compressed size, size, lengths of name, extra, comment
_CENTRAL_OFFSET: Final = struct.Struct("<42xI")
_LOCAL_VALUES: Final = struct.Struct("<14x3I2H")  # CRC, compressed size, size, lengths of name, extra
_WIDE_VALUE: Final = struct.Struct("<Q")
_HINT: Final = "unpack it with your own tool and verify the folder"


@frozen
class Member:
    """One file of a zip whose headers agree.

    Attributes:
        name: its path, of the grammar in `custody.format.path`.
        data_offset: where its bytes begin in the zip.
        size_bytes: how many they are.
        crc32: what `zlib.crc32` must give for them; another value is a contradiction.
    """

    name: str
    data_offset: int
    size_bytes: int
    crc32: int


@frozen
class _End:
    count: int
    directory_bytes: int
    directory_offset: int


def local_header(name: str, crc32: int, size_bytes: int) -> bytes:
    """Make the header before the data of a file: 30 bytes, the name, 20 bytes of zip64 from 4 GiB − 1 on."""
    return _local_header(name.encode("ascii"), crc32, size_bytes)


def central_header(name: str, crc32: int, size_bytes: int, offset: int) -> bytes:
    """Make the directory's header of a file whose local header begins at `offset`."""
    return _central_header(name.encode("ascii"), crc32, size_bytes, offset)


def end_of_directory(count: int, directory_bytes: int, directory_offset: int) -> bytes:
    """Make the end records: 22 bytes, 98 where a value needs zip64.

    Args:
        count: how many files.
        directory_bytes: the size of all central headers together.
        directory_offset: where the first central header begins.
    """
    ends = b""
    if count >= _MAX_16 or directory_bytes >= _MAX_32 or directory_offset >= _MAX_32:
        values = (count, count, directory_bytes, directory_offset)
        ends = _END_64.pack(_END_64_MARK, _END_64.size - 12, _MADE_BY, _NEEDED_64, 0, 0, *values)
        ends += _LOCATOR.pack(_LOCATOR_MARK, 0, directory_offset + directory_bytes, 1)
    narrow_count = min(count, _MAX_16)
    narrow = min(directory_bytes, _MAX_32), min(directory_offset, _MAX_32)
    return ends + _END.pack(_END_MARK, 0, 0, narrow_count, narrow_count, *narrow, 0)


def read_directory(read_at: ReadAt, size_bytes: int) -> Iterator[Member]:
    """Read the members of a canonical zip in order, in bounded memory.

    Members may be believed only when the iterator has ended without an error: a later header can show that
    the zip is refused. Data are not read; who reads them compares `Member.crc32`.

    Args:
        read_at: gives bytes of the zip.
        size_bytes: the size of the zip.

    Raises:
        FormatError: code `ZIP_FORM` or `ZIP_CONTRADICTION`, see the module.
        LimitError: more members than `limits.ZIP_MEMBERS`, or more names with capitals than `ZIP_CAPITALS`.
    """
    end = _read_end(read_at, size_bytes)
    names = _Names()
    position = count = 0
    for header in _central_headers(read_at, end):
        count += 1
        name, crc32, size = _central_values(header)
        if header != _central_header(name, crc32, size, position):
            raise _refused_central(header, count)
        path = names.next(name, count)
        local = _local_header(name, crc32, size)
        data_offset = position + len(local)
        if data_offset + size > end.directory_offset:
            raise _contradiction(count, "data that end before the directory", "longer ones")
        if read_at(position, len(local)) != local:
            raise _refused_local(read_at, position, count)
        position = data_offset + size
        yield Member(path, data_offset, size, crc32)
    if count != end.count:
        raise _contradiction(count, f"{end.count} entries, as the end record states", f"{count}")
    if position != end.directory_offset:
        raise _contradiction(count, "a directory where the last data end", "a gap")


def encode_zip(files: Mapping[str, bytes]) -> bytes:
    """Make the canonical zip of a few small files that are in memory.

    Args:
        files: their bytes by their names, which are of the grammar in `custody.format.path`.
    """
    entries, directory = bytearray(), bytearray()
    for name, data in sorted(files.items()):
        crc32 = zlib.crc32(data)
        directory += central_header(name, crc32, len(data), len(entries))
        entries += local_header(name, crc32, len(data)) + data
    return bytes(entries + directory) + end_of_directory(len(files), len(directory), len(entries))


def decode_zip(content: bytes) -> dict[str, bytes]:
    """Read all members of a canonical zip that is in memory, by their names.

    Raises:
        FormatError: code `ZIP_FORM` or `ZIP_CONTRADICTION`, see the module.
        LimitError: as `read_directory`.
    """
    files = {}
    members = list(read_directory(lambda offset, size: content[offset : offset + size], len(content)))
    for count, member in enumerate(members, start=1):
        data = content[member.data_offset : member.data_offset + member.size_bytes]
        if zlib.crc32(data) != member.crc32:
            raise _contradiction(count, "data with the CRC-32 that the headers state", "others")
        files[member.name] = data
    return files


def _local_header(name: bytes, crc32: int, size: int) -> bytes:
    if size < _MAX_32:
        needed, narrow, extra = _NEEDED, size, b""
    else:
        needed, narrow = _NEEDED_64, _MAX_32
        extra = _wide_extra(size, size)
    fixed = _LOCAL.pack(
        _LOCAL_MARK, needed, _FLAGS, _STORED, _TIME, _DATE, crc32, narrow, narrow, len(name), len(extra)
    )
    return fixed + name + extra


def _central_header(name: bytes, crc32: int, size: int, offset: int) -> bytes:
    needed, narrow, narrow_offset, extra = _NEEDED, size, offset, b""
    if size >= _MAX_32 or offset >= _MAX_32:
        needed = _NEEDED_64
        narrow, narrow_offset = min(size, _MAX_32), min(offset, _MAX_32)
        sizes = (size, size) if size >= _MAX_32 else ()
        extra = _wide_extra(*sizes, *((offset,) if offset >= _MAX_32 else ()))
    fixed = _CENTRAL.pack(
        _CENTRAL_MARK,
        _MADE_BY,
        needed,
        _FLAGS,
        _STORED,
        _TIME,
        _DATE,
        crc32,
        narrow,
        narrow,
        len(name),
        len(extra),
        0,  # comment
        0,  # disk
        0,  # internal attributes
        _ATTRIBUTES,
        narrow_offset,
    )
    return fixed + name + extra


def _wide_extra(*values: int) -> bytes:
    return struct.pack(f"<2H{len(values)}Q", _EXTRA_64, _WIDE * len(values), *values)


def _read_end(read_at: ReadAt, size_bytes: int) -> _End:
    """Read the end records at the very end; nothing is searched for."""
    tail = read_at(size_bytes - _END.size, _END.size) if size_bytes >= _END.size else b""
    if len(tail) != _END.size or tail[:4] != _END_MARK or tail[-2:] != b"\0\0":
        raise _other_form("an end record with an empty comment at the end", "none")
    *_, count, directory_bytes, directory_offset, _comment = _END.unpack(tail)
    if count == _MAX_16 or _MAX_32 in (directory_bytes, directory_offset):
        wide = read_at(max(size_bytes - _ALL_ENDS_BYTES, 0), _END_64.size)
        if len(wide) == _END_64.size:
            *_, count, directory_bytes, directory_offset = _END_64.unpack(wide)
    records_bytes = size_bytes - directory_offset - directory_bytes
    if records_bytes not in (_END.size, _ALL_ENDS_BYTES):
        raise _other_form("a directory that ends where the end records begin", "another place")
    records = end_of_directory(count, directory_bytes, directory_offset)
    if read_at(size_bytes - records_bytes, records_bytes) != records:
        raise _other_form("the end records of the canonical form", "other ones")
    if count > limits.ZIP_MEMBERS:
        raise LimitError("zip", limit="ZIP_MEMBERS", maximum=limits.ZIP_MEMBERS, value=count)
    if not _LEAST_HEADER_BYTES * count <= directory_bytes <= _MOST_HEADER_BYTES * count:
        raise _contradiction(0, "a directory as large as its entries", "another size")
    return _End(count, directory_bytes, directory_offset)


def _central_headers(read_at: ReadAt, end: _End) -> Iterator[bytes]:
    """Cut the directory into headers by the lengths that each states, reading it in blocks."""
    buffer, start = b"", 0
    unread, last = end.directory_offset, end.directory_offset + end.directory_bytes
    while unread < last or start < len(buffer):
        while unread < last and len(buffer) - start < _LONGEST_STATED_BYTES:
            block = read_at(unread, min(_BLOCK_BYTES, last - unread))
            if not block:
                raise _other_form("the whole directory", "a part")
            unread += len(block)
            buffer, start = buffer[start:] + block, 0
        fixed = buffer[start : start + _CENTRAL.size]
        if len(fixed) < _CENTRAL.size or not fixed.startswith(_CENTRAL_MARK):
            raise _other_form("a header of the directory", "something else")
        *_, name_bytes, extra_bytes, comment_bytes = _CENTRAL_VALUES.unpack_from(fixed)
        stop = start + _CENTRAL.size + name_bytes + extra_bytes + comment_bytes
        yield buffer[start:stop]
        start = stop


def _central_values(header: bytes) -> tuple[bytes, int, int]:
    """Return the name, the CRC and the size that a central header states, right or wrong."""
    crc32, _, size, name_bytes, _, _ = _CENTRAL_VALUES.unpack_from(header)
    after_name = _CENTRAL.size + name_bytes
    if size == _MAX_32:
        size = _wide_value(header, after_name, 0, size)
    return header[_CENTRAL.size : after_name], crc32, size


def _wide_value(header: bytes, extra_offset: int, index: int, narrow: int) -> int:
    """Return the zip64 value at an index of the extra field, or the narrow one where there is none."""
    offset = extra_offset + 4 + _WIDE * index
    wide: int = _WIDE_VALUE.unpack_from(header, offset)[0] if len(header) >= offset + _WIDE else narrow
    return wide


def _refused_central(header: bytes, count: int) -> FormatError:
    """Say why a central header does not belong here: of another form, or of ours and misplaced."""
    name, crc32, size = _central_values(header)
    offset: int = _CENTRAL_OFFSET.unpack_from(header)[0]
    if offset == _MAX_32:
        offset = _wide_value(header, _CENTRAL.size + len(name), 2 if size >= _MAX_32 else 0, offset)
    if header == _central_header(name, crc32, size, offset):
        return _contradiction(count, "an entry that begins where the one before it ended", "another offset")
    return _other_form("a directory header of the canonical form", "another one", count)


def _refused_local(read_at: ReadAt, position: int, count: int) -> FormatError:
    """Say why a local header is not what the directory states: of another form, or of ours and different."""
    fixed = read_at(position, _LOCAL.size)
    if len(fixed) == _LOCAL.size:
        crc32, _, size, name_bytes, extra_bytes = _LOCAL_VALUES.unpack(fixed)
        header = read_at(position, _LOCAL.size + name_bytes + extra_bytes)
        after_name = _LOCAL.size + name_bytes
        if size == _MAX_32:
            size = _wide_value(header, after_name, 0, size)
        if header == _local_header(header[_LOCAL.size : after_name], crc32, size):
            return _contradiction(count, "a local header with the directory's values", "other values")
    return _other_form("a local header of the canonical form", "another one", count)


class _Names:
    """What must be remembered of the names before, to compare the next one with; little, for they ascend."""

    def __init__(self) -> None:
        self._previous = b""
        self._prefixes: list[str] = []  # earlier names that the last name begins with, and itself
        self._folded: set[str] = set()  # names with capitals, in lower case

    def next(self, name: bytes, count: int) -> str:
        """Check the next name of the directory and return it as text."""
        path = name.decode("ascii", "replace")
        if not is_path(path):
            raise _contradiction(count, "a name of the grammar of paths", "another name")
        if name <= self._previous:
            raise _contradiction(count, "names in ascending order, each once", "another order")
        self._previous = name
        prefixes = self._prefixes
        while prefixes and not path.startswith(prefixes[-1]):
            prefixes.pop()
        if any(path[len(prefix)] == "/" for prefix in prefixes):
            raise _contradiction(count, "folders that are no files", "a name below a file")
        prefixes.append(path)
        self._check_case(path, count)
        return path

    def _check_case(self, path: str, count: int) -> None:
        """Refuse a name that another system would not tell from an earlier one.

        Bytewise, capitals come before small letters: of the names that differ only in case, the one without
        any capital comes last. So only those with capitals need be remembered.
        """
        folded = path.lower()
        if folded in self._folded:
            raise _contradiction(count, "names that differ by more than case", "two that do not")
        if folded != path:
            self._folded.add(folded)
            if len(self._folded) > limits.ZIP_CAPITALS:
                raise LimitError(
                    "zip", limit="ZIP_CAPITALS", maximum=limits.ZIP_CAPITALS, value=len(self._folded)
                )


def _where(count: int) -> str:
    return f"zip entry {count}" if count else "zip"


def _other_form(expected: str, found: str, count: int = 0) -> FormatError:
    return FormatError(_where(count), expected=expected, found=found, code=ZIP_FORM, hint=_HINT)


def _contradiction(count: int, expected: str, found: str) -> FormatError:
    return FormatError(_where(count), expected=expected, found=found, code=ZIP_CONTRADICTION)
