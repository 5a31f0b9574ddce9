"""A process that decodes one untrusted picture, or becomes a program that does, within limits.

Run by its path (`python -P picture_worker.py draw`), so that nothing but the standard library and Pillow is
loaded. It gets the file on standard input and writes one answer to standard output: `+` and a JPEG, or `-`
and a code. Before the first byte is decoded it has given up, for good and where the system has such limits,
the right to open files and sockets (RLIMIT_NOFILE), to write files that are not small (RLIMIT_FSIZE), and to
more memory and time than it was given.
"""

from __future__ import annotations

import io
import os
import struct
import sys
import warnings
from contextlib import suppress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from PIL.Image import Image as Picture  # an extra, loaded when the limits are set

FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF", "TIFF")
"""The only decoders that ever see a byte."""

EDGE_PX: Final = 320
PIXELS: Final = 250_000_000
MEMORY_BYTES: Final = 1536 * 1024 * 1024
CPU_SECONDS: Final = 15
ANSWER_BYTES: Final = 1024 * 1024
QUALITY: Final = 80
_ORIENTATION: Final = 0x0112
_SIXTEEN_BITS: Final = ("I;16", "I;16B", "I;16L", "I;16N", "I")
_WITHOUT_SHADES: Final = ("1", "P")
_WHITE: Final = (255, 255, 255)


def limit(**limits: int) -> None:
    """Lower limits of this process for good, where the system has them.

    Args:
        limits: name without RLIMIT_, such as AS, and value.
    """
    try:
        import resource  # noqa: PLC0415 - absent on Windows
    except ImportError:
        return
    for name, value in limits.items():
        which = getattr(resource, f"RLIMIT_{name}")
        _, hard = resource.getrlimit(which)
        lower = value if hard == resource.RLIM_INFINITY else min(value, hard)
        with suppress(OSError, ValueError):  # macOS knows RLIMIT_AS and refuses to set it
            resource.setrlimit(which, (lower, lower))


def draw(data: bytes) -> bytes:
    """Return a thumbnail: JPEG, upright, at most 320 pixels wide and high, without any metadata.

    Args:
        data: a file of any kind.

    Raises:
        ValueError: its text is a code: FORMAT, TOO_MANY_PIXELS.
        Exception: whatever Pillow raises at a broken file.
    """
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415 - an extra

    Image.MAX_IMAGE_PIXELS = PIXELS
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            image = Image.open(io.BytesIO(data), formats=FORMATS)
        except UnidentifiedImageError:
            raise ValueError("FORMAT") from None
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            raise ValueError("TOO_MANY_PIXELS") from None
        image.draft("RGB", (2 * EDGE_PX, 2 * EDGE_PX))  # JPEG alone: decodes an eighth of a large one
        image.load()
        return _encoded(_upright(_small(image), _orientation(image)))


def _small(image: Picture) -> Picture:
    """Return a small copy in RGB, on white where the picture is transparent."""
    from PIL import Image  # noqa: PLC0415 - as above

    if image.mode in _SIXTEEN_BITS:
        image = image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    clear = image.has_transparency_data
    if clear or image.mode in _WITHOUT_SHADES:
        image = image.convert("RGBA" if clear else "RGB")
    image.thumbnail((EDGE_PX, EDGE_PX), Image.Resampling.LANCZOS)
    small = image.convert("RGBA" if clear else "RGB")
    # A new image: what came along with the old one (EXIF, profile, comment) is not taken over by accident.
    fresh = Image.new("RGB", small.size, _WHITE)
    fresh.paste(small, mask=small.getchannel("A") if clear else None)
    return fresh


def _orientation(image: Picture) -> int:
    """Return how the camera was held, 1 to 8; 1 where the file does not say it in a way that can be read."""
    try:
        return int(image.getexif().get(_ORIENTATION, 1))
    except (AttributeError, IndexError, KeyError, OSError, SyntaxError, TypeError, ValueError, struct.error):
        return 1


def _upright(image: Picture, orientation: int) -> Picture:
    """Turn a picture as EXIF 2.32, tag 0x0112, says."""
    from PIL.Image import Transpose  # noqa: PLC0415 - as above

    turn = {
        2: Transpose.FLIP_LEFT_RIGHT,
        3: Transpose.ROTATE_180,
        4: Transpose.FLIP_TOP_BOTTOM,
        5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270,
        7: Transpose.TRANSVERSE,
        8: Transpose.ROTATE_90,
    }.get(orientation)
    return image if turn is None else image.transpose(turn)


def _encoded(image: Picture) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


def _load() -> None:
    """Draw a picture of each format, so that all code is loaded: later no file can be opened."""
    from PIL import Image  # noqa: PLC0415 - as above

    exif = Image.Exif()
    exif[_ORIENTATION] = 6
    for name in FORMATS:
        out = io.BytesIO()
        with suppress(KeyError, OSError):  # a Pillow that was built without one of them
            Image.new("P", (2, 2)).convert("RGB").save(out, name, exif=exif)
            draw(out.getvalue())


def answer(data: bytes) -> bytes:
    """Return what is answered to a file: `+` and a JPEG, or `-` and a code."""
    try:
        return b"+" + draw(data)
    except MemoryError:
        return b"-LIMIT"
    except ValueError as error:
        code = str(error)
        return b"-" + (code if code in {"FORMAT", "TOO_MANY_PIXELS"} else "BROKEN").encode("ascii")


def main(arguments: list[str]) -> None:
    """Draw, or `run MEMORY CPU FSIZE PROGRAM...`: become another program that keeps these limits."""
    if arguments[0] == "run":
        memory, cpu, size = map(int, arguments[1:4])
        limit(AS=memory, CPU=cpu, FSIZE=size, CORE=0)
        os.execv(arguments[4], arguments[4:])  # noqa: S606 - the caller's program, found on PATH, without a shell
    limit(AS=MEMORY_BYTES, CPU=CPU_SECONDS, FSIZE=ANSWER_BYTES, CORE=0)
    try:
        _load()
    except ImportError:
        sys.stdout.buffer.write(b"-EXTRA")
        return
    data = sys.stdin.buffer.read()
    limit(NOFILE=0)
    sys.stdout.buffer.write(answer(data))


if __name__ == "__main__":
    main(sys.argv[1:])
