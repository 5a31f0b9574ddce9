"""The payload: every item copied into the new bundle and hashed in the same pass, in the order of numbers.

In that order, because the order in which files were written can be read from a disk; with random numbers it
tells nothing about neighbours.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Callable, Generator, Iterator
from typing import cast

from attrs import field, frozen

from custody.errors import SourceRefusedError
from custody.format.bag import CHUNKS_FOLDER, chunks_path
from custody.format.extension import extension_of, payload_path
from custody.format.limits import CHUNK_BYTES
from custody.proof.merkle import HASH_BYTES, leaf_of_entry, root_of
from custody.sealing.item_rows import ItemRows, Stream
from custody.sealing.items_writer import PADDING, Content, numbers_of
from custody.sealing.media import detect_media_type
from custody.sealing.secret_sources import HINT, REASON, is_secret_key
from custody.sealing.sources import locate
from custody.storage.commit import StagedFolder
from custody.storage.copying import CopiedFile, CopyJob, copy_originals, copy_stream
from custody.storage.source import Progress

DATA_FOLDER = "data"


@frozen(kw_only=True)
class Payload:
    """What is copied, and how it is hashed.

    Attributes:
        rows: the draft's items.
        order: the place in the draft of each number, from number 1 on.
        streams: places of the items that come from streams.
        sizes: length of each item's file in bytes, by place, as far as it is known.
        algorithms: sha256, and those that are wanted besides.
        chunks: also keep the digests of each MiB of files longer than that.
        progress: told what is done, or None.
    """

    rows: ItemRows = field(repr=False)
    order: array[int] = field(repr=False)
    streams: tuple[int, ...] = ()
    sizes: array[int] = field(repr=False)
    algorithms: tuple[str, ...] = ("sha256",)
    chunks: bool = False
    progress: Progress | None = None

    def extension(self, place: int) -> str:
        """Return the extension of an item's file: from its original name, else from its path."""
        name = self.rows.name(place).decode("utf-8", "surrogateescape")
        source = self.rows.source(place)
        return extension_of(name if name or not isinstance(source, str) else source)


def copy_payload(
    payload: Payload, staged: StagedFolder, chunk_digests: dict[str, str]
) -> Generator[Content, None, None]:
    """Copy the items that have a file and yield what was read, in the order of numbers.

    Args:
        payload: what to copy.
        staged: the new bundle; `data` exists.
        chunk_digests: gets the SHA-256 of each file of chunk digests, by path.

    Raises:
        SourceChangedError: a file changed while it was read.
        SourceRefusedError: a stream begins as a secret key does.
        StorageError: the machine refused.
        UsageError: a stream was read before.
    """
    spooled = _spool_streams(payload, staged)
    copies = copy_originals(
        _jobs(payload),
        staged,
        algorithms=payload.algorithms,
        inspect=_media_type,
        expected_files=len(payload.order) - len(payload.streams),
        progress=payload.progress,
    )
    for number, place in enumerate(payload.order, start=1):
        if place == PADDING:
            continue
        copied = spooled.pop(place) if place in spooled else next(copies)
        if payload.chunks and copied.size_bytes > CHUNK_BYTES:
            path = chunks_path(number)
            staged.create_folder(CHUNKS_FOLDER)  # only now: an empty folder would be wrapping
            staged.write(path, copied.chunks)
            chunk_digests[path] = hashlib.sha256(copied.chunks).hexdigest()
        yield content_of(payload, place, copied)
    copies.close()


def _spool_streams(payload: Payload, staged: StagedFolder) -> dict[int, CopiedFile]:
    if not payload.streams:
        return {}
    numbers = numbers_of(payload.order)
    spooled = {}
    for place in payload.streams:
        source = cast("Stream", payload.rows.source(place))
        source.begin()
        name = payload.rows.name(place).decode("utf-8", "surrogateescape")
        path = payload_path(numbers[place], payload.extension(place))
        with staged.create(path) as writer:
            spooled[place] = copy_stream(
                source.read,
                writer,
                algorithms=payload.algorithms,
                chunks=payload.chunks,
                inspect=_inspect_as(name),
            )
        if payload.progress is not None:
            payload.progress(1, spooled[place].size_bytes)
    return spooled


def _jobs(payload: Payload) -> Iterator[CopyJob]:
    for number, place in enumerate(payload.order, start=1):
        if place == PADDING:
            continue
        source = payload.rows.source(place)
        if isinstance(source, Stream):
            continue
        root, path = locate(source, payload.rows.name(place))
        yield CopyJob(
            root=root,
            path=path,
            destination=payload_path(number, payload.extension(place)),
            size_bytes=payload.sizes[place],
            chunks=payload.chunks,
        )


def _inspect_as(name: str) -> Callable[[str, bytes], str]:
    def inspect(_path: str, head: bytes) -> str:
        if is_secret_key(head):
            shown = name.encode("utf-8", "backslashreplace").decode() or "stream"
            raise SourceRefusedError(((shown, REASON),), hint=HINT)
        return detect_media_type(head, name)

    return inspect


def _media_type(path: str, head: bytes) -> str:
    return detect_media_type(head, path)


def content_of(payload: Payload, place: int, copied: CopiedFile) -> Content:
    """Return what goes into the `content` field."""
    chunked = payload.chunks and copied.size_bytes > CHUNK_BYTES
    return Content(
        size_bytes=copied.size_bytes,
        extension=payload.extension(place),
        sha256=copied.sha256,
        media_type=copied.seems,
        sha512=copied.sha512,
        sha3_256=copied.sha3_256,
        chunks_root=chunks_root(copied.chunks) if chunked else None,
    )


def chunks_root(chunks: bytes) -> str:
    """Return the RFC 9162 root whose entries are the chunks' SHA-256, 32 bytes each; 64 hex digits."""
    entries = (chunks[start : start + HASH_BYTES] for start in range(0, len(chunks), HASH_BYTES))
    return root_of(map(leaf_of_entry, entries)).hex()
