"""Lines of items.jsonl: three forms, one spelling, closed fields."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest

from custody.errors import FormatError, LimitError
from custody.format.canonical import encode_json
from custody.format.item_fields import ITEM_FIELDS
from custody.format.item_line import (
    ALL_FIELDS,
    ItemLine,
    decode_item_line,
    encode_item_opening,
    encode_open_line,
    encode_partly_open_line,
    encode_withheld_line,
)

KEY = bytes(range(32))
CONTENT: dict[str, Any] = {
    "size": 6,
    "ext": "txt",
    "sha256": "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03",
}
KIND: dict[str, Any] = {"kind": "testimony", "language": "ar", "media_type": "text/plain"}
VALUES: dict[str, Any] = {"content": CONTENT, "name": "شاهد ١.txt", "kind": KIND}
LEAF = "5a" * 32
Line = dict[str, Any]


def salt(name: str) -> str:
    """A salt of its own for each field."""
    return f"{ITEM_FIELDS.index(name):064x}"


def partly(*opened: str, **values: Any) -> bytes:  # noqa: ANN401 - JSON values
    """A partly open line with these fields open."""
    found = {**dict.fromkeys(ITEM_FIELDS), **VALUES, **values}
    openings = {name: (salt(name), found[name]) for name in opened}
    return encode_partly_open_line(openings, {name: LEAF for name in ITEM_FIELDS if name not in opened})


def changed(line: bytes, change: Callable[[Line], object]) -> bytes:
    """A line, changed as a value and encoded again."""
    value: Line = json.loads(line)
    change(value)
    return encode_json(value)


OPEN = encode_open_line(KEY, VALUES)


def test_an_open_line_gives_key_and_all_ten_values() -> None:
    """Fields that were not given are null."""
    line = decode_item_line(OPEN, 1)
    assert (line.mask, line.key) == (ALL_FIELDS, KEY)
    assert dict(zip(ITEM_FIELDS, line.values, strict=True)) == dict.fromkeys(ITEM_FIELDS) | VALUES


def test_a_partly_open_line_gives_openings_and_commitments() -> None:
    """The mask has a bit for each open field."""
    line = decode_item_line(partly("content", "kind"), 1)
    assert line.mask == 0b101
    assert line.openings == {"content": (salt("content"), CONTENT), "kind": (salt("kind"), KIND)}
    assert line.closed is not None
    assert len(line.closed) == 8


def test_a_withheld_line_gives_its_leaf() -> None:
    """Nothing else is known of it."""
    assert decode_item_line(encode_withheld_line(LEAF), 1) == ItemLine(mask=0, leaf=LEAF)


@pytest.mark.parametrize(
    ("line", "content", "kind"),
    [
        (OPEN, CONTENT, KIND),
        (partly("content", "kind"), CONTENT, KIND),
        (partly("content"), CONTENT, None),
        (partly("kind"), None, KIND),
        (partly("name"), None, None),
        (encode_withheld_line(LEAF), None, None),
    ],
    ids=count(),
)
def test_content_and_kind_are_there_when_they_are_open(line: bytes, content: object, kind: object) -> None:
    """In every form of line."""
    found = decode_item_line(line, 1)
    assert (found.content, found.kind) == (content, kind)


def test_padding_is_a_kind_and_nothing_else() -> None:
    """Its content is null."""
    line = decode_item_line(encode_open_line(KEY, {"kind": {"kind": "padding"}}), 1)
    assert (line.content, line.kind) == (None, {"kind": "padding"})


def test_padding_may_be_shown_by_its_kind_alone() -> None:
    """So that a count can be explained without the key."""
    line = decode_item_line(partly("kind", kind={"kind": "padding"}), 1)
    assert line.kind == {"kind": "padding"}


@pytest.mark.parametrize(
    ("line", "pointer"),
    [
        (encode_open_line(KEY, {"kind": {"kind": "padding"}, "content": CONTENT}), "/kind"),
        (encode_open_line(KEY, {"kind": {"kind": "padding"}, "name": "x"}), "/kind"),
        (encode_open_line(KEY, {"kind": {"kind": "padding", "title": "x"}}), "/kind"),
        (encode_open_line(KEY, {"kind": {"kind": "other"}}), "/content"),
        (encode_open_line(KEY, {}), "/content"),
        (partly("kind", "name", kind={"kind": "padding"}), "/open/kind/1"),
        (partly("kind", "content", kind={"kind": "padding"}), "/open/kind/1"),
        (partly("kind", kind={"kind": "padding", "title": "x"}), "/open/kind/1"),
        (partly("kind", "content", content=None), "/open/content/1"),
        (partly("kind", "content", content=None, kind=None), "/open/content/1"),
    ],
    ids=count(),
)
def test_padding_and_content_exclude_each_other(line: bytes, pointer: str) -> None:
    """A null content is padding's alone, and padding hides nothing."""
    with pytest.raises(FormatError) as caught:
        decode_item_line(line, 7)
    assert (caught.value.member, caught.value.pointer) == ("custody/items.jsonl line 7", pointer)


