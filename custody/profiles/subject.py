"""What is checked, seen in one way before and after sealing: items, case, events, stamps, filing.

Each of them is a set of things with members that are found by a path with dots, as in the format:
`origin.tool.version` of an item, `data.result` of an event. What is withheld is closed, which is something
else than absent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import Enum
from typing import Any, Final, Protocol

from attrs import field, frozen

from custody.model.instant import Instant
from custody.profiles.answer import Place
from custody.profiles.texts import is_answer
from custody.report.report import Report
from custody.report.timeline import Timeline

OBJECTS: Final = ("item", "event", "case", "seal", "stamp", "filing")
"""The kinds of things."""


class Missing(Enum):
    """Why there is no value.

    ABSENT: nobody gave it.
    CLOSED: it is withheld, or not known yet.
    """

    ABSENT = "absent"
    CLOSED = "closed"


class Stage(Enum):
    """What is checked: a folder before it is sealed, or a bundle."""

    SOURCE = "source"
    BUNDLE = "bundle"


@frozen(kw_only=True)
class Thing:
    """One thing that checks ask about.

    Attributes:
        place: what to call it.
        members: its members by name; each is a JSON value.
        closed: names of members that are withheld.
    """

    place: Place
    members: Mapping[str, Any] = field(factory=dict, repr=False)
    closed: frozenset[str] = frozenset()

    def value(self, path: str) -> Any:  # noqa: ANN401 - a JSON value, or Missing
        """Return the value at a path with dots, or why there is none.

        Inside a list the values of all entries are returned as a list. A text that says nothing is absent
        (`custody.profiles.texts.is_answer`), in a list as well.
        """
        found = self.given(path)
        if isinstance(found, list):
            answers = [one for one in found if not isinstance(one, str) or is_answer(path, one)]
            return answers or Missing.ABSENT
        return Missing.ABSENT if isinstance(found, str) and not is_answer(path, found) else found

    def given(self, path: str) -> Any:  # noqa: ANN401 - a JSON value, or Missing
        """Return what was filled in at a path, even where it says nothing; a blank text is absent."""
        first, *others = path.split(".")
        if first in self.closed:
            return Missing.CLOSED
        found = self.members.get(first)
        for name in others:
            found = _member(found, name)
        if found is None or found == [] or (isinstance(found, str) and not found.strip()):
            return Missing.ABSENT
        return found

    def has(self, path: str) -> bool:
        """Tell whether an open value stands at a path."""
        return not isinstance(self.value(path), Missing)


def _member(value: Any, name: str) -> Any:  # noqa: ANN401 - JSON values
    if isinstance(value, Mapping):
        return value.get(name)
    if isinstance(value, list):
        found = (_member(entry, name) for entry in value)
        return [entry for entry in found if entry is not None]
    return None


def _no_digest(_number: int, _algorithm: str) -> str | None:
    return None


@frozen(kw_only=True)
class Subject:
    """All that a profile can ask about.

    Attributes:
        stage: whether it is sealed.
        moment: what counts as now.
        items: without padding and without what an event erased.
        case: what is said of the whole; its members are title, title_ar, reference, description.
        seal: the seal as an event, or None before sealing and where none can be read.
        events: counted ones in the order of the log, stubs (all closed), then attestations by known keys.
            Members: type, actor, cosigners (names of the trust), to, status, claimed_at, not_before,
            not_after, holding, event, data, and the open fields place, people, purpose and so on.
        stamps: every proof of time: path, over, kind, holds, operators, authorities, generated_at,
            not_after, not_before, codes.
        filing: what the person who files says: the members of a declaration (schema declaration-1), and as
            `identity` the name that the trust gives him; or None.
        report: what verification found, or None before sealing.
        timeline: the log told, or None where there is no seal to judge it by.
        unseen: kinds of things of which some or all cannot be seen; silence about them is undetermined.
        whole: nothing is withheld.
        digest_of: number of an item and name of an algorithm to its file's digest in hex, or None where it
            cannot be had. May read the file.
    """

    stage: Stage
    moment: Instant
    items: tuple[Thing, ...] = field(default=(), repr=False)
    case: Thing = field(repr=False)
    seal: Thing | None = field(default=None, repr=False)
    events: tuple[Thing, ...] = field(default=(), repr=False)
    stamps: tuple[Thing, ...] = field(default=(), repr=False)
    filing: Thing | None = field(default=None, repr=False)
    report: Report | None = field(default=None, repr=False)
    timeline: Timeline | None = field(default=None, repr=False)
    unseen: frozenset[str] = frozenset()
    whole: bool = True
    digest_of: Callable[[int, str], str | None] = field(default=_no_digest, repr=False)

    def things(self, kind: str) -> tuple[Thing, ...]:
        """Return the things of one kind (`OBJECTS`)."""
        single = {"case": self.case, "seal": self.seal, "filing": self.filing}
        if kind in single:
            thing = single[kind]
            return () if thing is None else (thing,)
        return {"item": self.items, "event": self.events, "stamp": self.stamps}[kind]

    def complete(self, kind: str) -> bool:
        """Tell whether every thing of a kind was seen."""
        return kind not in self.unseen


class DraftedItem(Protocol):
    """An item of a draft, as `custody.sealing.draft` has it."""

    @property
    def name(self) -> str | Mapping[str, str] | None:
        """The original name."""

    @property
    def fields(self) -> Mapping[str, Any]:
        """Field name to value, only those that were given."""


class Drafted(Protocol):
    """A draft, as `custody.sealing.draft` has it; profiles and sealing do not know each other."""

    @property
    def case(self) -> Mapping[str, Any] | None:
        """What is said of the case."""

    def items(self) -> Iterable[DraftedItem]:
        """Yield the items in their order."""


_NOT_YET: Final = frozenset({"content"})


def subject_of_draft(
    draft: Drafted,
    kinds: Sequence[str],
    *,
    moment: Instant,
    digest_of: Callable[[int, str], str | None] = _no_digest,
) -> Subject:
    """Return what is to be sealed as a subject; sizes and digests are not known yet, so they are closed.

    Args:
        draft: what would be sealed.
        kinds: the kind that each item would get.
        moment: what counts as now.
        digest_of: see `Subject`; may read the files.
    """
    items = []
    for number, (item, kind) in enumerate(zip(draft.items(), kinds, strict=True), start=1):
        members = {**item.fields, "kind": {"kind": kind, **item.fields.get("kind", {})}}
        if item.name is not None:
            members["name"] = item.name
        name = item.name if isinstance(item.name, str) else ""
        place = Place(object="item", number=number, claimed_name=name)
        items.append(Thing(place=place, members=members, closed=_NOT_YET))
    return Subject(
        stage=Stage.SOURCE,
        moment=moment,
        items=tuple(items),
        case=Thing(place=Place(object="case"), members=draft.case or {}),
        digest_of=digest_of,
    )
