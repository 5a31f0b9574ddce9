"""Finding 2: items.jsonl against the sealed count and root."""

from __future__ import annotations

from collections.abc import Iterator

from custody.format.bag import ITEMS_PATH
from custody.format.item_line import decode_item_line, encode_open_line
from tests.tools.bundles import Bundle, Item, make_bundle
from tests.vectors.vector import Vector
from tests.vectors.world import World, vector


def _with_lines(bundle: Bundle, lines: list[bytes], *, end: bytes = b"\n") -> Bundle:
    return bundle.edit({ITEMS_PATH: b"\n".join(lines) + end})


def vectors(world: World) -> Iterator[Vector]:
    """Yield the vectors."""
    base = world.base
    lines = base.files[ITEMS_PATH].splitlines()
    yield from _malformed(base, lines)
    yield vector(
        "items-missing",
        base.edit({ITEMS_PATH: None}),
        "items.jsonl is missing",
        "refuted ITEMS_MISSING",
        tags="audit",
    )
    yield vector(
        "items-empty",
        base.edit({ITEMS_PATH: b""}),
        "items.jsonl is empty",
        "refuted ITEM_COUNT",
        tags="audit",
    )
    cut = _with_lines(base, lines[:2]).edit({"data/000003.txt": None}).rewrap()
    yield vector(
        "items-line-removed",
        cut,
        "the last line and its file were removed",
        "refuted ITEM_COUNT",
        tags="audit",
    )
    grown = _with_lines(base, [*lines, _line(lines[2], name="copy.txt")]).edit(
        {"data/000004.txt": base.files["data/000003.txt"]}
    )
    yield vector(
        "items-line-added",
        grown.rewrap(),
        "a line and its file were added",
        "refuted ITEM_COUNT",
        tags="audit",
    )
    same = [item for item in lines if b'"ext":"txt"' in item]
    swapped = _with_lines(base, [lines[2], lines[1], lines[0]]).edit(
        {"data/000001.txt": base.files["data/000003.txt"], "data/000003.txt": base.files["data/000001.txt"]}
    )
    assert len(same) == 2
    yield vector(
        "items-lines-swapped",
        swapped.rewrap(),
        "two items changed places, files and wrapping with them",
        "refuted ROOT_MISMATCH",
        tags="audit",
    )
    edited = _with_lines(base, [_line(lines[0], name="other.txt"), *lines[1:]]).rewrap()
    yield vector(
        "items-name-edited", edited, "the name of an item was edited", "refuted ROOT_MISMATCH", tags="audit"
    )
    other = decode_item_line(lines[0], 1)
    rekeyed = encode_open_line(b"\x01" * 32, dict(zip(_names(), other.values, strict=True)))
    yield vector(
        "items-key-replaced",
        _with_lines(base, [rekeyed, *lines[1:]]).rewrap(),
        "the key of an item was replaced",
        "refuted ROOT_MISMATCH",
        tags="audit",
    )
    twin = make_bundle(signers=[world.plain], name="twin")
    moved = base.edit({ITEMS_PATH: twin.files[ITEMS_PATH]}).rewrap()
    yield vector(
        "items-of-another-bundle",
        moved,
        "the items of another bundle with the same files",
        "refuted ROOT_MISMATCH",
        tags="audit",
    )
    padded = make_bundle(
        [*_padding(), Item(data=b"x", ext="txt", fields={"kind": {"kind": "record"}})],
        signers=[world.plain],
        name="padding",
    )
    yield vector(
        "items-padding",
        padded,
        "padding items are counted and have no file",
        "proven ITEMS_MATCH",
        tags="audit",
    )


def _names() -> tuple[str, ...]:
    from custody.format.item_fields import ITEM_FIELDS  # noqa: PLC0415

    return ITEM_FIELDS


def _line(line: bytes, **fields: object) -> bytes:
    item = decode_item_line(line, 1)
    values = dict(zip(_names(), item.values, strict=True))
    return encode_open_line(item.key or b"", {**values, **fields})  # type: ignore[dict-item]


def _padding() -> list[Item]:
    return [Item(data=None, fields={"kind": {"kind": "padding"}})] * 2


def _malformed(base: Bundle, lines: list[bytes]) -> Iterator[Vector]:
    first, rest = lines[0], lines[1:]
    forms = {
        "space": (first.replace(b'":', b'": ', 1), "a space after a colon"),
        "duplicate-member": (first.replace(b'"extra":null', b'"extra":null,"extra":null'), "a member twice"),
        "unknown-member": (
            first.replace(b'"extra":null', b'"extra":null,"fake":1'),
            "a member that the format does not have",
        ),
        "missing-member": (first.replace(b'"extra":null,', b""), "a field is missing"),
        "float": (first.replace(b'"size":', b'"size":1.0,"x":'), "a float"),
        "escape": (first.replace(b'"txt"', b'"\\u0074xt"'), "an escape where none is needed"),
        "upper-case-hex": (_upper(first), "upper-case hex in a key"),
        "line-empty": (b"", "an empty line"),
        "not-json": (b"{", "no JSON"),
        "bom": (b"\xef\xbb\xbf" + first, "a byte order mark"),
        "carriage-return": (first + b"\r", "a carriage return"),
        "extension": (first.replace(b'"ext":"txt"', b'"ext":"exe"'), "an extension that is not on the list"),
        "number": (b"1", "a number where an item stands"),
        "leaf-short": (b'"' + b"0" * 63 + b'"', "a withheld leaf of 63 digits"),
        "null-content": (_null_content(first), "an open item without content that is no padding"),
    }
    for name, (line, comment) in forms.items():
        yield vector(
            f"items-{name}", _with_lines(base, [line, *rest]), comment, "refuted ITEM_MALFORMED", tags="audit"
        )
    long = first.replace(
        b'"extra":null',
        b'"extra":{"a":"'
        + b"x" * 16384
        + b'","b":"'
        + b"x" * 16384
        + b'","c":"'
        + b"x" * 16384
        + b'","d":"'
        + b"x" * 16384
        + b'"}',
    )
    yield vector(
        "items-line-too-long",
        _with_lines(base, [long, *rest]),
        "a line longer than 64 KiB",
        "refuted ITEM_MALFORMED",
    )
    yield vector(
        "items-no-last-line-feed",
        _with_lines(base, lines, end=b""),
        "the last line feed is missing",
        "refuted ITEM_MALFORMED",
        tags="audit",
    )
    both = b'{"closed":{"name":"' + b"0" * 64 + b'"},"open":{"name":["' + b"0" * 64 + b'","x"]}}'
    yield vector(
        "items-field-open-and-closed",
        _with_lines(base, [both, *rest]),
        "a field that is open and closed",
        "refuted ITEM_MALFORMED",
        tags="audit",
    )


def _upper(line: bytes) -> bytes:
    start = line.index(b'"key":"') + 7
    return line[:start] + line[start : start + 64].upper() + line[start + 64 :]


def _null_content(line: bytes) -> bytes:
    start = line.index(b'"content":') + 10
    return line[:start] + b"null" + line[line.index(b',"derivation"') :]
