"""Which items may be drawn on a contact sheet: what protects people decides first, and doubt is a no.

A sheet is copied, printed and filed. So an item is drawn only where everything that could forbid it is open
in this copy, and either it has no terms at all or its terms allow publication in the words of the bundle spec
(section 4.1, `terms`). Free text is read by no program: a condition in words forbids, unless the purposes
name the contact sheet.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from enum import Enum
from typing import Any, Final

from attrs import frozen

from custody.format.item_fields import ITEM_FIELDS
from custody.format.item_line import ItemLine

PURPOSE: Final = "contact-sheet"
"""The purpose in `terms.purposes` that allows exactly this."""

_DECISIVE: Final = ("kind", "people", "terms", "derivation")
_PUBLIC: Final = "public"
_OPEN: Final = "open"
_MAKERS: Final = frozenset(
    {"author", "photographer", "collector", "interviewer", "interpreter", "translator"}
)
_NEVER: Final = frozenset({"witness", "survivor", "victim", "guardian"})
_TESTIMONIES: Final = (
    "testimon",
    "statement",
    "interview",
    "affidavit",
    "deposition",
    "شهاد",
    "افاد",
    "اقوال",
    "مقابل",
)
"""Beginnings of words, without what is written above and below letters."""
_SMALL_MARKS: Final = frozenset({"Mn", "Cf"})
_TATWEEL: Final = "\u0640"
_IN_WORDS: Final = ("conditions", "partners", "states")


class Refusal(Enum):
    """Why an item is not drawn.

    A sheet says no more than that terms forbid it; this is for whoever makes the sheet.

    ABSENT: its file is not in this copy.
    NOT_PICTURE: its file is neither a picture nor a video.
    CLOSED: kind, people, terms or derivation are closed here, and could forbid it.
    WITHDRAWN: consent was withdrawn, by its terms or by an event of the log.
    QUARANTINED: an event of the log holds it back.
    TESTIMONY: it is a testimony, or the kind of document that it is called could be one.
    CONSENT_FORM: another item names it as the form by which somebody consented.
    PERSONS: somebody is named in it who must not be shown.
    GRAPHIC: it is marked as graphic.
    DERIVED: it was made from other items and has no terms of its own; or it was made from an item that must
        not be shown, or of which nothing can be told here.
    TERMS: its terms forbid it, or do not allow it clearly.
    """

    ABSENT = "ABSENT"
    NOT_PICTURE = "NOT_PICTURE"
    CLOSED = "CLOSED"
    WITHDRAWN = "WITHDRAWN"
    QUARANTINED = "QUARANTINED"
    TESTIMONY = "TESTIMONY"
    CONSENT_FORM = "CONSENT_FORM"
    PERSONS = "PERSONS"
    GRAPHIC = "GRAPHIC"
    DERIVED = "DERIVED"
    TERMS = "TERMS"


_OF_CHILDREN: Final = frozenset({"guardian", "child_protocol"})


@frozen(kw_only=True)
class Fields:
    """What decides about one item; None is the open value null.

    Attributes:
        kind: the field `kind`.
        people: the field `people`.
        terms: the field `terms`.
        derivation: the field `derivation`.
    """

    kind: Mapping[str, Any] | None
    people: Mapping[str, Any] | None
    terms: Mapping[str, Any] | None
    derivation: Mapping[str, Any] | None


def deciding_fields(line: ItemLine) -> Fields | None:
    """Return what decides about an item, or None where a part of that is closed."""
    if line.values:
        return Fields(**{name: line.values[ITEM_FIELDS.index(name)] for name in _DECISIVE})
    openings = line.openings or {}
    if not openings.keys() >= set(_DECISIVE):
        return None
    return Fields(**{name: openings[name][1] for name in _DECISIVE})


def consent_form(line: ItemLine) -> int | None:
    """Return the number of the item that this one names as its consent form; None where it names none."""
    if line.values:
        value = line.values[ITEM_FIELDS.index("terms")]
    else:
        value = (line.openings or {}).get("terms", ("", None))[1]
    form = ((value or {}).get("consent") or {}).get("form_item")
    return form if isinstance(form, int) else None


def refusal_of(fields: Fields | None, *, on: str) -> Refusal | None:
    """Say why an item must not be drawn, or None where it may be.

    Args:
        fields: what decides; None: a part of it is closed.
        on: the day that counts as today, YYYY-MM-DD.
    """
    if fields is None or fields.kind is None:
        return Refusal.CLOSED
    terms = fields.terms
    forbidden = {
        Refusal.WITHDRAWN: "withdrawn" in (terms or {}),
        Refusal.TESTIMONY: _could_be_testimony(fields.kind),
        Refusal.GRAPHIC: fields.kind.get("graphic") is True,
        Refusal.PERSONS: _shows_people(fields.people, terms or {}),
        Refusal.DERIVED: terms is None
        and (fields.derivation is not None or fields.kind["kind"] == "derived"),
        Refusal.TERMS: terms is not None and not _allows(terms, on),
    }
    return next((refusal for refusal, holds in forbidden.items() if holds), None)


def _could_be_testimony(kind: Mapping[str, Any]) -> bool:
    """Tell whether an item is a testimony, or is called one by its type of document; "bank statement" too."""
    called = unicodedata.normalize("NFKD", kind.get("document_type", "")).casefold()
    plain = "".join(
        one for one in called if unicodedata.category(one) not in _SMALL_MARKS and one != _TATWEEL
    )
    return kind["kind"] == "testimony" or any(word in plain for word in _TESTIMONIES)


def _shows_people(people: Mapping[str, Any] | None, terms: Mapping[str, Any]) -> bool:
    """Tell whether somebody is named who must not be shown: those who made the item are not in it.

    Where a guardian consented, or children were protected, a child is in it.
    """
    if not _OF_CHILDREN.isdisjoint(terms.get("consent") or {}):
        return True
    photo = (terms.get("identity_levels") or {}).get("photo") == _OPEN
    for person in (people or {"persons": ()})["persons"]:
        role = person.get("role")
        if person.get("minor") or role in _NEVER or (role not in _MAKERS and not photo):
            return True
    return False


def _allows(terms: Mapping[str, Any], on: str) -> bool:
    named = PURPOSE in terms.get("purposes", ())
    public = (terms.get("scopes") or {}).get(_PUBLIC) is True
    confidentiality = terms.get("confidentiality")
    consent = terms.get("consent") or {}
    forbidding = (
        consent.get("given") is False,
        consent.get("minor") is True,
        terms.get("protective_measures") is True,
        confidentiality not in {None, _PUBLIC},
        "scopes" in terms and not public,
        "withheld" in (terms.get("identity_levels") or {}).values(),
        "purposes" in terms and not named,
        not named and any(member in terms for member in _IN_WORDS),
        terms.get("review", on) < on,
    )
    return not any(forbidding) and (named or public or confidentiality == _PUBLIC)
