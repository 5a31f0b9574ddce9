"""The form of the examples: for each check of a profile, a subject that meets it and one that does not."""

from __future__ import annotations

from collections.abc import Callable

from attrs import frozen

from custody.profiles.subject import Subject


@frozen
class Case:
    """Two subjects that differ in one thing.

    Attributes:
        holds: the check is met, or declared.
        fails: the check is not met, or not declared.
        unclear: the check is undetermined; only where this is worth an example.
    """

    holds: Callable[[], Subject]
    fails: Callable[[], Subject]
    unclear: Callable[[], Subject] | None = None
