"""Secrets that lie among the sources: a key that is sealed as evidence is given to everybody who gets it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path

from attrs import frozen

from custody.format.limits import KEY_FILE_BYTES

HEAD_BYTES = 1024
"""How much of a file is looked at."""
REASON = "a secret key"
HINT = "move it out of the sources: whoever gets the bundle would get it too"

# `-----BEGIN PRIVATE KEY-----` (RFC 7468), with an algorithm or tool before it; OpenPGP's ends in BLOCK.
_ARMOUR = re.compile(rb"^-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----", re.MULTILINE)
_OWN = re.compile(rb'\s*\{.*"format"\s*:\s*"custody/key/1"', re.DOTALL)
_UTF8_MARK = b"\xef\xbb\xbf"


def is_secret_key(head: bytes) -> bool:
    """Tell whether a file begins as a secret key: ours, or one in PEM, OpenSSH or OpenPGP armour.

    Args:
        head: its first bytes; at most `HEAD_BYTES` are looked at.
    """
    head = head[:HEAD_BYTES].removeprefix(_UTF8_MARK)
    return _ARMOUR.search(head) is not None or _OWN.match(head) is not None


def may_be_key(size_bytes: int) -> bool:
    """Tell whether a file is small enough for a key; larger ones need not be opened."""
    return 0 < size_bytes <= KEY_FILE_BYTES


@frozen
class Never:
    """Files that must not be sealed, known by their place on the disk: another name leads there too.

    Attributes:
        files: device and inode of each.
    """

    files: frozenset[tuple[int, int]] = frozenset()

    @classmethod
    def of(cls, paths: Iterable[str]) -> Never:
        """Look the paths up, links followed; what is not there cannot be sealed."""
        found = set()
        for path in paths:
            try:
                status = Path(path).stat()
            except (OSError, ValueError):  # absent, or no path at all
                continue
            found.add((status.st_dev, status.st_ino))
        return cls(frozenset(found))

    def __contains__(self, status: os.stat_result) -> bool:
        """Tell whether this is one of the files."""
        return (status.st_dev, status.st_ino) in self.files
