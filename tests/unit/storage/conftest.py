"""Small bundles in folders and zips, and systems without POSIX calls."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from custody.storage.folder import FolderSource, open_folder


@pytest.fixture
def files() -> dict[str, bytes]:
    """What a small bundle holds."""
    return {
        "bag-info.txt": b"Payload-Oxum: 3.2\n",
        "bagit.txt": b"BagIt-Version: 1.0\n",
        "custody/items.jsonl": b"one\ntwo\n",
        "custody/log/a/event.json": b"{}",
        "custody/log.txt": b"",
        "data/000001.txt": b"abc",
        "data/000002": b"",
        "data/000003.bin": os.urandom(300_000),
    }


@pytest.fixture
def public_folder() -> Iterator[Path]:
    """A folder that every user of the machine can reach."""
    folder = Path(tempfile.mkdtemp(prefix="custody-test-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@pytest.fixture
def hide_descriptors(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """A function that makes this system look like one that cannot hold folders by descriptor (Windows)."""

    def hide() -> None:
        monkeypatch.setattr(os, "supports_dir_fd", set())
        for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_DIRECTORY", "O_NOATIME"):
            monkeypatch.delattr(os, name, raising=False)

    return hide


@pytest.fixture(params=["descriptors", "paths"])
def opened(
    request: pytest.FixtureRequest, hide_descriptors: Callable[[], None]
) -> Iterator[Callable[[Path], FolderSource]]:
    """A function that opens a bundle's folder, on POSIX and on a system without its calls."""
    if request.param == "paths":
        hide_descriptors()
    with contextlib.ExitStack() as sources:

        def open_it(path: Path) -> FolderSource:
            source = open_folder(str(path))
            sources.callback(source.close)
            return source

        yield open_it
