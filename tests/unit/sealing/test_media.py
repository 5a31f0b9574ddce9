"""Media types: hints from first bytes and extensions, for every kind of file that people send."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.sealing.media import HEAD_BYTES, default_kind, detect_media_type

BOX = b"\x00\x00\x00\x18ftyp"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
CASES = [
    (b"\xff\xd8\xff\xe0\x00\x10JFIF", "IMG_1.jpg", "image/jpeg", "media"),
    (b"\x89PNG\r\n\x1a\n", "x.png", "image/png", "media"),
    (b"GIF89a", "x.gif", "image/gif", "media"),
    (b"RIFF\x24\x00\x00\x00WEBPVP8 ", "x.webp", "image/webp", "media"),
    (b"RIFF\x24\x00\x00\x00WAVEfmt ", "x.wav", "audio/vnd.wave", "media"),
    (BOX + b"3gp5\x00\x00\x00\x00", "x.3gp", "video/3gpp", "media"),
    (BOX + b"3g2a\x00\x00\x00\x00", "x.3g2", "video/3gpp2", "media"),
    (BOX + b"isom\x00\x00\x02\x00", "x.mp4", "video/mp4", "media"),
    (BOX + b"M4A \x00\x00\x02\x00", "x.m4a", "audio/mp4", "media"),
    (BOX + b"qt  \x00\x00\x02\x00", "x.mov", "video/quicktime", "media"),
    (BOX + b"heic\x00\x00\x00\x00", "x.heic", "image/heic", "media"),
    (b"OggS\x00\x02" + bytes(22) + b"OpusHead\x01", "x.opus", "audio/ogg", "media"),
    (b"OggS\x00\x02" + bytes(22) + b"\x80theora", "x.ogv", "video/ogg", "media"),
    (b"#!AMR\n\x3c", "x.amr", "audio/amr", "media"),
    (b"#!AMR-WB\n\x3c", "x.amr", "audio/amr-wb", "media"),
    ((b"G" + bytes(187)) * 3, "x.ts", "video/mp2t", "media"),
    (b"%PDF-1.7\n", "x.pdf", "application/pdf", "record"),
    (b"PK\x03\x04" + bytes(26), "x.docx", DOCX, "record"),
    (b"PK\x03\x04" + bytes(26), "x.zip", "application/zip", "other"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "x.doc", "application/msword", "record"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "x", "application/x-cfb", "other"),
    ("شهادة كتبت في اليوم الثالث".encode(), "x.txt", "text/plain", "record"),
    ("شهادة".encode("cp1256"), "x.txt", "text/plain", "record"),
    ("شهادة".encode("utf-16"), "x.txt", "text/plain", "record"),
    (b"a,b\n1,2\n", "x.csv", "text/csv", "record"),
    (b'{"a":1}', "x.json", "application/json", "record"),
    (b"\xef\xbb\xbf<!DOCTYPE html><p>", "page", "text/html", "record"),
    (b"<?xml version='1.0'?><svg/>", "x", "image/svg+xml", "media"),
    (b"<?xml version='1.0'?><a/>", "x", "application/xml", "record"),
    (b"From: a\nTo: b\n", "x.eml", "message/rfc822", "record"),
    (b"", "x.txt", "", "other"),
    (b"\x00\x01\x02\x03" * 16, "x", "", "other"),
]  # fmt: skip


@pytest.mark.parametrize(("head", "name", "media_type", "kind"), CASES)
def test_a_file_is_recognised(head: bytes, name: str, media_type: str, kind: str) -> None:
    """First bytes and extension give the media type, and the type gives the default kind."""
    found = detect_media_type(head, name)
    assert (found, default_kind(found)) == (media_type, kind)


def test_text_cut_inside_a_character_is_still_text() -> None:
    """The first bytes may end in the middle of an Arabic letter."""
    assert detect_media_type("ش".encode() * 1024 + b"\xd8", "x") == "text/plain"
    assert detect_media_type(b"a" + "ش".encode() * 2048, "x") == "text/plain"


def test_testimony_is_never_guessed() -> None:
    """No media type makes a file a testimony."""
    assert {default_kind(media_type) for _head, _name, media_type, _kind in CASES} == {
        "media",
        "record",
        "other",
    }


@given(st.binary(max_size=HEAD_BYTES), st.text(max_size=20))
def test_any_bytes_have_an_answer(head: bytes, name: str) -> None:
    """Detection never fails, whatever the file and its name."""
    found = detect_media_type(head, name)
    assert found == "" or "/" in found


@given(st.sampled_from([head for head, *_ in CASES]), st.binary(max_size=600))
def test_a_truncated_or_damaged_signature_has_an_answer(head: bytes, rest: bytes) -> None:
    """A file that only begins like a known one is answered too."""
    assert isinstance(detect_media_type(head + rest, "x.docx"), str)


def test_real_files_are_recognised(corpora: Path) -> None:
    """Photographs and documents made by real programs have the type that their extension says."""
    expected = {".jpg": "image/jpeg", ".pdf": "application/pdf", ".wacz": "application/wacz"}
    found = {
        (path.suffix, detect_media_type(path.read_bytes()[:HEAD_BYTES], path.name))
        for path in (corpora / "ingest").rglob("*")
        if path.suffix in expected
    }
    assert found == set(expected.items())


def test_random_bytes_are_nothing() -> None:
    """Encrypted files have no media type, or a wrong one so rarely that nobody meets it."""
    assert sum(detect_media_type(os.urandom(4096), "x") != "" for _ in range(200)) < 10
