"""Item bytes come out only through a report that proves them."""

from __future__ import annotations

import pytest

from custody.errors import BundleError, UsageError
from custody.report.report import NotProvenError
from custody.verification.opening import open_item
from tests.tools.bundles import Files, Item, make_bundle, make_part, seed_signer
from tests.tools.memory import MemorySource, judge, trusting

ARCHIVE = seed_signer("archive")
TRUST = trusting(ARCHIVE)
PADDING = Item(data=None, fields={"kind": {"kind": "padding"}})
LARGE = Item(data=b"a" * 3_000_000, ext="txt", fields={"kind": {"kind": "record"}})
BUNDLE = make_bundle([LARGE, PADDING, Item(data=b"", ext="txt")], signers=[ARCHIVE])
REPORT = judge(BUNDLE.files, TRUST)


class Blocks(MemorySource):
    """A source that gives files in blocks of 1 MiB."""

    def blocks(self, path: str):  # type: ignore[no-untyped-def] # noqa: ANN201 - as in the source
        """Cut what is read."""
        for data in super().blocks(path):
            yield from (data[start : start + 2**20] for start in range(0, len(data), 2**20))


def read(files: Files, number: int) -> bytes:
    """What is given out of an item."""
    return b"".join(open_item(REPORT, Blocks(files), number))


def test_the_bytes_of_an_item_are_those_that_were_sealed() -> None:
    """Large and empty ones alike."""
    assert read(BUNDLE.files, 1) == LARGE.data
    assert read(BUNDLE.files, 3) == b""


def test_nothing_is_opened_without_a_proof() -> None:
    """A report that does not prove INTACT opens nothing."""
    damaged = BUNDLE.edit({"data/000001.txt": b"b"}).files
    with pytest.raises(NotProvenError):
        open_item(judge(damaged, TRUST), MemorySource(damaged), 1)


def test_the_end_of_a_changed_file_is_never_given_out() -> None:
    """The last block waits for the digest: what was verified is no longer there."""
    changed = BUNDLE.edit({"data/000001.txt": (LARGE.data or b"")[:-1] + b"b"}).files
    blocks = open_item(REPORT, Blocks(changed), 1)
    assert len(next(blocks)) + len(next(blocks)) == 2 * 2**20
    with pytest.raises(BundleError) as caught:
        next(blocks)
    assert caught.value.code == "FILE_DIGEST"


def test_items_that_changed_after_the_report_open_nothing() -> None:
    """The root is compared again."""
    other = make_bundle(signers=[ARCHIVE], name="other")
    with pytest.raises(BundleError) as caught:
        read(other.files, 1)
    assert caught.value.code == "ROOT_MISMATCH"


@pytest.mark.parametrize("number", [0, 4])
def test_a_number_that_no_item_has_is_a_wrong_call(number: int) -> None:
    """Numbers count from 1."""
    with pytest.raises(UsageError, match="from 1 to 3"):
        read(BUNDLE.files, number)


def test_padding_and_withheld_items_have_nothing_to_open() -> None:
    """Their content is not here."""
    with pytest.raises(UsageError):
        read(BUNDLE.files, 2)
    _, part = make_part(BUNDLE, [1023, 0, 0], signers=[ARCHIVE], to=ARCHIVE)
    report = judge(part.files, TRUST)
    assert b"".join(open_item(report, MemorySource(part.files), 1)) == LARGE.data
    with pytest.raises(UsageError):
        open_item(report, MemorySource(part.files), 3)
