"""What fills a form without saying anything counts as no answer, in English and Arabic."""

from __future__ import annotations

import pytest

from custody.profiles.answer import Place, State
from custody.profiles.rules.registry import RULES
from custody.profiles.subject import Missing, Thing
from custody.profiles.texts import is_answer, names_somebody, says_something, visible
from tests.unit.profiles.subjects import checked, examined, sealed, source

NOTHING = [
    "", " ", "-", "--", "?", "???", "...", "…", ".", "n/a", "N/A", "N / A", "n.a.", "none", "None.", "(none)",
    "unknown", "UNKNOWN", "not known", "null", "tbd", "xxx", "\u200b", "\u200b \u200b", "\ufeff", "\u2060",
    "\u00a0", "\u3164", "\u2800", "u\u200bnknown", "\u00ad-", "\u202eenon\u202c"[:1], "غير معروف",
    "غير معروفة", "لا يوجد", "لا توجد", "غَيْر مَعْرُوف", "غير معـروف", "لا شيء", "مجهول", "؟", "ـ",
]  # fmt: skip
SOMETHING = [
    "7",
    "x",
    "P-07",
    "logical copy",
    "none found",
    "unknown make, model 7",
    "لا يوجد أثر",
    "في الخزنة",
]


@pytest.mark.parametrize("text", NOTHING)
def test_a_placeholder_says_nothing(text: str) -> None:
    """Whatever stands around its letters, and whatever cannot be seen in it."""
    assert not says_something(text)
    assert not names_somebody(text)


@pytest.mark.parametrize("text", SOMETHING)
def test_a_text_that_is_more_says_something(text: str) -> None:
    """A short one, and one that begins as a placeholder does."""
    assert says_something(text)


@pytest.mark.parametrize(("text", "somebody"), [("\u200b" * 70, False), ("a" * 70, True), ("-" * 70, False)])
def test_a_long_text_is_judged_by_what_can_be_seen(text: str, somebody: bool) -> None:  # noqa: FBT001 - a table
    """However long."""
    assert says_something(text) is somebody


@pytest.mark.parametrize(
    ("text", "somebody"),
    [("A", False), ("7", False), ("A.", False), ("1984", False), ("Al", True), ("W-7", True), ("سارة", True)],
)
def test_a_name_has_two_letters_or_is_a_pseudonym(text: str, somebody: bool) -> None:  # noqa: FBT001 - a table
    """One letter names nobody."""
    assert names_somebody(text) is somebody


def test_what_cannot_be_seen_is_left_out_and_gaps_are_one_blank() -> None:
    """So that length is what a reader sees."""
    assert visible("a\u200bb \u00a0\n c\u3164") == "ab c"


def test_members_in_which_none_is_an_answer_keep_it() -> None:
    """No write blocker was used; a file is called none; NA is Namibia."""
    for path, text in (
        ("origin.write_blocker", "none"),
        ("origin.changes", "لا يوجد"),
        ("derivation.parameters", "none"),
        ("name", "none"),
        ("actor", "na"),
        ("execution.country", "NA"),
    ):
        assert is_answer(path, text)
    assert not is_answer("origin.write_blocker", "n/a")


def test_a_placeholder_is_absent_wherever_it_stands() -> None:
    """In lists as well; what was filled in can still be compared."""
    people = {"persons": [{"id": "?"}, {"id": "-"}]}
    thing = Thing(place=Place(object="item"), members={"origin": {"method": "N/A"}, "people": people})
    assert (thing.value("origin.method"), thing.given("origin.method")) == (Missing.ABSENT, "N/A")
    assert thing.value("people.persons.id") is Missing.ABSENT


@pytest.mark.parametrize("filler", ["-", "N/A", "\u200b", "غير معروف"])
def test_a_form_full_of_placeholders_is_not_met(filler: str) -> None:
    """For a program's checks and for what people declare."""
    subject = source({"origin": {"method": filler, "acquired_by": filler, "custody_before": filler}})
    members = {"all": ["origin.method", "origin.acquired_by"]}
    assert RULES["members"].ask(subject, members).where[0].members == tuple(members["all"])
    stated = {"member": "origin.custody_before", "by": ["origin.acquired_by"]}
    assert RULES["declared"].ask(subject, stated).state is State.NOT_DECLARED


def test_nobody_is_named_by_a_placeholder_or_one_letter() -> None:
    """Where a profile of one's own looks elsewhere for the name."""
    parameters = {"member": "origin.custody_before", "by": ["extra.who"]}
    for name, state in (("unknown", State.NOT_DECLARED), ("B", State.NOT_DECLARED), ("W-07", State.DECLARED)):
        subject = source({"origin": {"custody_before": "in the safe"}, "extra": {"who": name}})
        assert RULES["declared"].ask(subject, parameters).state is state


def test_a_name_that_the_trust_gives_is_a_name() -> None:
    """However short: who signed is known by his keys."""
    subject = checked(examined(sealed(), "examined", {"method": "reading", "result": "as described"}))
    of = [{"member": "type", "in": ["examined"]}]
    parameters = {"object": "event", "of": of, "member": "data.result", "by": ["actor"]}
    assert RULES["declared"].ask(subject, parameters).declared_by == ("expert",)


@pytest.mark.parametrize("member", ["in", "not_in"])
def test_a_profile_can_ask_for_a_placeholder(member: str) -> None:
    """What was filled in is compared, also where it says nothing."""
    subject = source({"origin": {"method": "unknown"}})
    state = RULES["values"].ask(subject, {"member": "origin.method", member: ["unknown"]}).state
    assert state is (State.MET if member == "in" else State.NOT_MET)


@pytest.mark.parametrize(
    "text",
    [
        "a b c. . . . . . . . . . . . . . . . . . . . . . . . . . . . . . . . . . . . . . . . . . . . . .",
        "expert \u200b" * 20,
        "one two three" + "\u200b" * 90,
        "q w e r t z u i o p a s d f g h j k l y x c v b n m q w e r t z u i o p a s d f g h j k l y x c v",
        "expert in files " * 6,
        "I know it 11111111111111111111111111111111111111111111111111111111111111111111111111111111111",
    ],
)
def test_a_text_that_is_only_long_is_no_description(text: str) -> None:
    """Dots, single letters, repetition, digits, and what nobody sees."""
    subject = source({"extra": {"told": text}})
    answer = RULES["text"].ask(subject, {"member": "extra.told", "at_least": 80})
    assert answer.state is State.NOT_MET
