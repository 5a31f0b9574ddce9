"""A source that remembers what the machine refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from custody.errors import CustodyError, SourceChangedError, StorageError
from custody.storage.attentive_source import AttentiveSource
from custody.storage.source import PayloadJob
from tests.tools.memory import MemorySource

FILES = {"bagit.txt": b"x\n", "broken": b"", "data/000001": b"p"}
BROKEN = StorageError("broken: the disk is broken", code="STORAGE")


def reading(failure: CustodyError | None = None) -> AttentiveSource:
    """Read a bundle of which one file cannot be read."""
    return AttentiveSource(MemorySource(FILES, {} if failure is None else {"broken": failure}))


def test_what_can_be_read_is_passed_on() -> None:
    """Nothing is remembered then."""
    source = reading()
    assert source.form == "folder"
    assert [entry.path for entry in source.entries()] == ["bagit.txt", "broken", "data"]
    assert [entry.path for entry in source.payload_entries()] == ["data/000001"]
    assert source.read("bagit.txt", 10) == b"x\n"
    assert list(source.lines("bagit.txt", 10)) == [b"x"]
    assert list(source.blocks("bagit.txt")) == [b"x\n"]
    jobs = [PayloadJob(path="data/000002", size_bytes=1, sha256="0" * 64)]
    assert len(list(source.hash_payload(jobs))) == 1
    assert not source.changed()
    source.close()
    source.raise_failure()


@pytest.mark.parametrize(
    "read",
    [
        lambda source: source.read("broken", 10),
        lambda source: list(source.blocks("broken")),
        lambda source: list(source.lines("broken", 10)),
    ],
    ids=["read", "blocks", "lines"],
)
@pytest.mark.parametrize(
    "failure", [BROKEN, SourceChangedError("broken: changed")], ids=["refused", "changed"]
)
def test_a_refusal_is_remembered(read: Callable[[AttentiveSource], object], failure: CustodyError) -> None:
    """Whatever the reader makes of it, and only the first."""
    source = reading(failure)
    with pytest.raises(CustodyError):
        read(source)
    with pytest.raises(type(failure)) as remembered:
        source.raise_failure()
    assert remembered.value is failure


def test_a_missing_file_is_a_fact_about_the_bundle() -> None:
    """It is not remembered."""
    source = reading()
    with pytest.raises(StorageError):
        source.read("nothing", 10)
    source.raise_failure()
