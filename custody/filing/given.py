"""What programs hand over: a wrong kind of thing is a wrong call, said in words, before anything is done."""

from __future__ import annotations

from custody.errors import UsageError


def check_given(value: object, kind: type, name: str) -> None:
    """Refuse an argument of another type.

    Args:
        value: what was given.
        kind: the class that it has to be of.
        name: of the argument.

    Raises:
        UsageError: it is something else.
    """
    if not isinstance(value, kind):
        article = "an" if kind.__name__[0] in "AEIOU" else "a"
        found = "None" if value is None else "another object"
        raise UsageError(f"{name}: expected {article} {kind.__name__}, found {found}")
