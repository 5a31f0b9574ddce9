"""Files of small bundles, as folders, zips and jobs, and a user who may not read everything."""

from __future__ import annotations

import contextlib
import hashlib
import os
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from custody.format.container import central_header, end_of_directory, local_header
from custody.storage.source import PayloadJob

NOBODY = 65534
TOP = "0" * 32

Files = Mapping[str, bytes]


def zip_bytes(files: Files, top: str = TOP, crc: Mapping[str, int] | None = None) -> bytes:
    """A zip in the canonical form; `crc` states other checksums."""
    body, directory = b"", b""
    for path, content in sorted(files.items()):
        name = f"{top}/{path}" if top else path
        checksum = (crc or {}).get(path, zlib.crc32(content))
        directory += central_header(name, checksum, len(content), len(body))
        body += local_header(name, checksum, len(content)) + content
    return body + directory + end_of_directory(len(files), len(directory), len(body))


def write_files(root: Path, files: Files) -> Path:
    """Write files below a folder."""
    for path, content in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)
    return root


def job_of(path: str, content: bytes, *, every: bool = False) -> PayloadJob:
    """What an item would say of this content; with `every`, all digests and the chunks."""
    chunks = [content[start : start + 2**20] for start in range(0, len(content), 2**20)]
    return PayloadJob(
        path=path,
        size_bytes=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        sha512=hashlib.sha512(content).hexdigest() if every else None,
        sha3_256=hashlib.sha3_256(content).hexdigest() if every else None,
        chunks=b"".join(hashlib.sha256(chunk).digest() for chunk in chunks) if every else None,
    )


@contextlib.contextmanager
def unprivileged() -> Iterator[None]:
    """Act as a user to whom permissions apply; root passes them by."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(user)
