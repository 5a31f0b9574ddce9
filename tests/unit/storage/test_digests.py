"""The reused buffer and the digests that are fed from it."""

from __future__ import annotations

import mmap
import os

import pytest

from custody.storage.digests import Buffer


def reader(content: bytes, step: int) -> tuple[list[int], bytes]:
    """Fill a buffer from a stream that gives at most `step` bytes at a time."""
    asked: list[int] = []
    position = 0

    def read(view: memoryview) -> int:
        nonlocal position
        asked.append(len(view))
        block = content[position : position + min(step, len(view))]
        view[: len(block)] = block
        position += len(block)
        return len(block)

    return asked, bytes(Buffer().fill(read, 10))


@pytest.mark.parametrize("hidden", [(), ("MAP_PRIVATE",), ("MAP_ANONYMOUS",)])
def test_a_buffer_fills_up_to_its_limit(monkeypatch: pytest.MonkeyPatch, hidden: tuple[str, ...]) -> None:
    """Reads go on until the limit, wherever the memory comes from."""
    for name in hidden:
        monkeypatch.delattr(mmap, name, raising=False)
    asked, block = reader(b"0123456789abc", 4)
    assert (asked, block) == ([10, 6, 2], b"0123456789")


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # the child only copies and ends
@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_forked_worker_does_not_write_into_its_parents_buffer() -> None:
    """What a child reads stays in the child."""
    buffer = Buffer()

    def fill(text: bytes) -> memoryview:
        def read(view: memoryview) -> int:
            view[: len(text)] = text
            return len(text)

        return buffer.fill(read, len(text))

    block = fill(b"parent")
    child = os.fork()
    if child == 0:
        fill(b"child!")
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    assert bytes(block) == b"parent"
