"""What is not installed: an answer that says what to install, in place of an ImportError."""

from __future__ import annotations

from custody.errors import UsageError


def extra_missing(library: str, extra: str) -> UsageError:
    """Return the error for somebody who asks for a document that needs a library which is not installed.

    Args:
        library: the distribution, such as typst.
        extra: the extra of custody that brings it: report, court or pictures.
    """
    return UsageError(
        f"{library}: expected it to be installed, found that it is not",
        code="EXTRA_MISSING",
        hint=f"pip install 'custody[{extra}]'",
    )
