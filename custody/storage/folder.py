"""A bundle in a folder."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterable, Iterator
from typing import Literal

from custody.errors import FormatError, LimitError, SourceChangedError
from custody.storage.ordered import run_ordered
from custody.storage.payload_check import FolderCheck, decode_verdict, encode_job
from custody.storage.source import PAYLOAD_FOLDER, Entry, PayloadFault, PayloadJob, Progress
from custody.storage.tree import Tree, fingerprint, open_tree, opened_file
from custody.storage.walk import Census, count_streamed, walk_sorted, walk_streamed

_BLOCK_BYTES = 1024 * 1024


class FolderSource:
    """A bundle in a folder; see `BundleSource` for what its methods promise."""

    form: Literal["folder", "zip"] = "folder"

    def __init__(self, tree: Tree) -> None:
        """Take over the tree of the bundle."""
        self._tree = tree
        self._seen: dict[str, Census] = {}

    def entries(self) -> Iterator[Entry]:
        """List everything but the payload."""
        census = Census()
        yield from walk_sorted(self._tree, census, closed=PAYLOAD_FOLDER)
        self._seen.setdefault("entries", census)

    def payload_entries(self) -> Iterator[Entry]:
        """List the payload."""
        census = Census()
        yield from walk_streamed(self._tree, census, PAYLOAD_FOLDER)
        self._seen.setdefault("payload", census)

    def read(self, path: str, limit_bytes: int) -> bytes:
        """Read one small file."""
        with opened_file(self._tree, path) as descriptor:
            before = os.fstat(descriptor)
            if before.st_size > limit_bytes:
                raise LimitError(path, limit="bytes", maximum=limit_bytes, value=before.st_size)
            data = os.read(descriptor, before.st_size + 1)
            if len(data) != before.st_size:  # cut short by a signal or a network disk, or another file by now
                data += b"".join(_blocks(descriptor, before.st_size + 1 - len(data)))
            _refuse_change(path, descriptor, before, len(data))
            return data

    def lines(self, path: str, limit_bytes: int) -> Iterator[bytes]:
        """Read one file line by line."""
        yield from split_lines(path, self.blocks(path), limit_bytes)

    def blocks(self, path: str) -> Iterator[bytes]:
        """Read one file block by block."""
        with opened_file(self._tree, path) as descriptor:
            before = os.fstat(descriptor)
            done = 0
            for block in _blocks(descriptor, before.st_size + 1):
                done += len(block)
                yield block
            _refuse_change(path, descriptor, before, done)

    def hash_payload(
        self,
        jobs: Iterable[PayloadJob],
        *,
        expected_files: int | None = None,
        progress: Progress | None = None,
    ) -> Generator[PayloadFault, None, None]:
        """Check the payload."""
        if expected_files is None:
            expected_files = self._seen["payload"].count if "payload" in self._seen else 0
        check = FolderCheck(self._tree)
        for job, verdict in run_ordered(jobs, check, encode_job, _size, expected_files):
            if progress is not None:
                progress(1, job.size_bytes)
            if verdict is not None:
                yield decode_verdict(job.path, verdict)

    def changed(self) -> bool:
        """Walk again."""
        again = {"entries": Census(), "payload": Census()}
        if "entries" in self._seen:
            for _ in walk_sorted(self._tree, again["entries"], closed=PAYLOAD_FOLDER):
                pass
        if "payload" in self._seen:
            count_streamed(self._tree, again["payload"], PAYLOAD_FOLDER)
        return not all(again[part].agrees(census) for part, census in self._seen.items())

    def close(self) -> None:
        """Close the tree."""
        self._tree.close()


def open_folder(path: str) -> FolderSource:
    """Open the folder of a bundle.

    Raises:
        StorageError: as `custody.storage.tree.open_tree`.
    """
    return FolderSource(open_tree(path))


def _size(job: PayloadJob) -> int:
    return job.size_bytes


def _blocks(descriptor: int, limit_bytes: int) -> Iterator[bytes]:
    while limit_bytes > 0 and (block := os.read(descriptor, min(limit_bytes, _BLOCK_BYTES))):
        limit_bytes -= len(block)
        yield block


def _refuse_change(path: str, descriptor: int, before: os.stat_result, done: int) -> None:
    if done != before.st_size or fingerprint(os.fstat(descriptor)) != fingerprint(before):
        raise SourceChangedError(
            f"{path}: expected a file at rest, found it changed while it was read", code="CHANGED_WHILE_READ"
        )


def split_lines(path: str, blocks: Iterable[bytes], limit_bytes: int) -> Iterator[bytes]:
    """Cut a stream at its line feeds, holding no more than one block and one line.

    Raises:
        LimitError: a line is longer than `limit_bytes`.
        FormatError: code LINE_FEED: the stream does not end with a line feed.
    """
    rest = b""
    for block in blocks:
        *lines, rest = (rest + block).split(b"\n")
        for line in lines:
            if len(line) > limit_bytes:
                raise LimitError(path, limit="line bytes", maximum=limit_bytes, value=len(line))
            yield line
        if len(rest) > limit_bytes:
            raise LimitError(path, limit="line bytes", maximum=limit_bytes, value=len(rest))
    if rest:
        raise FormatError(path, expected="a line feed at the end", found="none", code="LINE_FEED")
