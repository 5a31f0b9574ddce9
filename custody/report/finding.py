"""One question settled, with its basis."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from attrs import field, frozen

from custody.report.claim import Claim, Outcome
from custody.report.reason import Reason

Argument = str | int


def _freeze(arguments: Mapping[str, Argument]) -> Mapping[str, Argument]:
    return MappingProxyType(dict(sorted(arguments.items())))


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
    claims: tuple[Claim, ...] = ()
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
    def sort_key(self) -> tuple[int, str, str, tuple[tuple[str, str], ...]]:
        """Order of the report: by number, then code, subject and arguments; independent of reading order."""
        padded = f"{int(self.subject):020d}" if self.subject.isdecimal() else self.subject
        return self.number, self.reason.name, padded, tuple((name, str(value)) for name, value in self.arguments.items())
