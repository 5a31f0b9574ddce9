"""One question settled, with its basis."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TypeAlias

from attrs import field, frozen

from custody.report.claim import Claim, Outcome
from custody.report.reason import Reason

Argument: TypeAlias = str | int


def _freeze(arguments: Mapping[str, Argument]) -> Mapping[str, Argument]:
    return MappingProxyType(dict(sorted(arguments.items())))


def _declared_order(claims: Iterable[Claim]) -> tuple[Claim, ...]:
    found = frozenset(claims)
    return tuple(claim for claim in Claim if claim in found)


SortKey: TypeAlias = tuple[int, str, str, tuple[tuple[str, str], ...], str, tuple[str, ...], tuple[str, ...]]


@frozen(kw_only=True)
class Finding:
    """One fact that verification established about a bundle.

    Attributes:
        reason: the stable code; it fixes number, outcome and ETSI indication.
        subject: what it is about: a bundle-relative path, an item number, an event id, or "" for the bundle.
        claims: the claims that it bears on, in their declared order; none for a fact that is only listed.
        arguments: numbers and names that the sentences print (expected, found, count …), sorted by name.
        basis: what the fact rests on: key ids, digests, authority names.
    """

    reason: Reason
    subject: str = ""
    claims: tuple[Claim, ...] = field(default=(), converter=_declared_order)
    arguments: Mapping[str, Argument] = field(factory=dict, converter=_freeze, hash=False)
    basis: tuple[str, ...] = ()

    @property
    def number(self) -> int:
        """The number of the question in the order of the proof, 1 to 9."""
        return self.reason.number

    @property
    def outcome(self) -> Outcome:
        """What the fact does to the claims that it bears on."""
        return self.reason.outcome

    @property
    def sort_key(self) -> SortKey:
        """Order of the report: by number, code, subject (items by their number), then by all the rest.

        The key is total: findings that differ are ordered, so no report depends on the order of reading.
        """
        by_number = f"{int(self.subject):020d}" if self.subject.isdecimal() else self.subject
        return (
            self.number,
            self.reason.name,
            by_number,
            tuple((name, str(value)) for name, value in self.arguments.items()),
            self.subject,
            tuple(claim.value for claim in self.claims),
            self.basis,
        )
