"""Paths: what a name may be, and that a hostile one is not repeated."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.errors import FormatError
from custody.format.path import _PATH, _PAYLOAD, check_path, is_path

BUNDLE = "0123456789abcdef0123456789abcdef"


@pytest.mark.parametrize(
    "path",
    [
        "bagit.txt",
        f"{BUNDLE}/data/000001.mp4",
        f"{BUNDLE}-01234567/data/1234567",
        f"{BUNDLE}/custody/log/{BUNDLE}/00000000/1.ed25519.pub",
        "custody/VERIFY.txt",
        "-rf",
        "a b/c (1)%20$x'`~{}[]@!#&+,;=^_.txt",
        "..a/...b",
        ".hidden",
        "console/communication/com10/com.x.y"[:-6] + "/nulls",
        "a" * 255,
        "/".join(["a"] * 64),
    ],
)
def test_a_harmless_path_is_accepted(path: str) -> None:
    """Odd is not hostile."""
    check_path(path, "zip")
    assert is_path(path)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/a",
        "a/",
        "a//b",
        ".",
        "..",
        "../a",
        "a/../b",
        "a/./b",
        "a.",
        "a /b",
        "a\\b",
        "C:a",
        "a:b",
        'a"b',
        "a*",
        "a?",
        "a<b",
        "a>b",
        "a|b",
        "a\x00b",
        "a\nb",
        "a\x1b[31m",
        "a\x7f",
        "صورة.jpg",
        "a\u202eb",
        "con",
        "CON.txt",
        "a/Nul/b",
        "aux .txt",
        "com1.tar.gz",
        "x/LPT9",
        "conin$",
        "a" * 256,
        "/".join(["a"] * 65),
        "/".join(["a" * 200] * 6),
    ],
)
def test_a_path_that_means_something_else_somewhere_is_refused(path: str) -> None:
    """The message says so without the name, which may imitate a report."""
    with pytest.raises(
        FormatError, match=r"^zip: expected a path of the bundle's grammar, found another name$"
    ):
        check_path(path, "zip")


@given(st.from_regex(_PAYLOAD, fullmatch=True))
def test_the_short_way_for_payload_names_lets_nothing_else_through(path: str) -> None:
    """It is quicker, not wider."""
    assert is_path(path)
    assert _PATH.fullmatch(path)
