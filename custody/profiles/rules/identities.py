"""Rules about who can be recognised: a scanner of texts for names, numbers and addresses, and pseudonyms.

The scanner is a net, not a proof. It finds addresses of electronic mail; telephone numbers that begin with +
or 00, and local ones that begin with 0; and words of the persons that the bundle itself names, unless they
are pseudonyms. It reads no payload, knows no other names, and overlooks what is misspelt or abbreviated.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from attrs import frozen

from custody.format.item_fields import PERSON_ROLES
from custody.format.shape import Record
from custody.profiles.answer import Answer, State
from custody.profiles.rules.rule import PATHS, SELECTION, Parameters, Rule, ask_each
from custody.profiles.subject import Missing, Subject, Thing
from custody.profiles.texts import folded, is_pseudonym

_MAIL: Final = re.compile(r"[\w.+-]+@[\w-]+\.\w")
_INTERNATIONAL: Final = re.compile(r"(?<![0-9])(?:\+|00)[1-9](?:[ ().-]{0,2}[0-9]){7,14}(?![0-9])")
_LOCAL: Final = re.compile(r"(?<![0-9])0[1-9][0-9]{1,2}(?:[0-9]{6,7}|[ -][0-9]{3}[ -][0-9]{3,4})(?![0-9])")
_NUMBERS_AND_ADDRESSES: Final = (_MAIL, _INTERNATIONAL, _LOCAL)
_WORD: Final = re.compile(r"[^\W\d_]+")
_LETTERS: Final = 4
_IGNORED: Final = frozenset({*PERSON_ROLES, "alleged", "perpetrator", "family", "unknown", "anonymous"})


def words_of(text: str) -> frozenset[str]:
    """Return the words of a text, folded; an underscore parts words."""
    return frozenset(_WORD.findall(folded(text)))


@frozen(kw_only=True)
class Known:
    """By what the persons whom a bundle names can be recognised.

    Attributes:
        words: of their names, of four letters or more; none of a pseudonym, none that is a role.
        contacts: how to reach them, as a whole.
    """

    words: frozenset[str]
    contacts: tuple[str, ...]


def known_of(subject: Subject) -> Known:
    """Gather by what the persons of items and events can be recognised; both are folded."""
    words, contacts = set[str](), set[str]()
    for thing in (*subject.items, *subject.events):
        persons = thing.value("people.persons")
        for person in () if isinstance(persons, Missing) else persons:
            if not is_pseudonym(person["id"]):
                words |= words_of(person["id"])
            contacts.add(folded(person.get("contact", "").strip()))
    long = frozenset(word for word in words if len(word) >= _LETTERS and word not in _IGNORED)
    return Known(words=long, contacts=tuple(one for one in contacts if len(one) >= _LETTERS))


def tells_somebody(text: str, known: Known) -> bool:
    """Tell whether the scanner finds somebody in a text."""
    plain = folded(text)
    if any(pattern.search(plain) for pattern in _NUMBERS_AND_ADDRESSES):
        return True
    return not known.words.isdisjoint(words_of(text)) or any(one in plain for one in known.contacts)


def texts_in(value: Any) -> Iterator[str]:  # noqa: ANN401 - a JSON value
    """Yield every text in a value; a name that is no UTF-8 as far as it can be read."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for one in value:
            yield from texts_in(one)
    elif isinstance(value, Mapping):
        if set(value) == {"base64"}:
            yield base64.b64decode(value["base64"]).decode("utf-8", "replace")
        else:
            for one in value.values():
                yield from texts_in(one)


def ask_identities(subject: Subject, parameters: Parameters) -> Answer:
    """In some members of the selected things the scanner finds nobody."""
    known = known_of(subject)
    hidden = any("people" in thing.closed for thing in (*subject.items, *subject.events))

    def test(thing: Thing) -> tuple[State, tuple[str, ...]]:
        values = {path: thing.value(path) for path in parameters["members"]}
        found = tuple(
            path
            for path, value in values.items()
            if not isinstance(value, Missing) and any(tells_somebody(text, known) for text in texts_in(value))
        )
        if found:
            return State.NOT_MET, found
        closed = tuple(path for path, value in values.items() if value is Missing.CLOSED)
        if closed:
            return State.UNDETERMINED, closed
        return (State.UNDETERMINED, ("people",)) if hidden else (State.MET, ())

    return ask_each(subject, parameters, test)


def ask_pseudonyms(subject: Subject, parameters: Parameters) -> Answer:
    """The persons of every selected thing are called by pseudonyms, and nothing says how to reach them."""

    def test(thing: Thing) -> tuple[State, tuple[str, ...]]:
        persons = thing.value("people.persons")
        if isinstance(persons, Missing):
            hidden = persons is Missing.CLOSED
            return (State.UNDETERMINED if hidden else State.NOT_APPLICABLE), ("people",)
        named = any(not is_pseudonym(person["id"]) for person in persons)
        reached = any("contact" in person for person in persons)
        members = (("people.persons.id",) if named else ()) + (("people.persons.contact",) if reached else ())
        return (State.NOT_MET if members else State.MET), members

    return ask_each(subject, parameters, test)


IDENTITY_RULES: Final = (
    Rule(
        name="identities",
        ask=ask_identities,
        parameters=Record(required={"members": PATHS}, optional=SELECTION),
    ),
    Rule(name="pseudonyms", ask=ask_pseudonyms, parameters=Record(optional=SELECTION, may_be_empty=True)),
)
