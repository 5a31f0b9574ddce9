"""Outcomes of several runs as one: lists are joined, numbers added."""

from __future__ import annotations

from typing import TypeVar

from attrs import AttrsInstance, fields

_Outcome = TypeVar("_Outcome", bound=AttrsInstance)


def added_up(first: _Outcome, second: _Outcome) -> _Outcome:
    """Add up two outcomes, all of whose members are tuples or numbers."""
    names = [one.name for one in fields(type(first))]
    return type(first)(**{name: getattr(first, name) + getattr(second, name) for name in names})
