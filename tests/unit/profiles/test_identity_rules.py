"""The scanner for identities: what it finds, what it leaves alone, and what it says of what it cannot see."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from custody.profiles.answer import Place, State
from custody.profiles.rules.identities import ask_identities, ask_pseudonyms
from custody.profiles.subject import Stage, Subject, Thing
from tests.unit.profiles.subjects import NOW, source

NAMES = {"members": ["name"]}
PERSON = {"people": {"persons": [{"id": "Exempla Persona", "contact": "room 17b"}]}}


def state_of_name(name: str, fields: Any = PERSON) -> State:  # noqa: ANN401 - JSON values
    """Ask about one file name."""
    return ask_identities(source(fields, names=(name,)), NAMES).state


@pytest.mark.parametrize(
    "name",
    [
        "interview EXEMPLA.mp3",
        "interview_persona_2.mp3",
        "to Room 17B.txt",
        "write to w.one@example.org.txt",
        "call +963 944 123 456.txt",
        "call 00963944123456.txt",
        "call 0944123456.txt",
        "call 0944-123-456.txt",
        "\u0660\u0669\u0664\u0664\u0661\u0662\u0663\u0664\u0665\u0666.txt",
        "ex\u0301empla.txt",
    ],
)
def test_a_name_that_tells_somebody_is_found(name: str) -> None:
    """Words of persons, whatever their case and marks; addresses; numbers, in every script."""
    assert state_of_name(name) is State.NOT_MET


@pytest.mark.parametrize(
    "name",
    [
        "W-01.mp3",
        "witness 2.mp3",
        "IMG_20260301_101500.jpg",
        "VID-20260301-WA0007.mp4",
        "2026-03-01 10.15.00.txt",
        "01-03-2026.txt",
        "010320261015.txt",
        "1700000000.123.jpg",
        "example.txt",
        "000012.txt",
        "personal.txt",
    ],
)
def test_an_ordinary_name_is_left_alone(name: str) -> None:
    """Dates, counters, pseudonyms, and words that only begin like somebody's."""
    assert state_of_name(name) is State.MET


@pytest.mark.parametrize("identity", ["W-01", "Witness", "al Abd", "unknown"])
def test_pseudonyms_roles_and_short_words_tell_nobody(identity: str) -> None:
    """They would be found everywhere."""
    fields = {"people": {"persons": [{"id": identity}]}}
    assert state_of_name("W-01 witness al abd unknown.txt", fields) is State.MET


def test_spellings_of_one_arabic_name_are_the_same() -> None:
    """Hamza, alef maksura, ta marbuta, marks and the stretching stroke are not told apart."""
    fields = {"people": {"persons": [{"id": "\u0623\u0645\u062b\u0648\u0644\u0649"}]}}
    assert state_of_name("\u0627\u0645\u0640\u062b\u064f\u0648\u0644\u064a.txt", fields) is State.NOT_MET


def test_a_name_that_is_no_utf_8_is_read_as_far_as_it_can_be() -> None:
    """It is kept as base64."""
    raw = base64.b64encode(b"\xff exempla.txt").decode()
    thing = Thing(place=Place(object="item", number=1), members={"name": {"base64": raw}, **PERSON})
    assert ask_identities(subject(thing), NAMES).state is State.NOT_MET


def test_texts_are_found_however_deep() -> None:
    """In lists and in members of members."""
    fields = {**PERSON, "extra": {"note": "as told"}, "terms": {"purposes": ["trial", "persona"]}}
    answer = ask_identities(source(fields), {"members": ["extra", "terms"]})
    assert [where.members for where in answer.where] == [("terms",)]


def test_somebody_whom_another_item_names_is_found() -> None:
    """All persons of the bundle are looked for everywhere."""
    answer = ask_identities(source(PERSON, {}, names=("1.txt", "persona.txt")), NAMES)
    assert [where.place.number for where in answer.where] == [2]


def subject(*items: Thing) -> Subject:
    """Return a bundle of these items."""
    case = Thing(place=Place(object="case"))
    return Subject(stage=Stage.BUNDLE, moment=NOW, items=items, case=case)


@pytest.mark.parametrize("closed", ["name", "people"])
def test_what_is_withheld_is_undetermined(closed: str) -> None:
    """The name, or the persons to look for."""
    thing = Thing(
        place=Place(object="item", number=1),
        members={"name": "1.txt"} if closed == "people" else {},
        closed=frozenset({closed}),
    )
    assert ask_identities(subject(thing), NAMES).state is State.UNDETERMINED


def test_a_mail_address_is_found_though_persons_are_withheld() -> None:
    """It needs nobody's name."""
    thing = Thing(
        place=Place(object="item", number=1), members={"name": "w@example.org"}, closed=frozenset({"people"})
    )
    assert ask_identities(subject(thing), NAMES).state is State.NOT_MET


@pytest.mark.parametrize(
    ("person", "members"),
    [
        ({"id": "W-01"}, ()),
        ({"id": "\u0634-\u0661"}, ()),
        ({"id": "Exempla Persona"}, ("people.persons.id",)),
        ({"id": "W-01", "contact": "x"}, ("people.persons.contact",)),
        ({"id": "2001"}, ("people.persons.id",)),
    ],
)
def test_a_pseudonym_is_letters_and_a_number(person: dict[str, str], members: tuple[str, ...]) -> None:
    """In every script; a name is none, and a way to reach somebody undoes it."""
    answer = ask_pseudonyms(source({"people": {"persons": [person]}}), {})
    assert tuple(name for where in answer.where for name in where.members) == members


def test_persons_that_are_withheld_may_have_names() -> None:
    """Undetermined; and where there are none, nothing is asked."""
    hidden = Thing(place=Place(object="item", number=1), closed=frozenset({"people"}))
    assert ask_pseudonyms(subject(hidden), {}).state is State.UNDETERMINED
    assert ask_pseudonyms(source({}), {}).state is State.NOT_APPLICABLE
