"""What a file seems to be, from its first bytes and its name: a hint for people, never a fact to rely on.

`filetype` knows most signatures; the table here answers first where it is slow, wrong or silent (mobile
video, Opus, AMR, text and the formats that are text, office documents inside zips), so that most files cost a
few microseconds.
"""

from __future__ import annotations

from typing import Final

import filetype

HEAD_BYTES: Final = 8192
"""How many of a file's first bytes are looked at, at most."""

MEDIA, RECORD, OTHER = "media", "record", "other"
_TEXT_BYTES: Final = 2048
_CONTROLS: Final = bytes(set(range(32)) - {9, 10, 12, 13}) + b"\x7f"
_LAST_CHARACTER: Final = 4  # bytes that the cut may have left of a UTF-8 character, at most
_PACKET: Final = 188  # of an MPEG transport stream

_STARTS: Final[dict[bytes, str]] = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"GIF8": "image/gif",
    b"%PDF-": "application/pdf",
    b"{\\rtf": "application/rtf",
    b"#!AMR\n": "audio/amr",
    b"#!AMR-WB\n": "audio/amr-wb",
    b"caff\x00\x01": "audio/x-caf",
    b"WARC/1.": "application/warc",
    b"WARC/0.": "application/warc",
    b"WEBVTT": "text/vtt",
    b"BEGIN:VCARD": "text/vcard",
    b"BEGIN:VCALENDAR": "text/calendar",
    b"age-encryption.org/v1\n": "application/x-age-encryption",
    b"-----BEGIN PGP SIGNATURE": "application/pgp-signature",
    b"SQLite format 3\x00": "application/vnd.sqlite3",
}
# By first byte, so that most files meet one or two comparisons.
_BY_FIRST: Final = {
    first: tuple(item for item in _STARTS.items() if item[0][0] == first)
    for first in {start[0] for start in _STARTS}
}
_BRANDS: Final = {
    b"3gp": "video/3gpp",
    b"3ge": "video/3gpp",
    b"3gr": "video/3gpp",
    b"3gs": "video/3gpp",
    b"3g2": "video/3gpp2",
    b"M4A": "audio/mp4",
    b"M4B": "audio/mp4",
    b"M4V": "video/x-m4v",
    b"qt ": "video/quicktime",
    b"hei": "image/heic",
    b"hev": "image/heic",
    b"mif": "image/heif",
    b"msf": "image/heif",
    b"avi": "image/avif",
}
_ZIPPED: Final = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odp": "application/vnd.oasis.opendocument.presentation",
    "epub": "application/epub+zip",
    "kmz": "application/vnd.google-earth.kmz",
    "wacz": "application/wacz",
    "asice": "application/vnd.etsi.asic-e+zip",
    "asics": "application/vnd.etsi.asic-s+zip",
}
_COMPOUND: Final = {
    "doc": "application/msword",
    "xls": "application/vnd.ms-excel",
    "ppt": "application/vnd.ms-powerpoint",
    "msg": "application/vnd.ms-outlook",
}
_TEXTS: Final = {
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "md": "text/markdown",
    "json": "application/json",
    "jsonl": "application/jsonl",
    "geojson": "application/geo+json",
    "xml": "application/xml",
    "gpx": "application/gpx+xml",
    "kml": "application/vnd.google-earth.kml+xml",
    "html": "text/html",
    "htm": "text/html",
    "mhtml": "multipart/related",
    "eml": "message/rfc822",
    "mbox": "application/mbox",
    "srt": "application/x-subrip",
    "vtt": "text/vtt",
    "vcf": "text/vcard",
    "ics": "text/calendar",
    "yaml": "application/yaml",
    "svg": "image/svg+xml",
    "pem": "application/x-pem-file",
}
_BETTER: Final = {  # names that filetype uses and IANA does not
    "audio/x-flac": "audio/flac",
    "audio/x-wav": "audio/vnd.wave",
    "application/x-rar-compressed": "application/vnd.rar",
    "application/x-sqlite3": "application/vnd.sqlite3",
    "application/font-sfnt": "font/sfnt",
    "application/font-woff": "font/woff",
}
_RECORDS: Final = frozenset(
    {
        "application/pdf",
        "application/rtf",
        "application/epub+zip",
        "application/json",
        "application/jsonl",
        "application/geo+json",
        "application/gpx+xml",
        "application/xml",
        "application/yaml",
        "application/mbox",
        "application/postscript",
        "application/warc",
        "application/wacz",
        "application/x-subrip",
        "application/vnd.google-earth.kml+xml",
        "application/vnd.google-earth.kmz",
        "multipart/related",
        "message/rfc822",
        *_COMPOUND.values(),
        *(_ZIPPED[extension] for extension in ("docx", "xlsx", "pptx", "odt", "ods", "odp")),
    }
)


def detect_media_type(head: bytes, name: str) -> str:
    """Guess the media type of a file.

    Args:
        head: its first bytes; `HEAD_BYTES` are enough.
        name: its name, of which only the extension counts.

    Returns:
        A media type without parameters, or "" when nothing is known.
    """
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    found = _by_signature(head, extension) if head else ""
    if found is None:
        found = (
            _text_type(head, extension) if _is_text(head[:_TEXT_BYTES], extension) else _ask_filetype(head)
        )
    return found


def _by_signature(head: bytes, extension: str) -> str | None:
    for start, found in _BY_FIRST.get(head[0], ()):
        if head.startswith(start):
            return found
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:11], "video/mp4")
    if head.startswith(b"OggS"):
        return "video/ogg" if b"theora" in head[:128] or b"\x01video" in head[:128] else "audio/ogg"
    if head.startswith(b"PK\x03\x04"):
        return _ZIPPED.get(extension)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _COMPOUND.get(extension, "application/x-cfb")
    return "video/mp2t" if head[: 2 * _PACKET + 1 : _PACKET] == b"GGG" else None


def default_kind(media_type: str) -> str:
    """Say which kind an item gets when nobody says: media, record or other; testimony is never guessed."""
    top, _, rest = media_type.partition("/")
    if top in {"image", "video", "audio"}:
        return MEDIA
    return RECORD if rest and (top == "text" or media_type in _RECORDS) else OTHER


def _is_text(head: bytes, extension: str) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):  # UTF-16 with its mark
        return len(head) % 2 == 0 and extension in {*_TEXTS, "txt", "log"}
    if len(head.translate(None, _CONTROLS)) != len(head):
        return False
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        cut = error.reason == "unexpected end of data" and error.start > len(head) - _LAST_CHARACTER
        return cut or extension in {*_TEXTS, "txt", "log"}  # an older code page
    return True


def _text_type(head: bytes, extension: str) -> str:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:256].lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return "text/html"
    if extension in _TEXTS:
        return _TEXTS[extension]
    if start.startswith(b"<?xml"):
        return "image/svg+xml" if b"<svg" in start else "application/xml"
    return "text/plain"


def _ask_filetype(head: bytes) -> str:
    try:
        found = filetype.guess(head)
    except (IndexError, ValueError):  # its matchers trust lengths that stand in the file
        return ""
    mime = found.mime if found is not None else ""
    return "" if mime == "application/octet-stream" else _BETTER.get(mime, mime)
