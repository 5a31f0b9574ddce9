"""Items as lines, leaves and a root: the fast writer against the plain formulas of the format."""

from __future__ import annotations

import hashlib
import os
from array import array
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.errors import LimitError, UsageError
from custody.format.canonical import encode_json
from custody.format.item_fields import ITEM_FIELDS
from custody.format.item_line import decode_item_line
from custody.proof.commitment import leaf_of_open_item
from custody.proof.merkle import root_of
from custody.sealing.draft import Draft
from custody.sealing.items_writer import (
    PADDING,
    Content,
    HashedWrites,
    ItemsWriter,
    KindCache,
    numbers_of,
)
from custody.sealing.numbering import draw_order, padded_count

BUNDLE = "ab" * 16
CONTENT = Content(5, "txt", "cd" * 32, "text/plain")


def written(draft: Draft, order: list[int], content: Content = CONTENT) -> tuple[list[bytes], str, bytes]:
    """The lines, the root and the manifest of a draft in an order."""
    lines: list[bytes] = []
    manifest: list[bytes] = []
    writer = ItemsWriter(BUNDLE, draft.rows, array("I", order), os.urandom, lines.append, manifest.append)
    for place in order:
        if place == PADDING:
            writer.add_padding()
        else:
            writer.add(content)
    return lines, writer.root(), b"".join(manifest)


def draft() -> Draft:
    """Two items with every field that people give."""
    first = Draft().add(
        "/nowhere/a",
        name="شاهد.txt",
        kind="testimony",
        origin={"method": "m"},
        time={"offset": "+03:00"},
        place="p",
        people=[{"id": "W"}],
        terms={"consent": {"given": True}},
        derivation={"of": [{"item": 2}], "how": "h"},
        extra={"k": "v"},
    )
    return first.add("/nowhere/b", name=b"\xff")


def test_lines_are_canonical_and_the_root_is_theirs() -> None:
    """Each line reads back, and leaves recomputed from the values give the root."""
    lines, root, _ = written(draft(), [1, PADDING, 0])
    leaves = []
    for index, line in enumerate(lines):
        item = decode_item_line(line.removesuffix(b"\n"), index + 1)
        assert item.key is not None
        fields = [encode_json(value) for value in item.values]
        leaves.append(leaf_of_open_item(item.key, fields, bytes.fromhex(BUNDLE), index))
    assert root_of(leaves).hex() == root


def test_values_stand_under_their_names() -> None:
    """The order of the members in a line is not the order of the fields."""
    lines, _, manifest = written(draft(), [1, PADDING, 0])
    values: dict[str, Any] = dict(zip(ITEM_FIELDS, decode_item_line(lines[2][:-1], 3).values, strict=True))
    assert values == {
        "content": {"size": 5, "ext": "txt", "sha256": "cd" * 32},
        "name": "شاهد.txt",
        "kind": {"kind": "testimony", "media_type": "text/plain"},
        "origin": {"method": "m"},
        "time": {"offset": "+03:00"},
        "place": {"description": "p"},
        "people": {"persons": [{"id": "W"}]},
        "terms": {"consent": {"given": True}},
        "derivation": {"of": [{"item": 1}], "how": "h"},
        "extra": {"k": "v"},
    }
    digest = "cd" * 32
    assert manifest.decode() == f"{digest}  data/000001.txt\n{digest}  data/000003.txt\n"


def test_a_word_in_a_text_is_no_reference() -> None:
    """Only members that hold numbers of items are replaced."""
    text = 'x "form_item": 1 and "item": 2'
    base = Draft().add("/nowhere/a", extra={"k": text}, terms={"conditions": text})
    base = base.add("/nowhere/b", terms={"consent": {"given": True, "narrative": text}})
    lines, _, _ = written(base, [0, 1])
    assert decode_item_line(lines[0][:-1], 1).values[7] == {"conditions": text}


def test_a_line_too_long_is_refused() -> None:
    """A longest name, whose characters are all escaped, and longest texts."""
    texts = {"changes": "\x01" * 6_000}
    with pytest.raises(LimitError, match="line 1"):
        written(Draft().add("/nowhere", name="\x01" * 4096, origin=texts), [0], Content(1, "", "x" * 9000))


def test_writes_are_gathered_and_hashed() -> None:
    """A megabyte at a time reaches the file, and the digest is of everything."""
    blocks: list[bytes] = []
    writes = HashedWrites(blocks.append)
    for _ in range(3):
        writes.write(bytes(600_000))
    assert [len(block) for block in blocks] == [1_200_000]
    assert writes.flush() == hashlib.sha256(bytes(1_800_000)).hexdigest()
    assert writes.flush() == writes.flush()
    assert sum(map(len, blocks)) == 1_800_000


def test_many_kinds_do_not_fill_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is kept is bounded."""
    monkeypatch.setattr("custody.sealing.items_writer._KINDS_KEPT", 2)
    cache = KindCache()
    found = [cache.encode(b"null", media_type) for media_type in ("a/b", "c/d", "e/f", "a/b")]
    assert found[0] == found[3] == b'{"kind":"other","media_type":"a/b"}'


def test_numbers_are_the_inverse_of_the_order() -> None:
    """Padding has no place in the draft."""
    assert list(numbers_of(array("I", [2, PADDING, 0, 1])))[:3] == [3, 4, 1]


@given(st.integers(1, 300))
def test_a_random_order_is_a_permutation(count: int) -> None:
    """Every place has one number."""
    assert sorted(draw_order(lambda _: b"", count, "random", os.urandom)) == list(range(count))


def test_every_order_comes_up() -> None:
    """Six orders of three, each about as often."""
    drawn = Counter(tuple(draw_order(lambda _: b"", 3, "random", os.urandom)) for _ in range(1200))
    assert len(drawn) == 6
    assert min(drawn.values()) > 120


def test_the_order_depends_on_randomness_alone() -> None:
    """The generator of test vectors draws the same order again."""
    orders = [list(draw_order(lambda _: b"", 5000, "random", bytes)) for _ in range(2)]
    assert orders[0] == orders[1]


def test_another_order_is_refused() -> None:
    """There are two."""
    with pytest.raises(UsageError, match="random or path"):
        draw_order(lambda _: b"", 1, "size", os.urandom)


@pytest.mark.parametrize(
    ("count", "lines"),
    [(1, 16), (16, 16), (17, 18), (100, 104), (1000, 1024), (4097, 4608), (1_000_000, 1_048_576)],
)
def test_padding_goes_to_four_significant_bits(count: int, lines: int) -> None:
    """At most one line in eight is padding."""
    assert padded_count(count) == lines
