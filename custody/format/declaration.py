"""The form of a declaration file (schema declaration-1): what who files says of himself and of his work."""

from __future__ import annotations

from typing import Final

from custody.format.item_fields import LINE, PROSE
from custody.format.limits import ITEMS, MIB
from custody.format.shape import Choice, DateText, Integer, Record, Sequence, Text

DECLARATION_FORMAT: Final = "custody/declaration/1"
DECLARATION_BYTES: Final = MIB
_DECLARANT = Record(
    optional={
        "name": LINE,
        "position": LINE,
        "employer": LINE,
        "contact": LINE,
        "qualifications": PROSE,
        "training": PROSE,
    }
)
_CASE = Record(optional={"court": LINE, "title": LINE, "docket": LINE})
_EXECUTION = Record(
    required={"country": Text(max_characters=2, pattern=r"[A-Z]{2}")}, optional={"place": LINE}
)
_CHECK = Record(optional={"tool": LINE, "version": LINE, "place": LINE, "reliability": PROSE, "scope": PROSE})
_EXHIBIT = Record(required={"item": Integer(1, ITEMS)}, optional={"label": LINE})
_NOTICE = Record(optional={"to": LINE, "on": DateText(), "how": PROSE})
_SYSTEM = Record(
    optional={
        "name": LINE,
        "version": LINE,
        "records": PROSE,
        "accuracy": PROSE,
        "exhibit": PROSE,
        "configuration": PROSE,
        "last_test": PROSE,
    }
)
DECLARATION_SHAPE = Record(
    required={"format": Choice((DECLARATION_FORMAT,))},
    optional={
        "declarant": _DECLARANT,
        "case": _CASE,
        "execution": _EXECUTION,
        "check": _CHECK,
        "exhibits": Sequence(_EXHIBIT, minimum=1, maximum=100_000),
        "notice": _NOTICE,
        "system": _SYSTEM,
        "acquisition": PROSE,
        "comparison": PROSE,
        "gaps": PROSE,
        "remarks": PROSE,
    },
)
