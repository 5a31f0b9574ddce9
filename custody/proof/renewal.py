"""The digest that a hash renewal gives an item (bundle spec, "Renewals")."""

from __future__ import annotations

from custody.format.hashes import Hash


def renewed_digest(new_hash: Hash, line: bytes, file_digest: bytes | None) -> bytes:
    """Return H'(line ‖ LF ‖ H'(file)), or H'(line ‖ LF) where the item has no file here.

    Both have one reading: a line has no line feed in it, and a digest has a fixed length.

    Args:
        new_hash: H'.
        line: the item's line of items.jsonl, without its line feed.
        file_digest: H' of the item's file; None where its content is closed or it is padding.
    """
    return new_hash.digest(line + b"\n" + (file_digest or b""))
