"""The bytes of one item, reachable only through a report that proves them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from custody.errors import BundleError, UsageError
from custody.format.bag import ITEMS_PATH
from custody.format.extension import payload_path
from custody.format.item_line import ItemLine, decode_item_line
from custody.format.limits import ITEM_LINE_BYTES
from custody.proof.merkle import RootBuilder
from custody.report.claim import Claim
from custody.report.report import Report
from custody.storage.source import BundleSource
from custody.verification.items import leaf_of


def open_item(report: Report, source: BundleSource, number: int) -> Iterator[bytes]:
    """Yield the bytes of one item in blocks, checked again against the sealed root and digest.

    The last block is held back until the digest holds: a reader who has seen the end has seen the item.

    Args:
        report: what verification found about this bundle.
        source: the same bundle, still open.
        number: of the item, from 1.

    Raises:
        NotProvenError: INTACT is not proven in the report.
        UsageError: there is no such item, or its content is not open.
        BundleError: code FILE_DIGEST or ROOT_MISMATCH: the bytes are no longer those that were verified.
    """
    report.require(Claim.INTACT)
    content = _item(report, source, number).content
    if content is None:
        raise UsageError(f"item {number}: expected an open content, found none")
    return checked_blocks(source.blocks(payload_path(number, content["ext"])), content["sha256"], number)


def _item(report: Report, source: BundleSource, number: int) -> ItemLine:
    builder = RootBuilder()
    found: ItemLine | None = None
    bundle_id = bytes.fromhex(report.bundle_id or "")
    for index, data in enumerate(source.lines(ITEMS_PATH, ITEM_LINE_BYTES)):
        line = decode_item_line(data, index + 1)
        builder.add(leaf_of(line, bundle_id, index))
        if index + 1 == number:
            found = line
    if builder.root().hex() != report.root:
        raise BundleError(f"{ITEMS_PATH}: expected the sealed root, found another", code="ROOT_MISMATCH")
    if found is None:
        raise UsageError(f"item: expected a number from 1 to {report.counts.items}, found another")
    return found


def checked_blocks(blocks: Iterator[bytes], sha256: str, number: int) -> Iterator[bytes]:
    """Yield blocks, the last one only when all of them have the digest of an item whose line is proven.

    Args:
        blocks: of the item's file.
        sha256: what the line says of it, 64 hex digits.
        number: of the item, from 1.

    Raises:
        BundleError: code FILE_DIGEST: they have another one.
    """
    digest = hashlib.sha256()
    held: bytes | None = None
    for block in blocks:
        digest.update(block)
        if held is not None:
            yield held
        held = block
    if digest.hexdigest() != sha256:
        raise BundleError(f"item {number}: expected the sealed digest, found another", code="FILE_DIGEST")
    if held is not None:
        yield held