def test_a_null_content_alone_is_not_judged() -> None:
    """While the kind is closed, it may be padding."""
    assert decode_item_line(partly("content", content=None), 1).content is None


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        (lambda line: line.update(key="0" * 63), "/key"),
        (lambda line: line.update(key=None), "/key"),
        (lambda line: line.pop("extra"), ""),
        (lambda line: line.update(note="x"), ""),
        (lambda line: line["content"].update(mtime=1), "/content"),
        (lambda line: line["content"].pop("sha256"), "/content"),
        (lambda line: line["content"].update(size=-1), "/content/size"),
        (lambda line: line["content"].update(size=True), "/content/size"),
        (lambda line: line["content"].update(ext="exe"), "/content/ext"),
        (lambda line: line["content"].update(sha256="A" * 64), "/content/sha256"),
        (lambda line: line.update(name={}), "/name"),
        (lambda line: line["kind"].update(kind="video"), "/kind/kind"),
    ],
    ids=count(),
)
def test_an_open_line_is_closed_at_every_depth(change: Callable[[Line], object], pointer: str) -> None:
    """Members that the format does not have, or not so, are refused where they stand."""
    with pytest.raises(FormatError) as caught:
        decode_item_line(changed(OPEN, change), 1)
    assert caught.value.pointer == pointer


def swap_place(line: Line) -> None:
    """Move a field from open to closed and keep it in open as well."""
    line["closed"]["content"] = LEAF


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        (lambda line: line.update(open={}), ""),
        (lambda line: line.update(closed={}), ""),
        (lambda line: line.update(open=[]), ""),
        (lambda line: line.update(closed="x"), ""),
        (lambda line: line.update(key="0" * 64), ""),
        (lambda line: line["closed"].pop("extra"), ""),
        (lambda line: line["closed"].update(other=LEAF), ""),
        (swap_place, ""),
        (lambda line: line["closed"].update(extra="5A" * 32), "/closed/extra"),
        (lambda line: line["open"].update(kind=[salt("kind")]), "/open/kind"),
        (lambda line: line["open"].update(kind=[salt("kind"), KIND, 0]), "/open/kind"),
        (lambda line: line["open"].update(kind={"0": salt("kind"), "1": KIND}), "/open/kind"),
        (lambda line: line["open"]["kind"].__setitem__(0, "0" * 62), "/open/kind/0"),
        (lambda line: line["open"]["kind"].__setitem__(1, {"kind": "x"}), "/open/kind/1/kind"),
        (lambda line: line["open"]["kind"].__setitem__(0, salt("content")), "/open"),
    ],
    ids=count(),
)
def test_a_partly_open_line_has_each_field_once(change: Callable[[Line], object], pointer: str) -> None:
    """Open or closed, with a salt of its own, both sides not empty."""
    with pytest.raises(FormatError) as caught:
        decode_item_line(changed(partly("content", "kind"), change), 1)
    assert caught.value.pointer == pointer


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"null",
        b"[]",
        b"1",
        b'"short"',
        b'"' + b"5A" * 32 + b'"',
        b'{"key":"00"}',
        OPEN + b"\n",
        b" " + OPEN,
        OPEN.replace(b'"size":6', b'"size":6.0'),
        OPEN.replace(b'"size":6', b'"size":6,"size":6'),
        OPEN.replace("شاهد".encode(), b"\\u0634\\u0627\\u0647\\u062f"),
        json.dumps(json.loads(OPEN)).encode("utf-8"),
        OPEN.decode("utf-8").encode("utf-16"),
        b"\xef\xbb\xbf" + OPEN,
    ],
    ids=count(),
)
def test_another_spelling_is_no_line(line: bytes) -> None:
    """One value has one spelling, and other values are no items."""
    with pytest.raises(FormatError, match=r"items\.jsonl line 3"):
        decode_item_line(line, 3)


def test_a_line_of_64_kib_is_read_and_a_longer_one_is_not() -> None:
    """The limit counts bytes without the line feed."""
    least: dict[str, Any] = {**VALUES, "extra": dict.fromkeys("abcd", "x")}
    spare = 64 * 1024 - len(encode_open_line(KEY, least))
    full, rest = divmod(spare, 4)
    texts = dict.fromkeys("abc", "x" * (1 + full)) | {"d": "x" * (1 + full + rest)}
    extra: dict[str, Any] = {**VALUES, "extra": texts}
    longest = encode_open_line(KEY, extra)
    assert decode_item_line(longest, 1).mask == ALL_FIELDS
    with pytest.raises(LimitError):
        decode_item_line(longest.replace(b'"xx', b'"xxx', 1), 1)


def test_a_printed_line_shows_neither_key_nor_values() -> None:
    """A traceback that shows a line opens nothing."""
    shown = repr(decode_item_line(OPEN, 1)) + repr(decode_item_line(partly("name"), 1))
    assert KEY.hex() not in shown
    assert "شاهد" not in shown
    assert salt("name") not in shown


def test_a_message_shows_no_content() -> None:
    """An error names the place, not what stands there."""
    with pytest.raises(FormatError) as caught:
        decode_item_line(changed(OPEN, lambda line: line["kind"].update(kind="Layla")), 1)
    assert "Layla" not in str(caught.value)


def test_an_opening_of_an_item_names_tag_and_field() -> None:
    """What a commitment hashes."""
    assert encode_item_opening("kind", "0" * 64, None) == f'["{"0" * 64}","item","kind",null]'.encode()
