"""The closed list of payload extensions (bundle spec, "Extensions"); any other file has none."""

from __future__ import annotations

_IMAGES = "jpg jpeg png gif webp heic heif tif tiff bmp avif svg dng"
_VIDEO = "mp4 m4v mov 3gp 3g2 avi mkv webm mpg mpeg mts wmv flv ts"
_AUDIO = "mp3 m4a aac wav ogg oga opus amr flac wma caf aiff"
_TEXT = "txt md csv tsv json jsonl xml html htm mhtml log rtf srt vtt vcf ics eml mbox msg yaml"
_DOCUMENTS = "pdf doc docx odt xls xlsx ods ppt pptx odp epub pages numbers key"
_DATA = "gpx kml kmz geojson db sqlite"
_CONTAINERS = "zip 7z rar tar gz bz2 xz zst warc wacz asice asics"
_PROOFS = "asc sig sshsig p7s p7m tsr tsq tst ots ers c2pa pem cer crt crl der sha256"

EXTENSIONS = frozenset(
    f"{_IMAGES} {_VIDEO} {_AUDIO} {_TEXT} {_DOCUMENTS} {_DATA} {_CONTAINERS} {_PROOFS}".split()
)


def extension_of(name: str) -> str:
    """Return the extension that a file of this name gets: lower case, from the list, else an empty text."""
    _, dot, last = name.rpartition(".")
    lowered = last.lower()
    # isascii: U+212A, the Kelvin sign, is k in lower case.
    return lowered if dot and last.isascii() and lowered in EXTENSIONS else ""


def payload_path(number: int, extension: str) -> str:
    """Return the bundle-relative path of an item's file: at least six digits, then the extension if any."""
    return f"data/{number:06d}.{extension}" if extension else f"data/{number:06d}"
