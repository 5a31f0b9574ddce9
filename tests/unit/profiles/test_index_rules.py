"""Numbers of an index, and translations that lead to their originals."""

from __future__ import annotations

from typing import Any

import pytest

from custody.profiles.answer import Answer, Place, State
from custody.profiles.rules.index import ask_contiguous, ask_translations
from custody.profiles.subject import Stage, Subject, Thing
from tests.unit.profiles.subjects import NOW

NUMBER = {"member": "extra.exhibit_number"}
CLOSED = "closed"


def subject(*items: Thing) -> Subject:
    """Return a bundle of these items."""
    case = Thing(place=Place(object="case"))
    return Subject(stage=Stage.BUNDLE, moment=NOW, items=items, case=case)


def item(number: int, closed: frozenset[str] = frozenset(), **fields: Any) -> Thing:  # noqa: ANN401 - JSON values
    """Return an item with these fields."""
    return Thing(place=Place(object="item", number=number), members=fields, closed=closed)


def numbered(*numbers: str | None) -> Answer:
    """Ask about items with these numbers; of one the number is closed."""
    things = [
        item(place, frozenset({"extra"}))
        if number == CLOSED
        else item(place, extra={"exhibit_number": number})
        for place, number in enumerate(numbers, 1)
    ]
    return ask_contiguous(subject(*things), NUMBER)


@pytest.mark.parametrize(
    ("numbers", "state"),
    [
        (["A-01", "A-02"], State.MET),
        (["A-08", "A-07"], State.MET),
        (["0001"], State.MET),
        (["A-01", "A-01"], State.NOT_MET),
        (["A-01", "A-03"], State.NOT_MET),
        (["A-01", "A-2"], State.NOT_MET),
        (["A-01", "A-02", "B-03"], State.NOT_MET),
        (["A-01", None], State.NOT_MET),
        (["first", "second"], State.NOT_MET),
        (["A-01", CLOSED, "A-03"], State.UNDETERMINED),
        (["A-01", CLOSED, "A-01"], State.NOT_MET),
        ([], State.NOT_APPLICABLE),
    ],
)
def test_numbers_have_one_form_and_no_gap(numbers: list[str | None], state: State) -> None:
    """Each once, whatever their order; a number that is withheld may fill the gap."""
    assert numbered(*numbers).state is state


@pytest.mark.parametrize(("places", "state"), [((1, 2, 3), State.MET), ((1, 3), State.NOT_MET)])
def test_without_own_numbers_those_of_the_bundle_count(places: tuple[int, ...], state: State) -> None:
    """Padding leaves gaps among them."""
    assert ask_contiguous(subject(*(item(place) for place in places)), NUMBER).state is state


ARABIC = item(1, kind={"kind": "testimony", "language": "ar"})


def made(language: str = "en", **derivation: Any) -> Thing:  # noqa: ANN401 - JSON values
    """Return an item that was made of the first."""
    members = {"of": [{"item": 1}], "how": "put", "operator": "P-04", **derivation}
    given = {name: value for name, value in members.items() if value is not None}
    return item(2, kind={"kind": "derived", "language": language}, derivation=given)


@pytest.mark.parametrize(
    ("thing", "state"),
    [
        (made(), State.MET),
        (made(operator=None), State.NOT_MET),
        (made("ar-SY", operator=None), State.NOT_APPLICABLE),
        (made("ar", how="translation", operator=None), State.NOT_MET),
        (made(of=[{"item": 7}]), State.NOT_APPLICABLE),
        (made(of=[{"item": 7}], how="ترجمة"), State.NOT_MET),
        (made(of=[{"item": 2}], how="translated"), State.NOT_MET),
        (made(of=[{"item": 7, "bundle": "0" * 32}], how="translated"), State.MET),
        (item(2, kind={"kind": "record", "document_type": "Translation"}), State.NOT_MET),
        (item(2, frozenset({"derivation"}), kind={"kind": "derived"}), State.UNDETERMINED),
        (item(2, frozenset({"kind"}), derivation={"of": [{"item": 1}], "how": "put"}), State.UNDETERMINED),
        (item(2, kind={"kind": "record"}), State.NOT_APPLICABLE),
    ],
)
def test_a_translation_leads_to_its_original(thing: Thing, state: State) -> None:
    """It is one when it says so, or when it is in another language than what it was made of."""
    assert ask_translations(subject(ARABIC, thing), {}).state is state


def test_what_is_lacking_is_named() -> None:
    """The translator, the original, or both."""
    bare = item(2, kind={"kind": "record", "document_type": "translation"})
    answer = ask_translations(subject(bare), {})
    assert [where.members for where in answer.where] == [("derivation.of", "derivation.operator")]
