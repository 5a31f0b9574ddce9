"""The process that decodes untrusted pictures: what it draws, what it leaves behind, what it gave up."""

from __future__ import annotations

import io
import os
import subprocess
import sys

import pytest
from PIL import Image

from custody.filing import picture_worker
from custody.filing.picture_worker import EDGE_PX, answer, draw, limit
from custody.filing.thumbnail import plain_jpeg_size
from tests.tools.pictures import (
    BLUE,
    ORIENTATION,
    RED,
    SECRET_COMMENT,
    SECRET_MAKE,
    bomb,
    encoded,
    exif,
    halves,
    opened,
    plain,
    telling,
    telling_png,
)

posix = pytest.mark.skipif(os.name == "nt", reason="limits: expected those of POSIX, found Windows")


def near(found: object, wanted: tuple[int, int, int]) -> bool:
    """Tell whether a pixel has a colour, as far as JPEG keeps it."""
    assert isinstance(found, tuple)
    return all(abs(one - other) < 12 for one, other in zip(found, wanted, strict=True))


@pytest.mark.parametrize("data", [telling(), telling_png()], ids=["jpeg", "png"])
def test_nothing_that_a_camera_writes_is_left(data: bytes) -> None:
    """No EXIF, no place, no comment, no profile, no text."""
    assert SECRET_MAKE.encode() in data
    small = draw(data)
    assert b"SECRET" not in small
    assert b"Exif" not in small
    image = opened(small)
    assert not image.getexif()
    assert not {"comment", "icc_profile", "exif"} & image.info.keys()
    assert plain_jpeg_size(small) == (320, 240)


def test_a_comment_would_have_been_seen() -> None:
    """The picture that the test above is about has one."""
    assert opened(telling()).info["comment"] == SECRET_COMMENT


