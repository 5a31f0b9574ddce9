"""Pictures and videos made at run time, with what cameras write into them and what attackers do."""

from __future__ import annotations

import io
import struct
import subprocess
import zlib
from pathlib import Path
from typing import Any

from PIL import Image
from PIL.PngImagePlugin import PngInfo

MAKE, ORIENTATION, GPS, LATITUDE = 0x010F, 0x0112, 0x8825, 2
SECRET_MAKE, SECRET_COMMENT, SECRET_PROFILE = "SECRET-make", b"SECRET-comment", b"SECRET-profile" * 20
RED, BLUE = (255, 0, 0), (0, 0, 255)


def encoded(image: Image.Image, name: str = "JPEG", **options: Any) -> bytes:  # noqa: ANN401 - as Pillow has it
    """Return a picture as a file of a format."""
    out = io.BytesIO()
    image.save(out, name, **options)
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    """Read a picture."""
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def plain(colour: tuple[int, int, int] = RED, size: tuple[int, int] = (640, 480)) -> bytes:
    """Return a JPEG of one colour."""
    return encoded(Image.new("RGB", size, colour))


def halves(size: tuple[int, int] = (640, 480)) -> Image.Image:
    """Return a picture that is blue at its left half and red at its right one."""
    image = Image.new("RGB", size, RED)
    image.paste(BLUE, (0, 0, size[0] // 2, size[1]))
    return image


def exif(orientation: int = 1) -> Image.Exif:
    """Return what a telephone writes: make, place, and how it was held."""
    made = Image.Exif()
    made[MAKE] = SECRET_MAKE
    made[ORIENTATION] = orientation
    made.get_ifd(GPS).update({1: "N", LATITUDE: (33.0, 30.0, 36.0), 3: "E", 4: (36.0, 18.0, 0.0)})
    return made


def telling() -> bytes:
    """Return a JPEG with EXIF, a place, a comment and a colour profile, all of them secret."""
    return encoded(
        Image.new("RGB", (640, 480), RED), exif=exif(), comment=SECRET_COMMENT, icc_profile=SECRET_PROFILE
    )


def telling_png() -> bytes:
    """Return a PNG with text, EXIF and a colour profile."""
    text = PngInfo()
    text.add_text("Comment", SECRET_COMMENT.decode())
    image = Image.new("RGB", (640, 480), RED)
    return encoded(image, "PNG", pnginfo=text, exif=exif(), icc_profile=SECRET_PROFILE)


def bomb() -> bytes:
    """Return a small PNG that says that it has 900 million pixels, and begins to give them."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 30_000, 30_000, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes(1 << 20))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def video(ffmpeg: str, folder: Path, *, name: str = "v.mp4", sound: bool = False) -> bytes:
    """Return a second of video, or of sound alone, in MPEG-4."""
    path = folder / name
    source = "sine=duration=1" if sound else "testsrc=duration=1:size=640x360:rate=10"
    codec = ("-c:a", "aac") if sound else ("-c:v", "mpeg4")
    words = [ffmpeg, "-y", "-loglevel", "error", "-f", "lavfi", "-i", source, *codec, str(path)]
    subprocess.run(words, check=True, stdin=subprocess.DEVNULL)
    return path.read_bytes()
