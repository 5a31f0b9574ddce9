"""Extensions of payload files: from a closed list, or none."""

from __future__ import annotations

import re

import pytest

from custody.format.extension import EXTENSIONS, extension_of, payload_path


@pytest.mark.parametrize(
    ("name", "extension"),
    [
        ("IMG_2031.JPG", "jpg"),
        ("شهادة ١.pdf", "pdf"),
        ("archive.tar.gz", "gz"),
        ("voice.opus", "opus"),
        ("clip.3gp", "3gp"),
        (".jpg", "jpg"),
        ("noextension", ""),
        ("jpg", ""),
        ("virus.exe", ""),
        ("page.html\n", ""),
        ("trailing.", ""),
        ("", ""),
        ("clip.m\N{KELVIN SIGN}v", ""),
        ("photo.ｊｐｇ", ""),
    ],
)
def test_an_extension_is_taken_from_the_list_or_there_is_none(name: str, extension: str) -> None:
    """Lower case; letters that only look or fold alike do not count."""
    assert extension_of(name) == extension


def test_every_extension_is_a_few_small_letters_and_digits() -> None:
    """Nothing in the list needs care in a shell or on Windows."""
    assert not [each for each in EXTENSIONS if not re.fullmatch(r"[a-z0-9]{2,7}", each)]


def test_no_extension_makes_a_program() -> None:
    """Nobody is led to run evidence by a double click."""
    assert not EXTENSIONS & {"exe", "com", "bat", "cmd", "scr", "js", "jar", "sh", "ps1", "lnk", "msi", "vbs"}


@pytest.mark.parametrize(
    ("number", "extension", "path"),
    [
        (1, "mp4", "data/000001.mp4"),
        (1, "", "data/000001"),
        (999_999, "pdf", "data/999999.pdf"),
        (1_000_000, "pdf", "data/1000000.pdf"),
    ],
)
def test_a_payload_path_is_number_and_extension(number: int, extension: str, path: str) -> None:
    """Six digits, and more where six do not suffice."""
    assert payload_path(number, extension) == path