@pytest.mark.parametrize(
    ("mode", "name"),
    [
        ("RGB", "JPEG"),
        ("L", "JPEG"),
        ("CMYK", "JPEG"),
        ("1", "PNG"),
        ("P", "PNG"),
        ("LA", "PNG"),
        ("RGBA", "PNG"),
        ("I;16", "PNG"),
        ("P", "GIF"),
        ("RGB", "WEBP"),
        ("RGBA", "WEBP"),
        ("CMYK", "TIFF"),
        ("F", "TIFF"),
    ],
)
def test_every_kind_of_picture_is_drawn(mode: str, name: str) -> None:
    """JPEG, PNG, WebP, GIF, TIFF, in the modes that they have."""
    small = draw(encoded(Image.new(mode, (1000, 500)), name))
    assert plain_jpeg_size(small) == (EDGE_PX, EDGE_PX // 2)


@pytest.mark.parametrize("name", ["BMP", "PPM", "ICO", "PDF", "EPS", "TGA", "PCX", "JPEG2000"])
def test_no_other_decoder_sees_a_byte(name: str) -> None:
    """Each of them is one more way in."""
    assert answer(encoded(Image.new("RGB", (64, 64)), name)) == b"-FORMAT"


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_stands_upright(orientation: int) -> None:
    """However the camera was held: blue is left in all of them."""
    upright = halves()
    held = {
        1: None,
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }[orientation]
    turned = upright if held is None else upright.transpose(held)
    small = opened(draw(encoded(turned, exif=exif(orientation))))
    assert small.size == (320, 240)
    assert near(small.getpixel((40, 120)), BLUE)
    assert near(small.getpixel((280, 120)), RED)


@pytest.mark.parametrize("orientation", [0, 9, 77])
def test_an_orientation_that_there_is_not_turns_nothing(orientation: int) -> None:
    """As if nothing had been said."""
    assert opened(draw(encoded(halves(), exif=exif(orientation)))).size == (320, 240)


def test_an_orientation_that_is_no_number_turns_nothing() -> None:
    """The pixels are there all the same."""
    entry = b"\x01\x12\0\2\0\0\0\3up\0\0"
    said = b"Exif\0\0MM\0*\0\0\0\x08\0\1" + entry + bytes(4)
    assert opened(encoded(halves(), exif=said)).getexif()[ORIENTATION] == "up"
    assert opened(draw(encoded(halves(), exif=said))).size == (320, 240)


def test_broken_exif_keeps_no_picture_from_being_drawn() -> None:
    """It is not what is shown."""
    assert draw(encoded(halves(), exif=b"Exif\0\0MM\0*\0\0\0\x08\xff\xff\x01\x12\0"))


def test_a_picture_on_its_side_in_tiff_is_turned_once() -> None:
    """Pillow turns these itself."""
    turned = halves().transpose(Image.Transpose.ROTATE_90)
    small = opened(draw(encoded(turned, "TIFF", exif=exif(6))))
    assert near(small.getpixel((40, 120)), BLUE)


def test_what_is_transparent_is_white() -> None:
    """Not black, and not what lies below."""
    image = Image.new("RGBA", (64, 64), (255, 0, 0, 0))
    for data in (encoded(image, "PNG"), encoded(image.convert("P"), "GIF", transparency=0)):
        assert near(opened(draw(data)).getpixel((32, 32)), (255, 255, 255))


def test_sixteen_bits_keep_their_shades() -> None:
    """Half grey stays half grey."""
    image = Image.new("I;16", (64, 64), 0x8000)
    assert near(opened(draw(encoded(image, "PNG"))).getpixel((32, 32)), (128, 128, 128))


def test_a_long_picture_keeps_its_shape() -> None:
    """One pixel wide at least."""
    assert plain_jpeg_size(draw(plain(size=(1, 5000)))) == (1, 320)


def test_a_small_picture_is_not_enlarged() -> None:
    """Nothing is made up."""
    assert plain_jpeg_size(draw(plain(size=(20, 10)))) == (20, 10)


def test_the_same_file_gives_the_same_picture() -> None:
    """Byte by byte."""
    assert draw(telling()) == draw(telling())


def test_a_bomb_is_not_decoded() -> None:
    """Its size is read and that is all."""
    assert answer(bomb()) == b"-TOO_MANY_PIXELS"


def test_what_is_between_warning_and_error_of_pillow_is_too_much_as_well(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Pillow itself would only warn there."""
    monkeypatch.setattr(picture_worker, "PIXELS", 1000)
    assert answer(plain(size=(40, 40))) == b"-TOO_MANY_PIXELS"
    assert answer(plain(size=(30, 30)))[:1] == b"+"


def test_memory_that_runs_out_is_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """And no crash."""

    def starved(_data: bytes) -> bytes:
        raise MemoryError

    monkeypatch.setattr(picture_worker, "draw", starved)
    assert answer(b"") == b"-LIMIT"


def test_a_value_error_of_pillow_is_a_broken_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its text is not handed on: it could hold bytes of the file."""

    def confused(_data: bytes) -> bytes:
        raise ValueError("SECRET")

    monkeypatch.setattr(picture_worker, "draw", confused)
    assert answer(b"") == b"-BROKEN"


class Stream:
    """Standard input or output."""

    def __init__(self, data: bytes = b"") -> None:
        self.buffer = io.BytesIO(data)


def test_each_decoder_is_used_before_the_limits_fall(monkeypatch: pytest.MonkeyPatch) -> None:
    """Afterwards nothing could be loaded; with the limits taken away, so that this process can go on."""
    happened: list[object] = []
    out = Stream()
    monkeypatch.setattr(picture_worker, "limit", lambda **limits: happened.append(limits))

    def told(data: bytes) -> bytes:
        happened.append(data[:2])
        return draw(data)

    monkeypatch.setattr(picture_worker, "draw", told)
    monkeypatch.setattr(sys, "stdin", Stream(plain()))
    monkeypatch.setattr(sys, "stdout", out)
    picture_worker.main(["draw"])
    assert out.buffer.getvalue() == b"+" + draw(plain())
    first, *starts, second, last = happened
    assert isinstance(first, dict)
    assert first.keys() == {"AS", "CPU", "FSIZE", "CORE"}
    assert starts == [b"\xff\xd8", b"\x89P", b"RI", b"GI", b"II"]
    assert (second, last) == ({"NOFILE": 0}, b"\xff\xd8")


def test_a_system_without_limits_draws_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows has none of them; the time is limited from outside."""
    monkeypatch.setitem(sys.modules, "resource", None)
    limit(NOFILE=0)
    assert draw(plain())


def run(code: str, *words: str) -> subprocess.CompletedProcess[bytes]:
    """Run a program in a process of its own, since limits are for good."""
    return subprocess.run([sys.executable, "-c", code, *words], capture_output=True, check=False)


@posix
def test_limits_cannot_be_lifted_again() -> None:
    """Both values of each are lowered; one that is lower already stays."""
    code = (
        "import resource as r\nfrom custody.filing.picture_worker import limit\n"
        "limit(NOFILE=10, CORE=0); limit(NOFILE=20)\n"
        "print(r.getrlimit(r.RLIMIT_NOFILE), r.getrlimit(r.RLIMIT_CORE))"
    )
    assert run(code).stdout.strip() == b"(10, 10) (0, 0)"


@posix
def test_a_decoder_can_open_no_file_and_no_socket() -> None:
    """Whatever a picture makes it do."""
    code = (
        "import io, socket, sys\nfrom custody.filing import picture_worker as w\n"
        "sys.stdin = io.TextIOWrapper(io.BytesIO(b'x'))\n"
        "def tried(data):\n"
        "    found = b''\n"
        "    for one in (lambda: open('/dev/null'), socket.socket):\n"
        "        try: one()\n"
        "        except OSError as error: found += b'%d,' % error.errno\n"
        "    return found\n"
        "w.answer = tried\nw.main(['draw'])"
    )
    assert run(code).stdout == b"24,24,"


@posix
def test_another_program_runs_within_the_limits() -> None:
    """Memory in KiB, time in seconds, size of a file in blocks."""
    words = ("run", str(1 << 30), "7", "1024", "/bin/sh", "-c", "ulimit -v; ulimit -t; ulimit -c")
    ran = run("import sys\nfrom custody.filing.picture_worker import main\nmain(sys.argv[1:])", *words)
    assert ran.stdout.split() == [b"1048576", b"7", b"0"]


def test_without_pillow_it_says_so() -> None:
    """The caller names the extra."""
    code = (
        "import sys\nsys.modules['PIL'] = None\n"
        "from custody.filing.picture_worker import main\nmain(['draw'])"
    )
    assert run(code).stdout == b"-EXTRA"
