"""What a declarant says of himself and his work: the input of a certificate that no bundle holds.

Nothing in it is verified by anybody but the person who signs the certificate. What is missing stays a visible
blank there; nothing is made up.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any, Final

from attrs import field, frozen

from custody.errors import FormatError, UsageError
from custody.format.canonical import decode_json
from custody.format.declaration import DECLARATION_BYTES, DECLARATION_SHAPE
from custody.format.shape import check_shape
from custody.model.instant import Instant

_MEMBER: Final = "declaration file"

# 28 U.S.C. 1746(2): "within the United States, its territories, possessions, or commonwealths".
UNITED_STATES: Final = frozenset({"AS", "GU", "MP", "PR", "UM", "US", "VI"})


_PAST: Final = ("notice.on", "acquisition", "comparison", "system.last_test")
"""What the declarant tells as past."""
_DATE: Final = re.compile(r"(?<![0-9-])[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9-])")


@frozen(kw_only=True)
class ExhibitRequest:
    """An item that becomes an exhibit.

    Attributes:
        number: of the item, from 1.
        label: what the court calls it, such as "Exhibit 12"; None: not said.
    """

    number: int
    label: str | None = field(default=None, repr=False)


@frozen(kw_only=True)
class Declaration:
    """What a declarant says; None and empty where he says nothing.

    Attributes:
        said: every other text, by its path with a dot, such as "declarant.position".
        exhibits: the items that are exhibits, in his order; empty: every item whose file is open.
        country: where it will be executed, ISO 3166-1 alpha-2.
    """

    said: dict[str, str] = field(factory=dict, repr=False, hash=False)
    exhibits: tuple[ExhibitRequest, ...] = ()
    country: str | None = None

    def get(self, path: str) -> str | None:
        """Return a text by its path, or None where he says nothing."""
        return self.said.get(path)

    @property
    def inside_united_states(self) -> bool | None:
        """Whether it will be executed within the United States; None where the country is not said."""
        return None if self.country is None else self.country in UNITED_STATES


def refuse_future_dates(declaration: Declaration, moment: Instant) -> None:
    """Refuse dates that are told as past and lie after a moment; one day is left for zones of time.

    Args:
        declaration: dates in it are found where they are written YYYY-MM-DD.
        moment: when the certificate is made.

    Raises:
        UsageError: code DATE_IN_FUTURE.
    """
    if moment.moment.date() == date.max:
        return  # nothing is later
    last = str(Instant.from_datetime(moment.moment + timedelta(days=1)))[:10]
    for path in _PAST:
        later = [one for one in _DATE.findall(declaration.get(path) or "") if one > last]
        if later:
            raise UsageError(
                f"declaration {path}: expected dates up to {moment}, found {later[0]}",
                code="DATE_IN_FUTURE",
                hint="a certificate tells what has happened; leave out what has not, and it stays a blank",
            )


def decode_declaration(data: bytes) -> Declaration:
    """Read a declaration file (schema declaration-1).

    Raises:
        FormatError: it has another form, or names an item twice.
        LimitError: it is larger than 1 MiB.
    """
    value: Any = decode_json(data, member=_MEMBER, limit=DECLARATION_BYTES, canonical=False)
    check_shape(DECLARATION_SHAPE, value, _MEMBER)
    exhibits = tuple(
        ExhibitRequest(number=one["item"], label=one.get("label")) for one in value.get("exhibits", ())
    )
    if len({one.number for one in exhibits}) < len(exhibits):
        raise FormatError(
            _MEMBER, pointer="/exhibits", expected="each item once", found="one that is there twice"
        )
    said: dict[str, str] = {}
    for name, part in value.items():
        if isinstance(part, str) and name != "format":
            said[name] = part
        elif isinstance(part, dict):
            said |= {f"{name}.{member}": text for member, text in part.items()}
    country = said.pop("execution.country", None)
    return Declaration(said=said, exhibits=exhibits, country=country)
