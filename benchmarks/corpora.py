"""Files to measure with: made here, the same bytes each time, nothing downloaded.

Their contents do not repeat within a file and cannot be compressed, so that neither a disk nor a hash gets
anything for nothing; the first bytes are those of real formats, because sealing looks at them.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

from attrs import frozen

_BLOCK_BYTES = 1024 * 1024
_POOL_BLOCKS = 16
_FILES_A_FOLDER = 1000
_HEADS = {
    "jpg": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00",
    "mp4": b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00",
    "pdf": b"%PDF-1.7\n",
    "txt": b"a record of no importance\n",
    "dat": b"\x00\x01\x02\x03",
}


@frozen(kw_only=True)
class Corpus:
    """One folder of files.

    Attributes:
        name: what the tables call it.
        files: how many.
        size_bytes: about how long each is.
        spread_bytes: lengths differ by at most so much, up and down.
        extensions: in turn.
    """

    name: str
    files: int
    size_bytes: int
    spread_bytes: int = 0
    extensions: tuple[str, ...] = ("mp4",)

    def __str__(self) -> str:
        """Say what it is."""
        return f"{self.name}: {self.files:,} files of {'about ' if self.spread_bytes else ''}{self.length()}"

    def length(self) -> str:
        """Return the length of a file in words."""
        unit, factor = ("MiB", 1 << 20) if self.size_bytes >= 1 << 20 else ("KiB", 1 << 10)
        return f"{self.size_bytes // factor:,} {unit}"


def corpora(*, quick: bool) -> tuple[Corpus, ...]:
    """Return the three corpora, or three that are made and read in seconds."""
    mixed = ("jpg", "mp4", "pdf")
    small = ("txt", "jpg", "dat", "txt")
    if quick:
        return (
            Corpus(name="big", files=4, size_bytes=128 << 20),
            Corpus(name="media", files=100, size_bytes=2 << 20, spread_bytes=256 << 10, extensions=mixed),
            Corpus(name="small", files=5000, size_bytes=4096, extensions=small),
        )
    return (
        Corpus(name="big", files=4, size_bytes=1 << 30),
        Corpus(name="media", files=1500, size_bytes=2 << 20, spread_bytes=256 << 10, extensions=mixed),
        Corpus(name="small", files=50_000, size_bytes=4096, extensions=small),
    )


def make_corpus(corpus: Corpus, folder: Path) -> None:
    """Write the files of a corpus into a new folder."""
    draw = random.Random(corpus.name)  # noqa: S311 - the same bytes each time are what is wanted
    pool = [draw.randbytes(_BLOCK_BYTES) for _ in range(_POOL_BLOCKS)]
    folder.mkdir()
    for number in range(corpus.files):
        below = folder / f"{number // _FILES_A_FOLDER:03d}"
        below.mkdir(exist_ok=True)
        extension = corpus.extensions[number % len(corpus.extensions)]
        size = corpus.size_bytes + draw.randint(-corpus.spread_bytes, corpus.spread_bytes)
        with (below / f"{number:06d}.{extension}").open("wb") as file:
            for block in _blocks(pool, number, size, _HEADS[extension]):
                file.write(block)


def _blocks(pool: list[bytes], number: int, size_bytes: int, head: bytes) -> Iterator[bytes]:
    """Yield blocks that all differ: each begins with the number of its file and of itself."""
    for place in range(-(-size_bytes // _BLOCK_BYTES)):
        rest = size_bytes - place * _BLOCK_BYTES
        start = (head if place == 0 else b"") + b"%010d %010d\n" % (number, place)
        block = start + pool[(number + place) % len(pool)][len(start) :]
        yield block[:rest]
