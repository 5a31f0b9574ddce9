"""Which paths the format has: for items, events, the case, proofs of time and declarations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from custody.format.declaration import DECLARATION_SHAPE
from custody.format.event_fields import EVENT_SHAPES, EVENT_TYPES
from custody.format.item_fields import ITEM_FIELDS, ITEM_SHAPES
from custody.format.shape import OneOf, Record, Sequence, Shape, TextMap
from custody.profiles.bundle import EVENT_MEMBERS, STAMP_MEMBERS

_PATHS: Final = ("all", "any", "members", "by", "parts")
_PATH: Final = ("member", "from", "until", "group", "part_member")


def has_home(kind: str, path: str) -> bool:
    """Tell whether a thing of a kind can have something at a path."""
    first, *others = path.split(".")
    if kind == "item":
        shapes = dict(zip(ITEM_FIELDS, ITEM_SHAPES, strict=True))
        return first in shapes and _leads(shapes[first], others)
    if kind == "case":
        return _leads(EVENT_SHAPES["case"], [first, *others])
    if kind == "filing":
        return path == "identity" or _leads(DECLARATION_SHAPE, [first, *others])
    if kind == "stamp":
        return path in STAMP_MEMBERS
    if first == "data":
        return any(_leads(one.data, others) for one in EVENT_TYPES.values())
    return path in EVENT_MEMBERS or (first in EVENT_SHAPES and _leads(EVENT_SHAPES[first], others))


def _leads(shape: Shape, path: list[str]) -> bool:
    if not path:
        return True
    if isinstance(shape, Sequence):
        return _leads(shape.item, path)
    if isinstance(shape, OneOf):
        return any(_leads(one, path) for one in shape.shapes)
    if isinstance(shape, TextMap):
        return len(path) == 1
    if isinstance(shape, Record):
        members = {**shape.required, **shape.optional}
        return path[0] in members and _leads(members[path[0]], path[1:])
    return False


def asked_members(parameters: Mapping[str, Any]) -> Iterator[str]:
    """Yield every path in the parameters of a check."""
    for name, value in parameters.items():
        if name in _PATHS and name != "parts":
            yield from value
        elif name in _PATH:
            yield value
        elif name == "of":
            for condition in value:
                yield from asked_members(condition)
