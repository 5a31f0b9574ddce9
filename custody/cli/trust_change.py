"""Changing a trust file: read, change, check that it can be read again, replace."""

from __future__ import annotations

from collections.abc import Callable

from custody.errors import FormatError, UsageError
from custody.format.limits import TRUST_FILE_BYTES
from custody.storage.atomic_file import replace_file
from custody.trust.trust import Trust
from custody.trust.trust_file import decode_trust_file, encode_trust_file


def change_trust(path: str, change: Callable[[Trust], Trust]) -> tuple[Trust, Trust]:
    """Replace the trust in a file, under its lock; what `change` refuses leaves the file as it is.

    Returns:
        The trust before and after.

    Raises:
        UsageError: from `change`, or the new trust holds a text that a trust file cannot have.
        BundleError: the file is no trust file.
        StorageError: it cannot be read or replaced.
    """
    seen: list[Trust] = []

    def replaced(data: bytes) -> bytes:
        before = decode_trust_file(data)
        after = change(before)
        encoded = encode_trust_file(after)
        try:
            decode_trust_file(encoded)
        except FormatError as error:
            raise UsageError(f"{error.pointer}: expected {error.expected}, found {error.found}") from None
        seen.extend((before, after))
        return encoded

    replace_file(path, replaced, TRUST_FILE_BYTES)
    before, after = seen
    return before, after
