"""The BagIt files around a bundle, as functions of the rest (RFC 8493; bundle spec, "Wrapping")."""

from __future__ import annotations

from collections.abc import Mapping

BAGIT_TXT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
BAG_PATHS = ("bagit.txt", "bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt")
ITEMS_PATH = "custody/items.jsonl"
VERIFY_PATH = "custody/VERIFY.txt"
CHUNKS_FOLDER = "custody/chunks"


def encode_bag_info(bundle_id: str, files: int, payload_bytes: int) -> bytes:
    """Encode bag-info.txt: profile, bundle id, and the payload's size as `bytes.files`."""
    lines = (
        "Bag-Software-Agent: custody bundle 1",
        f"External-Identifier: {bundle_id}",
        f"Payload-Oxum: {payload_bytes}.{files}",
    )
    return "".join(f"{line}\n" for line in lines).encode("ascii")


def encode_manifest_line(sha256: str, path: str) -> bytes:
    """Encode one line of a manifest, as `sha256sum -c` reads it: digest, two spaces, path."""
    return f"{sha256}  {path}\n".encode("ascii")


def encode_tag_manifest(digests: Mapping[str, str]) -> bytes:
    """Encode tagmanifest-sha256.txt from path to SHA-256, bytewise by path."""
    return b"".join(encode_manifest_line(digests[path], path) for path in sorted(digests))


def chunks_path(number: int) -> str:
    """Return the path of an item's chunk digests."""
    return f"{CHUNKS_FOLDER}/{number:06d}.sha256"
