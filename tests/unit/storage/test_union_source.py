"""One bundle seen through several copies."""

from __future__ import annotations

import pytest

from custody.errors import StorageError
from custody.storage.source import BundleSource, PayloadJob
from custody.storage.union_source import UnionSource, grows
from tests.tools.memory import MemorySource

OWN = {
    "bagit.txt": b"x",
    "custody/items.jsonl": b"one\ntwo\n",
    "custody/log/h/00000000/event.json": b"mine",
    "data/000001": b"payload",
}
OTHER = {"custody/log/h/00000001/event.json": b"theirs", "custody/renewals/r/renewal.txt": b"a\nb\n"}


def union(withheld: dict[int, bytes] | None = None) -> UnionSource:
    """Look at two copies as one, of which the first one's event is left out."""
    other: BundleSource = MemorySource(OTHER)
    return UnionSource(MemorySource(OWN), dict.fromkeys(OTHER, other), withheld or {})


def test_what_grows_is_listed_as_it_was_chosen() -> None:
    """With its folders, bytewise by path, and not what the first copy has there."""
    paths = [entry.path for entry in union().entries()]
    assert paths == sorted(paths)
    assert "custody/log/h/00000001" in paths
    assert "custody/renewals" in paths
    assert "custody/log/h/00000000/event.json" not in paths
    assert [entry.path for entry in union().payload_entries()] == ["data/000001"]


def test_each_file_is_read_from_the_copy_that_has_it() -> None:
    """Whole, by blocks and by lines."""
    source = union()
    assert source.read("bagit.txt", 10) == b"x"
    assert source.read("custody/log/h/00000001/event.json", 10) == b"theirs"
    assert b"".join(source.blocks("custody/log/h/00000001/event.json")) == b"theirs"
    assert list(source.lines("custody/renewals/r/renewal.txt", 10)) == [b"a", b"b"]


def test_what_was_not_chosen_is_not_there() -> None:
    """Though the first copy has it."""
    with pytest.raises(StorageError) as refused:
        union().read("custody/log/h/00000000/event.json", 10)
    assert refused.value.code == "MISSING"


def test_items_can_be_withheld() -> None:
    """The other lines stay as they are."""
    assert list(union().lines("custody/items.jsonl", 10)) == [b"one", b"two"]
    assert list(union({1: b"leaf"}).lines("custody/items.jsonl", 10)) == [b"one", b"leaf"]


def test_the_payload_is_the_first_copy_s() -> None:
    """A missing file is missing, whatever the others have."""
    jobs = [PayloadJob(path="data/000002", size_bytes=1, sha256="0" * 64)]
    assert len(list(union().hash_payload(jobs))) == 1
    assert not union().changed()
    union().close()


@pytest.mark.parametrize(
    ("path", "grown"),
    [("custody/log", True), ("custody/log/x", True), ("custody/logs", False), ("custody/items.jsonl", False)],
)
def test_what_grows_is_told_by_its_path(path: str, grown: bool) -> None:  # noqa: FBT001 - the expected answer
    """The log, attestations and renewals."""
    assert grows(path) is grown
