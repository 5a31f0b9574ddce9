"""The items of a bundle with what is open of them, one at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from custody.errors import BundleError
from custody.exporting.flatten import facts_of
from custody.exporting.view import ItemView
from custody.format.bag import ITEMS_PATH
from custody.format.item_fields import ITEM_FIELDS
from custody.format.item_line import ItemLine, decode_item_line
from custody.format.limits import ITEM_LINE_BYTES
from custody.proof.merkle import RootBuilder
from custody.storage.source import BundleSource
from custody.verification.items import leaf_of

_WITHOUT_FACTS = frozenset({"content", "name"})
# Digests of the file before it was sealed: they would tell a closed content as surely as its own digest.
_DIGESTS_OF_THE_FILE = frozenset({"original_digest", "copy_digest"})


class OpenItems:
    """Every item of which something is open, padding left out; each iteration reads the bundle anew."""

    def __init__(self, source: BundleSource, *, bundle_id: str, root: str) -> None:
        """Take the open bundle, its id, and the root that was verified (32 and 64 hex digits)."""
        self._source = source
        self._bundle_id = bytes.fromhex(bundle_id)
        self._root = root

    def __iter__(self) -> Iterator[ItemView]:
        """Yield the items by number.

        Raises:
            BundleError: code ROOT_MISMATCH, after the last one: they are not what was verified.
            StorageError: the machine refused to read.
        """
        builder = RootBuilder()
        for index, data in enumerate(self._source.lines(ITEMS_PATH, ITEM_LINE_BYTES)):
            line = decode_item_line(data, index + 1)
            leaf = leaf_of(line, self._bundle_id, index)
            builder.add(leaf)
            kind = line.kind
            if line.mask and (kind is None or kind["kind"] != "padding"):
                yield item_view(line, number=index + 1, leaf=leaf.hex())
        if builder.root().hex() != self._root:
            raise BundleError(f"{ITEMS_PATH}: expected the sealed root, found another", code="ROOT_MISMATCH")


def item_view(line: ItemLine, *, number: int, leaf: str) -> ItemView:
    """Return what is open of one item.

    Args:
        line: the decoded line.
        number: of the item, from 1.
        leaf: its leaf, 64 hex digits.
    """
    fields = _open_fields(line)
    content, name, kind = fields.get("content"), fields.get("name"), fields.get("kind") or {}
    if content is None and "origin" in fields:
        fields["origin"] = {
            member: value for member, value in fields["origin"].items() if member not in _DIGESTS_OF_THE_FILE
        }
    derivation = fields.get("derivation") or {"of": ()}
    facts = [
        fact
        for field, value in fields.items()
        if field not in _WITHOUT_FACTS
        for fact in facts_of(field, value)
    ]
    if isinstance(name, Mapping):
        facts.insert(0, ("name.base64", name["base64"]))
    return ItemView(
        number=number,
        leaf=leaf,
        content=content,
        name=name if isinstance(name, str) else None,
        title=kind.get("title"),
        media_type=kind.get("media_type"),
        originals=tuple(sorted({one["item"] for one in derivation["of"] if "bundle" not in one})),
        facts=tuple(facts),
        closed=tuple(name for name in ITEM_FIELDS if name in (line.closed or {})),
    )


def _open_fields(line: ItemLine) -> dict[str, Any]:
    """Return the open fields that are not null, in their order."""
    if line.values:
        pairs = zip(ITEM_FIELDS, line.values, strict=True)
        return {name: value for name, value in pairs if value is not None}
    openings = line.openings or {}
    return {
        name: openings[name][1] for name in ITEM_FIELDS if name in openings and openings[name][1] is not None
    }
