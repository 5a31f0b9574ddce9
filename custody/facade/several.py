"""Arguments of which there may be several: who gives one alone means that one."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any

from custody.errors import UsageError


def several(things: Any, name: str) -> tuple[Any, ...]:  # noqa: ANN401 - of whatever kind the argument is
    """Return what was given, together; a text, bytes, a path or a signer alone is one, not its letters.

    Args:
        things: one, or several.
        name: of the argument, for the error.

    Raises:
        UsageError: neither.
    """
    if isinstance(things, str | bytes | os.PathLike) or hasattr(things, "sign"):
        return (things,)
    if not isinstance(things, Iterable):
        raise UsageError(f"{name}: expected one or several, found another object")
    return tuple(things)
