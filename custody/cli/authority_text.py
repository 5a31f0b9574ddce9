"""How root certificates of time authorities are shown."""

from __future__ import annotations

import re
from collections.abc import Iterator

from custody.format.root_file import RootCertificate
from custody.model.instant import Instant
from custody.present.display import quote

_GROUP = re.compile("....")


def grouped(fingerprint: str) -> str:
    """Return 64 hex digits in groups of four, to be compared by eye."""
    return " ".join(_GROUP.findall(fingerprint))


def root_lines(root: RootCertificate) -> Iterator[str]:
    """Yield what there is to say of a root certificate; its subject is quoted, for it is a claim."""
    yield f"  root: {quote(root.claimed_subject)}"
    yield f"    sha-256: {grouped(root.fingerprint)}"
    yield f"    valid: {day(root.not_before)} to {day(root.not_after)}"
    if not root.self_signed:
        yield "    signed by another certificate, not by itself: the chain ends here all the same"


def day(moment: Instant) -> str:
    """Return the date of a moment."""
    return str(moment)[:10]
