"""Thumbnails of untrusted files: made elsewhere, looked at before they are used."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from custody.errors import UsageError
from custody.filing import thumbnail
from custody.filing.picture_worker import draw
from custody.filing.thumbnail import DrawFault, Thumbnail, draw_frame, draw_picture, plain_jpeg_size
from tests.tools.pictures import bomb, encoded, halves, opened, plain, telling, video

Drawn = Thumbnail | DrawFault


def drawn(data: bytes, how: Callable[..., Drawn] = draw_picture) -> Drawn:
    """Draw a file."""
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.flush()
        return how(file)


def worker_of(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, code: str) -> None:
    """Put another program in the place of the decoder."""
    path = tmp_path / "worker.py"
    path.write_text(f"import os, signal, sys, time\nout = sys.stdout.buffer\n{code}\n", "utf-8")
    monkeypatch.setattr(thumbnail, "_WORKER", str(path))


def test_a_picture_is_drawn() -> None:
    """With its size, and the same each time."""
    found = drawn(telling())
    assert isinstance(found, Thumbnail)
    assert (found.width_px, found.height_px) == (320, 240)
    assert found.data == draw(telling())
    assert drawn(telling()) == found


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", DrawFault.FORMAT),
        (b"text", DrawFault.FORMAT),
        (plain()[:2000], DrawFault.BROKEN),
        (encoded(halves(), "PNG")[:300], DrawFault.BROKEN),
        (bomb(), DrawFault.TOO_MANY_PIXELS),
    ],
    ids=["empty", "text", "half a JPEG", "half a PNG", "bomb"],
)
def test_what_cannot_be_drawn_is_a_value(data: bytes, fault: DrawFault) -> None:
    """Nothing ends because of one file."""
    assert drawn(data) is fault


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("os.kill(os.getpid(), signal.SIGSEGV)", DrawFault.LIMIT),
        ("sys.exit(1)", DrawFault.BROKEN),
        ("pass", DrawFault.BROKEN),
        ("out.write(b'+not a picture')", DrawFault.BROKEN),
        ("out.write(b'-LIMIT')", DrawFault.LIMIT),
        ("out.write(b'-anything else')", DrawFault.BROKEN),
        ("out.write(b'-\\xff')", DrawFault.BROKEN),
        ("out.write(b'-EXTRA' if sys.stdin.buffer.read() else b'-FORMAT')", DrawFault.BROKEN),
        ("time.sleep(9)", DrawFault.LIMIT),
    ],
)
def test_a_decoder_that_was_taken_over_gives_no_picture(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, code: str, fault: DrawFault
) -> None:
    """Whatever it answers."""
    worker_of(monkeypatch, tmp_path, code)
    monkeypatch.setattr(thumbnail, "_PICTURE_SECONDS", 2)
    assert drawn(plain()) is fault


def test_without_pillow_the_extra_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No ImportError."""
    worker_of(monkeypatch, tmp_path, "out.write(b'-EXTRA')")
    with pytest.raises(UsageError) as caught:
        drawn(plain())
    assert caught.value.code == "EXTRA_MISSING"
    assert "custody[pictures]" in str(caught.value.hint)


def test_a_decoder_loads_nothing_from_the_working_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """People work inside folders that strangers filled."""
    (tmp_path / "PIL.py").write_text("raise SystemExit(9)", "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [str(tmp_path), "", *sys.path])
    assert isinstance(drawn(plain()), Thumbnail)


def segment(marker: int, data: bytes) -> bytes:
    """Return a segment of a JPEG."""
    return bytes((0xFF, marker)) + (len(data) + 2).to_bytes(2, "big") + data


GOOD = draw(plain(size=(20, 10)))
HEAD, REST = GOOD[:20], GOOD[20:]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x89PNG",
        GOOD[:-2],
        GOOD + b"more",
        GOOD + GOOD,
        HEAD + segment(0xE1, b"Exif\0\0") + REST,
        HEAD + segment(0xE2, b"ICC_PROFILE\0") + REST,
        HEAD + segment(0xFE, b"comment") + REST,
        HEAD + segment(0xE0, b"JFIF\0" + bytes(9)) + REST,
        GOOD[:2] + segment(0xE0, b"JFIF\0" + bytes(99)) + REST,
        HEAD + b"junk" + REST,
        GOOD[:2] + b"\xff\xd9",
        plain(size=(321, 10)),
        plain(size=(10, 321)),
    ],
)
def test_only_a_plain_small_jpeg_is_used(data: bytes) -> None:
    """Nothing stands in it but a picture."""
    assert plain_jpeg_size(GOOD) == (20, 10)
    assert plain_jpeg_size(data) is None


def test_a_frame_of_a_video_is_drawn(require_tool: Callable[[str], str], tmp_path: Path) -> None:
    """The same each time."""
    data = video(require_tool("ffmpeg"), tmp_path)
    found = drawn(data, draw_frame)
    assert isinstance(found, Thumbnail)
    assert opened(found.data).size == (320, 180)
    assert drawn(data, draw_frame) == found


@pytest.mark.usefixtures("require_tool")
def test_a_video_without_a_frame_is_a_value(require_tool: Callable[[str], str], tmp_path: Path) -> None:
    """Half a file, sound alone, and a list of other files on this machine."""
    ffmpeg = require_tool("ffmpeg")
    data = video(ffmpeg, tmp_path)
    assert drawn(data[:1000], draw_frame) is DrawFault.NO_FRAME
    assert drawn(video(ffmpeg, tmp_path, name="a.mp4", sound=True), draw_frame) is DrawFault.NO_FRAME


@pytest.mark.parametrize("text", ["#EXTM3U\n#EXTINF:1,\nfile:{}\n", "ffconcat version 1.0\nfile {}\n"])
def test_a_video_shows_no_other_file(require_tool: Callable[[str], str], tmp_path: Path, text: str) -> None:
    """A playlist could name what lies on this machine."""
    video(require_tool("ffmpeg"), tmp_path)
    assert drawn(text.format(tmp_path / "v.mp4").encode(), draw_frame) is DrawFault.NO_FRAME


@pytest.mark.parametrize("path", ["", "."])
def test_without_ffmpeg_a_video_is_not_drawn(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, path: str
) -> None:
    """One in the working folder is none."""
    (tmp_path / "ffmpeg").write_text("#!/bin/sh\nexit 9\n", "utf-8")
    (tmp_path / "ffmpeg").chmod(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", path)
    assert drawn(b"", draw_frame) is DrawFault.NO_FFMPEG


@pytest.mark.skipif(os.name == "nt", reason="limits: expected those of POSIX, found Windows")
def test_a_video_that_takes_too_much_is_a_limit(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Killed in time."""
    slow = tmp_path / "ffmpeg"
    slow.write_text("#!/bin/sh\nexec sleep 9\n", "utf-8")
    slow.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(thumbnail, "_VIDEO_SECONDS", 1)
    assert drawn(b"x", draw_frame) is DrawFault.LIMIT
