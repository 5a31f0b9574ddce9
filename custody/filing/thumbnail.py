"""A small picture of a file that nobody trusts: decoded in a process of its own, within limits.

A decoder that is broken by a file takes down its own process and nothing else. What comes back is looked at
before it is used: a plain JPEG of at most 320 pixels, without any segment that could carry text.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from enum import Enum
from pathlib import Path
from typing import IO, Final

from attrs import field, frozen

from custody.filing.extra import extra_missing
from custody.filing.picture_worker import ANSWER_BYTES, EDGE_PX

_WORKER: Final = str(Path(__file__).with_name("picture_worker.py"))
_PICTURE_SECONDS: Final = 60
_VIDEO_SECONDS: Final = 120
_VIDEO_CPU_SECONDS: Final = 60
_VIDEO_MEMORY_BYTES: Final = 2 * 1024 * 1024 * 1024
_FRAME_BYTES: Final = 8 * 1024 * 1024
_STDIN: Final = (
    "file:/dev/stdin"  # by name, so that it can be read from its end, where many videos have their index
)
# Containers that name no other file: a playlist (hls, concat, dash) could show what lies on this machine.
_CONTAINERS: Final = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,flv"
_CODECS: Final = "h264,hevc,mpeg4,mpeg1video,mpeg2video,h263,mjpeg,vp8,vp9,av1,libdav1d,msmpeg4v3,flv"
_EXACT: Final = "flags=bicubic+accurate_rnd+bitexact"  # the same on every processor
_FILTER: Final = f"scale={EDGE_PX}:{EDGE_PX}:force_original_aspect_ratio=decrease:{_EXACT},thumbnail=25"
_NO_PILLOW: Final = b"-EXTRA"
_SOF: Final = 0xC0
_SOS: Final = 0xDA
_TABLES: Final = frozenset({0xDB, 0xC4})
_JFIF: Final = 0xE0
_JFIF_BYTES: Final = 16


class DrawFault(Enum):
    """Why a file could not be drawn; the value is the code that the sheet shows.

    FORMAT: no format that is drawn: JPEG, PNG, WebP, GIF, TIFF; MP4, Matroska, AVI, MPEG, Flash video.
    BROKEN: the file does not hold what its format promises.
    TOO_LARGE: more bytes than are decoded.
    TOO_MANY_PIXELS: more pixels than are decoded.
    LIMIT: decoding it took more memory or time than it gets.
    NO_FFMPEG: a video, and there is no ffmpeg on PATH that could be confined.
    NO_FRAME: a video in which ffmpeg finds no frame.
    """

    FORMAT = "FORMAT"
    BROKEN = "BROKEN"
    TOO_LARGE = "TOO_LARGE"
    TOO_MANY_PIXELS = "TOO_MANY_PIXELS"
    LIMIT = "LIMIT"
    NO_FFMPEG = "NO_FFMPEG"
    NO_FRAME = "NO_FRAME"


_CODES: Final = {fault.value.encode("ascii"): fault for fault in DrawFault}


@frozen(kw_only=True)
class Thumbnail:
    """A small picture.

    Attributes:
        data: JPEG, at most 320 pixels wide and high.
        width_px: of the picture.
        height_px: of the picture.
    """

    data: bytes = field(repr=False)
    width_px: int
    height_px: int


def draw_picture(file: IO[bytes]) -> Thumbnail | DrawFault:
    """Make a thumbnail of a picture.

    Args:
        file: a real file, read from its beginning.

    Raises:
        UsageError: code EXTRA_MISSING: Pillow is not installed.
    """
    answer, fault = _asked(file)
    if answer == _NO_PILLOW:
        with tempfile.TemporaryFile() as nothing:
            # Asked again without the file: no file may end the sheet by making its decoder say this.
            if _asked(nothing)[0] == _NO_PILLOW:
                raise extra_missing("pillow", "pictures")
    if answer[:1] == b"-":
        return _CODES.get(answer[1:], DrawFault.BROKEN)
    if fault is not None:
        return fault
    size = plain_jpeg_size(answer[1:])
    if answer[:1] != b"+" or size is None:
        return DrawFault.BROKEN
    return Thumbnail(data=answer[1:], width_px=size[0], height_px=size[1])


def _asked(file: IO[bytes]) -> tuple[bytes, DrawFault | None]:
    """Return what a decoder answers to a file, and what is wrong with the decoder itself."""
    with tempfile.TemporaryFile() as out:
        fault = _run([sys.executable, "-P", _WORKER, "draw"], file, out, _PICTURE_SECONDS)
        out.seek(0)
        return out.read(ANSWER_BYTES + 1), fault


def draw_frame(file: IO[bytes]) -> Thumbnail | DrawFault:
    """Make a thumbnail of one of the first frames of a video, the one that is most like the others.

    Args:
        file: a real file, read from its beginning.

    Raises:
        UsageError: code EXTRA_MISSING: Pillow is not installed.
    """
    ffmpeg = shutil.which("ffmpeg")
    # Windows has no limits, and no name for an open file; a relative entry of PATH is the working folder's.
    if ffmpeg is None or not Path(ffmpeg).is_absolute() or os.name == "nt":
        return DrawFault.NO_FFMPEG
    limits = [str(_VIDEO_MEMORY_BYTES), str(_VIDEO_CPU_SECONDS), str(_FRAME_BYTES)]
    command = [sys.executable, "-P", _WORKER, "run", *limits, ffmpeg, *_ffmpeg_words()]
    with tempfile.TemporaryFile() as frame:
        fault = _run(command, file, frame, _VIDEO_SECONDS)
        if frame.seek(0, os.SEEK_END) == 0:
            return DrawFault.LIMIT if fault is DrawFault.LIMIT else DrawFault.NO_FRAME
        return draw_picture(frame)


def _ffmpeg_words() -> list[str]:
    """Return the arguments that give one small frame as PNG, from no other file and by no network."""
    confined = [
        "-protocol_whitelist",
        "file,pipe",
        "-format_whitelist",
        _CONTAINERS,
        "-codec_whitelist",
        _CODECS,
    ]
    return [
        *("-nostdin", "-hide_banner", "-loglevel", "quiet", "-threads", "1", "-flags", "+bitexact"),
        *confined,
        *("-i", _STDIN, "-map", "0:v:0", "-map_metadata", "-1", "-vf", _FILTER, "-frames:v", "1"),
        *("-threads", "1", "-f", "image2pipe", "-c:v", "png", "pipe:1"),
    ]


def _run(command: list[str], file: IO[bytes], out: IO[bytes], seconds: int) -> DrawFault | None:
    """Run a decoder; what it says to standard error is about an untrusted file and is not kept."""
    file.seek(0)
    try:
        done = subprocess.run(  # noqa: S603 - this interpreter and package, ffmpeg from PATH, fixed words
            command,
            stdin=file,
            stdout=out,
            stderr=subprocess.DEVNULL,
            cwd=Path(_WORKER).anchor,
            env={**os.environ, "PYTHONPATH": _code_path()},
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return DrawFault.LIMIT
    if done.returncode < 0:  # a signal: SIGXCPU, SIGKILL, or a crash
        return DrawFault.LIMIT
    return DrawFault.BROKEN if done.returncode else None


def _code_path() -> str:
    """Return where a decoder finds Pillow: where this process would, and never in the working folder."""
    present = Path.cwd().resolve()
    found = (Path(entry) for entry in sys.path)
    return os.pathsep.join(str(path) for path in found if path.is_absolute() and path.resolve() != present)


def plain_jpeg_size(data: bytes) -> tuple[int, int] | None:
    """Return width and height of a JPEG that holds a picture and nothing else; None of anything else.

    Allowed are one JFIF header, tables, a baseline frame of at most 320 pixels and one scan up to the end: no
    segment in which EXIF, a profile, a comment or a second file could stand (ITU-T T.81, annex B).
    """
    if data[:2] != b"\xff\xd8" or data[-2:] != b"\xff\xd9":
        return None
    at, size = 2, None
    while data[at : at + 1] == b"\xff":
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        segment = data[at + 4 : at + 2 + length]
        if marker == _SOS:
            scan = data[at + 2 + length : -2].replace(b"\xff\x00", b"")
            return size if b"\xff" not in scan else None
        if marker == _SOF:
            size = int.from_bytes(segment[3:5], "big"), int.from_bytes(segment[1:3], "big")
            if not all(0 < edge <= EDGE_PX for edge in size):
                return None
        elif marker not in _TABLES and not (marker == _JFIF and length == _JFIF_BYTES and at == 2):  # noqa: PLR2004
            return None
        at += 2 + length
    return None
