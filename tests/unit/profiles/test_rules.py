"""Rules: what is withheld is undetermined, what is missing is a gap, what nobody asks about is neither."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve

from custody.format.shape import ShapeError
from custody.profiles.answer import Answer, Place, State
from custody.profiles.rules.registry import RULES
from custody.profiles.subject import Missing, Stage, Subject, Thing
from tests.unit.profiles.subjects import NOW, source

PLACE = Place(object="item", number=1)


def things(*members: dict[str, Any], closed: tuple[str, ...] = (), unseen: bool = False) -> Subject:
    """Return a subject of items with these members, of which some are closed in each."""
    items = tuple(
        Thing(place=Place(object="item", number=number), members=one, closed=frozenset(closed))
        for number, one in enumerate(members, start=1)
    )
    return Subject(
        stage=Stage.BUNDLE,
        moment=NOW,
        items=items,
        case=Thing(place=Place(object="case")),
        unseen=frozenset({"item"}) if unseen else frozenset(),
    )


def ask(rule: str, subject: Subject, **parameters: Any) -> Answer:  # noqa: ANN401 - JSON values
    """Ask a rule, after a look at its parameters."""
    shape = RULES[rule].parameters
    if shape is not None:
        shape.check(parameters)
    return RULES[rule].ask(subject, parameters)


def of(rule: str, subject: Subject, **parameters: Any) -> State:  # noqa: ANN401 - JSON values
    """Return the state that a rule answers."""
    return ask(rule, subject, **parameters).state


ONE_MEMBER: list[tuple[str, dict[str, Any]]] = [
    ("members", {"all": ["origin.method"]}),
    ("members", {"any": ["origin.method", "origin.url"]}),
    ("absent", {"members": ["origin.method"]}),
    ("values", {"member": "origin.method", "in": ["x"]}),
    ("magnitude", {"member": "origin.method", "at_most": 1}),
    ("text", {"member": "origin.method", "at_least": 1}),
    ("interval", {"from": "origin.started", "until": "origin.ended"}),
    ("current", {"member": "origin.method"}),
    ("same-digest", {"member": "origin.original_digest"}),
    ("declared", {"member": "origin.method", "by": ["origin.acquired_by"]}),
    ("parts", {"group": "origin.url", "part_member": "origin.capture.part", "parts": ["log"]}),
    ("exists", {"object": "item", "of": [{"member": "origin.method"}]}),
]


@pytest.mark.parametrize(("rule", "parameters"), ONE_MEMBER)
def test_a_withheld_field_is_undetermined(rule: str, parameters: dict[str, Any]) -> None:
    """Neither met nor failed: nobody has seen it."""
    assert of(rule, things({}, closed=("origin",)), **parameters) is State.UNDETERMINED


@pytest.mark.parametrize(("rule", "parameters"), [pair for pair in ONE_MEMBER if pair[0] != "exists"])
def test_where_nothing_is_asked_about_a_rule_does_not_apply(rule: str, parameters: dict[str, Any]) -> None:
    """No item of the kind."""
    if rule != "parts":
        parameters = {**parameters, "of": [{"member": "kind.kind", "in": ["derived"]}]}
    assert of(rule, things({"kind": {"kind": "media"}}), **parameters) is State.NOT_APPLICABLE


@pytest.mark.parametrize(("rule", "parameters"), [ONE_MEMBER[0], ONE_MEMBER[1], ONE_MEMBER[9]])
def test_silence_about_what_was_not_seen_is_undetermined(rule: str, parameters: dict[str, Any]) -> None:
    """All that is here is well, but not all is here."""
    item = {"origin": {"method": "copy", "acquired_by": "P-01"}}
    assert of(rule, things(item, unseen=True), **parameters) is State.UNDETERMINED


def test_a_gap_outweighs_what_cannot_be_seen() -> None:
    """It is named first."""
    subject = things({}, {})
    hidden = evolve(subject.items[0], closed=frozenset({"origin"}))
    subject = evolve(subject, items=(hidden, subject.items[1]))
    answer = ask("members", subject, all=["origin.method"])
    assert answer.state is State.NOT_MET
    assert [one.place.number for one in answer.where] == [2, 1]


def test_an_item_that_may_not_be_meant_fails_nothing() -> None:
    """Whether it is derived is withheld."""
    of_derived = [{"member": "kind.kind", "in": ["derived"]}]
    subject = things({}, closed=("kind",))
    assert of("members", subject, of=of_derived, all=["origin.method"]) is State.UNDETERMINED
    declared = {"member": "origin.method", "by": ["origin.acquired_by"]}
    assert of("declared", subject, of=of_derived, **declared) is State.UNDETERMINED


CONDITIONS: list[tuple[dict[str, Any], bool]] = [
    ({"member": "kind.kind", "in": ["media", "record"]}, True),
    ({"member": "kind.kind", "in": ["derived"]}, False),
    ({"member": "kind.kind", "not_in": ["derived"]}, True),
    ({"member": "kind.kind", "not_in": ["media"]}, False),
    ({"member": "origin.url", "absent": True}, True),
    ({"member": "origin.url", "not_in": ["x"]}, True),
    ({"member": "origin.url", "in": ["x"]}, False),
    ({"member": "kind.kind", "absent": True}, False),
    ({"member": "kind.graphic", "in": [True]}, True),
    ({"member": "kind.graphic", "in": [1]}, False),
    ({"member": "people.persons.role", "in": ["witness"]}, True),
]


@pytest.mark.parametrize(("condition", "meant"), CONDITIONS)
def test_conditions_say_which_things_are_meant(condition: dict[str, Any], meant: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """By values, by absence, and by any entry of a list."""
    item = {
        "kind": {"kind": "media", "graphic": True},
        "people": {"persons": [{"id": "P-01"}, {"id": "W-01", "role": "witness"}]},
    }
    expected = State.NOT_MET if meant else State.NOT_APPLICABLE
    assert of("members", things(item), of=[condition], all=["origin.method"]) is expected


def test_all_conditions_must_hold() -> None:
    """One that does not frees the item, even when another is withheld."""
    conditions = [{"member": "kind.kind", "in": ["derived"]}, {"member": "origin.url"}]
    subject = things({"kind": {"kind": "media"}}, closed=("origin",))
    assert of("members", subject, of=conditions, all=["time.offset"]) is State.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("value", "state"),
    [("x", State.MET), ("y", State.NOT_MET), (["x", "y"], State.NOT_MET), ("", State.NOT_APPLICABLE)],
)
def test_values_ask_about_every_entry(value: object, state: State) -> None:
    """An empty text is none."""
    subject = things({"origin": {"method": value}})
    assert of("values", subject, member="origin.method", **{"in": ["x"]}) is state


def test_values_may_be_forbidden() -> None:
    """Such as weak algorithms."""
    subject = things({"origin": {"method": "md5"}})
    assert of("values", subject, member="origin.method", not_in=["md5"]) is State.NOT_MET


def test_one_of_several_members_is_enough() -> None:
    """With all of the others missing."""
    subject = things({"origin": {"url": "https://example.org"}})
    assert of("members", subject, any=["origin.method", "origin.url"]) is State.MET
    answer = ask("members", subject, any=["origin.method", "origin.device"])
    assert answer.where[0].members == ("origin.method", "origin.device")


def test_a_member_that_must_not_be_there_is_named() -> None:
    """Such as an address in clear."""
    subject = things({"origin": {"method": "x"}})
    assert ask("absent", subject, members=["origin.method"]).where[0].members == ("origin.method",)
    assert of("absent", subject, members=["origin.url"]) is State.MET


@pytest.mark.parametrize(("value", "state"), [(-5, State.MET), (6, State.NOT_MET), ("5", State.NOT_MET)])
def test_a_magnitude_is_that_of_an_integer(value: object, state: State) -> None:
    """On both sides of zero."""
    subject = things({"time": {"clock": {"offset_ms": value}}})
    assert of("magnitude", subject, member="time.clock.offset_ms", at_most=5) is state


TEMPLATES = [
    "I am [name], trained at [place] in the year of [year]",
    "I am <name> and have been trained for many years",
    "I am {name} and have been trained for many years",
    "I was trained at ______ for many years and more",
    "I was trained at ..... for many years and more",
    "Lorem ipsum dolor sit amet, consectetur adipiscing",
    "TODO: write what I have learned and where it was",
    "yes yes yes yes yes yes yes yes yes yes yes yes yes",
]


@pytest.mark.parametrize("text", TEMPLATES)
def test_a_template_is_no_text_of_ones_own(text: str) -> None:
    """Whatever was left to be filled in."""
    assert of("text", things({"note": text}), member="note", at_least=20) is State.NOT_MET


def test_a_text_is_long_enough_or_not() -> None:
    """Blanks around it do not count."""
    subject = things({"note": "trained in forensic copying"})
    assert of("text", subject, member="note", at_least=27) is State.MET
    assert of("text", subject, member="note", at_least=28) is State.NOT_MET


TIMES: list[tuple[str, str, State]] = [
    ("2026-01-01T00:00:00Z", "2026-01-01T00:00:10Z", State.MET),
    ("2026-01-01T00:00:00Z", "2026-01-01T00:00:11Z", State.NOT_MET),
    ("2026-01-01T00:00:01Z", "2026-01-01T00:00:00Z", State.NOT_MET),
    ("2026-01-01T00:00:01Z", "no time", State.NOT_APPLICABLE),
]


@pytest.mark.parametrize(("first", "second", "state"), TIMES)
def test_an_interval_has_an_order_and_a_length(first: str, second: str, state: State) -> None:
    """A limit, both ends included."""
    subject = things({"origin": {"started": first, "ended": second}})
    paths = {"from": "origin.started", "until": "origin.ended"}
    assert of("interval", subject, at_most_s=10, **paths) is state


@pytest.mark.parametrize(
    ("date", "state"),
    [("2026-03-01", State.MET), ("2026-02-28", State.NOT_MET), ("2026-03-01T11:59:59Z", State.NOT_MET)],
)
def test_a_date_lasts_to_the_end_of_its_day(date: str, state: State) -> None:
    """Now is noon of the first of March."""
    assert of("current", things({"terms": {"review": date}}), member="terms.review") is state


def test_so_many_things_are_there_or_not() -> None:
    """A closed one may be another."""
    subject = things({}, {})
    assert of("exists", subject, object="item", at_least=2) is State.MET
    assert of("exists", subject, object="item", at_least=3) is State.NOT_MET
    assert of("exists", evolve(subject, unseen=frozenset({"item"})), object="item", at_least=3) is (
        State.UNDETERMINED
    )


def test_a_digest_that_said_itself_that_it_differs_is_not_met() -> None:
    """Whatever the bytes."""
    digest = {"algorithm": "sha256", "digest": "0" * 64, "match": False}
    assert of("same-digest", source({"origin": {"copy_digest": digest}}), member="origin.copy_digest") is (
        State.NOT_MET
    )


def test_a_digest_of_a_file_that_cannot_be_read_is_undetermined() -> None:
    """A stream, or a closed content."""
    digest = {"algorithm": "sha256", "digest": "0" * 64}
    assert of("same-digest", source({"origin": {"copy_digest": digest}}), member="origin.copy_digest") is (
        State.UNDETERMINED
    )


def test_one_statement_about_the_whole_is_enough_when_that_is_asked() -> None:
    """`every` is false."""
    said = {"extra": {"system": "a recorder", "by": "P-01"}}
    wanted = {"member": "extra.system", "by": ["extra.by"], "every": False}
    answer = ask("declared", things({}, said), **wanted)
    assert (answer.state, answer.declared_by) == (State.DECLARED, ("P-01",))
    assert of("declared", things({}, {}), **wanted) is State.NOT_DECLARED
    assert of("declared", things({}, closed=("extra",)), **wanted) is State.UNDETERMINED


def test_a_statement_without_a_name_is_none() -> None:
    """The first of several members that holds a name counts."""
    wanted = {"member": "extra.system", "by": ["extra.by", "origin.acquired_by"]}
    bare = {"extra": {"system": "a recorder"}}
    answer = ask("declared", things(bare), **wanted)
    assert (answer.state, answer.where[0].members) == (State.NOT_DECLARED, ("extra.by", "origin.acquired_by"))
    assert of("declared", things({**bare, "origin": {"acquired_by": "P-01"}}), **wanted) is State.DECLARED
    assert of("declared", things(bare, closed=("origin",)), **wanted) is State.UNDETERMINED


@pytest.mark.parametrize("value", ["no", "لا", " No ", False])
def test_a_statement_that_says_no_is_none(value: object) -> None:
    """Where yes is asked for."""
    subject = things({"extra": {"present": value, "by": "P-01"}})
    wanted = {"member": "extra.present", "by": ["extra.by"], "yes": True}
    assert of("declared", subject, **wanted) is State.NOT_DECLARED


def test_a_statement_in_an_event_that_is_not_there_is_not_declared() -> None:
    """Other than of items, of which there may be none."""
    wanted = {"object": "event", "member": "note.text", "by": ["actor"]}
    assert of("declared", things({}), **wanted) is State.NOT_DECLARED
    unseen = evolve(things({}), unseen=frozenset({"event"}))
    assert of("declared", unseen, **wanted) is State.UNDETERMINED


def test_parts_belong_together_by_their_group() -> None:
    """Each group stands for itself, by its first item."""
    page = {"origin": {"url": "https://a.example", "capture": {"part": "page"}}}
    log = {"origin": {"url": "https://a.example", "capture": {"part": "log"}}}
    other = {"origin": {"url": "https://b.example", "capture": {"part": "page"}}}
    wanted = {"group": "origin.url", "part_member": "origin.capture.part", "parts": ["page", "log"]}
    assert of("parts", things(page, log), **wanted) is State.MET
    answer = ask("parts", things(page, log, other), **wanted)
    assert (answer.state, [one.place.number for one in answer.where]) == (State.NOT_MET, [3])


NAMES: list[tuple[tuple[str, ...], State]] = [
    (("a.txt", "b.txt"), State.MET),
    (("شهادة.txt", "می\u200cروم.txt"), State.MET),
    (("a.txt", "A.txt"), State.NOT_MET),
    (("é.txt", "e\u0301.txt"), State.NOT_MET),
    (("a\u202egnp.exe",), State.NOT_MET),
    (("a\x1b.txt",), State.NOT_MET),
]


@pytest.mark.parametrize(("names", "state"), NAMES)
def test_names_neither_hide_nor_look_alike(names: tuple[str, ...], state: State) -> None:
    """Joiners that Persian and Kurdish need are no tricks."""
    assert of("names", source(*({},) * len(names), names=names)) is state


def test_a_withheld_name_is_undetermined() -> None:
    """As every field."""
    assert of("names", things({}, closed=("name",))) is State.UNDETERMINED


@pytest.mark.parametrize("rule", ["claim", "findings", "stamped"])
def test_what_verification_would_find_is_undetermined_without_one(rule: str) -> None:
    """No report, no answer."""
    parameters: dict[str, dict[str, Any]] = {
        "claim": {"claim": "intact"},
        "findings": {"proven": ["PATHS_KNOWN"]},
    }
    assert of(rule, source({}), **parameters.get(rule, {})) is State.UNDETERMINED


VALUES: list[tuple[str, object]] = [
    ("kind.kind", "media"),
    ("kind.none", Missing.ABSENT),
    ("kind.kind.more", Missing.ABSENT),
    ("empty", Missing.ABSENT),
    ("people.persons.id", ["W-01"]),
    ("people.persons.role", Missing.ABSENT),
    ("terms", Missing.CLOSED),
    ("terms.scopes.media", Missing.CLOSED),
    ("none", Missing.ABSENT),
]


@pytest.mark.parametrize(("path", "value"), VALUES)
def test_a_path_leads_to_a_value_or_to_why_there_is_none(path: str, value: object) -> None:
    """Closed is something else than absent."""
    members = {"kind": {"kind": "media"}, "people": {"persons": [{"id": "W-01"}]}, "empty": "  "}
    assert Thing(place=PLACE, members=members, closed=frozenset({"terms"})).value(path) == value


@pytest.mark.parametrize("rule", ["members", "values"])
def test_a_rule_that_would_ask_nothing_is_refused(rule: str) -> None:
    """Its shape says what it needs."""
    with pytest.raises(ShapeError):
        ask(rule, things({}), of=[{"member": "name"}])
