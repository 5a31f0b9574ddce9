"""The profiles that come with custody: read strictly, schema and reader agree, texts in both languages."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import click
import pytest

from custody.cli.program import PROGRAM, VERBS
from custody.errors import FormatError, StorageError, UsageError
from custody.format.schema import compile_schema, load_schema, schemas_folder
from custody.profiles.profile import LANGUAGES, Check, Profile, decode_profile, load_profile, profile_names
from tests.unit.profiles.homes import asked_members, has_home

PROFILES = [load_profile(name) for name in profile_names()]
ACTS = ("seal", "release", "event", "check")
"""Verbs whose options a remedy may name without them: it says seal with, release with, record with."""
CHECKS = [(profile, check) for profile in PROFILES for check in profile.checks]
IDS = [f"{profile.name}/{check.id}" for profile, check in CHECKS]
_VOWEL_SIGNS = re.compile("[\u064b-\u0652\u0670]")
_INVISIBLE = re.compile("[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
_ARABIC = re.compile("[\u0621-\u064a]")


def document(name: str = "core") -> dict[str, Any]:
    """Return a profile as JSON."""
    value: dict[str, Any] = json.loads((schemas_folder() / "profiles" / f"{name}.json").read_bytes())
    return value


def refusal(value: object) -> FormatError:
    """Return why a profile is refused."""
    with pytest.raises(FormatError) as caught:
        decode_profile(json.dumps(value).encode(), member="profile")
    return caught.value


@pytest.mark.parametrize("name", profile_names())
def test_a_profile_has_the_form_that_its_schema_says(name: str) -> None:
    """The schema is for people who write profiles with other tools."""
    assert compile_schema(load_schema("profile-1"))(document(name)) == ()


@pytest.mark.parametrize("name", profile_names())
def test_a_profile_is_called_as_its_file(name: str) -> None:
    """So that a check is printed with the name that the command line takes."""
    assert load_profile(name).name == name


@pytest.mark.parametrize("profile", PROFILES, ids=profile_names())
def test_a_profile_is_a_draft_until_a_lawyer_has_read_it(profile: Profile) -> None:
    """Nobody has yet."""
    assert profile.draft


@pytest.mark.parametrize(("profile", "check"), CHECKS, ids=IDS)
def test_a_check_speaks_both_languages(profile: Profile, check: Check) -> None:
    """Arabic has no vowel signs, neither holds marks that hide or reorder, and each ends as a sentence."""
    for texts in (check.text, check.remedy, profile.title):
        for language in LANGUAGES:
            assert not _INVISIBLE.search(texts[language])
        assert texts["en"].isascii()
        assert _ARABIC.search(texts["ar"])
        assert not _VOWEL_SIGNS.search(texts["ar"])
    assert all(
        texts[language].endswith(".") for texts in (check.text, check.remedy) for language in LANGUAGES
    )


@pytest.mark.parametrize(("profile", "check"), CHECKS, ids=IDS)
def test_a_check_says_what_it_rests_on(profile: Profile, check: Check) -> None:
    """A citation with a place in it, and anchors of the whole."""
    assert len(check.citation) > 8
    assert profile.anchors


@pytest.mark.parametrize("profile", PROFILES, ids=profile_names())
def test_every_required_field_has_a_home_in_the_format(profile: Profile) -> None:
    """A path that the format does not have would never be met."""
    unknown = [one.member for one in profile.fields if not has_home(one.home, one.member)]
    assert unknown == []


@pytest.mark.parametrize(("profile", "check"), CHECKS, ids=IDS)
def test_what_a_check_asks_about_has_a_home_in_the_format(profile: Profile, check: Check) -> None:
    """As above, in the parameters."""
    assert profile.checks
    kind = check.parameters.get("object", "item")
    assert [path for path in asked_members(check.parameters) if not has_home(kind, path)] == []


_VERB = re.compile(r"custody (?!does |did )([a-z]+)(?: ([a-z]+)(?![a-z]))?")
_OPTION = re.compile(r"--[a-z0-9][a-z0-9_-]*")


def options_of(words: tuple[str, ...]) -> set[str]:
    """Return the options of a verb, or of one under it."""
    context = click.Context(PROGRAM)
    command: click.Command = PROGRAM
    for word in words:
        found = command.get_command(context, word) if isinstance(command, click.Group) else None
        if found is None:
            break
        command = found
    return {name for option in command.params for name in option.opts if name.startswith("--")}


@pytest.mark.parametrize(("profile", "check"), CHECKS, ids=IDS)
def test_a_remedy_names_commands_and_options_that_there_are(profile: Profile, check: Check) -> None:
    """Alike in both languages: nobody is sent to a command that does nothing."""
    assert profile.name
    named = {language: _VERB.findall(check.remedy[language]) for language in LANGUAGES}
    assert [verb for verb, _ in named["en"]] == [verb for verb, _ in named["ar"]]
    assert {verb for verb, _ in named["en"]} <= set(VERBS)
    known = set().union(*(options_of(words) for words in (*named["en"], *((verb,) for verb in ACTS))))
    for language in LANGUAGES:
        assert set(_OPTION.findall(check.remedy[language])) <= known


ABOUT_MEMBERS = frozenset(
    {"members", "absent", "values", "magnitude", "text", "interval", "current", "declared", "parts"}
)


@pytest.mark.parametrize("profile", PROFILES, ids=profile_names())
def test_a_field_names_checks_that_ask_about_it(profile: Profile) -> None:
    """A lawyer who reads the fields can rely on it."""
    checks = {check.id: check for check in profile.checks}
    silent = [
        (field.member, name)
        for field in profile.fields
        for name in field.checks
        if checks[name].rule.name in ABOUT_MEMBERS
        and field.member not in set(asked_members(checks[name].parameters))
    ]
    assert silent == []


def test_a_rule_that_is_not_there_is_refused() -> None:
    """A profile never silently asks less."""
    value = document()
    value["checks"][0]["rule"] = "trust-me"
    assert refusal(value).pointer == "/checks/0/rule"


def test_parameters_of_another_rule_are_refused() -> None:
    """Each rule says what it takes."""
    value = document()
    value["checks"][0]["parameters"] = {"at_least": 2}
    assert refusal(value).pointer.startswith("/checks/0/parameters")


def test_parameters_that_a_rule_does_not_take_are_refused() -> None:
    """They would look as if they did something."""
    value = document()
    value["checks"] = [{**value["checks"][4], "parameters": {"all": ["name"]}}]
    value["fields"] = []
    assert value["checks"][0]["rule"] == "names"
    assert refusal(value).pointer == "/checks/0/parameters"


def test_a_program_does_not_answer_for_a_person() -> None:
    """The kind is the rule's: what is declared is never called computed."""
    value = document()
    value["checks"][0]["kind"] = "declared"
    assert refusal(value).pointer == "/checks/0/kind"


def test_an_id_that_is_there_twice_is_refused() -> None:
    """Ids are cited."""
    value = document()
    value["checks"].append(value["checks"][0])
    assert refusal(value).pointer == "/checks"


def test_a_field_names_checks_that_are_there() -> None:
    """Else nobody asks about it."""
    value = document()
    value["fields"][0]["checks"] = ["C-99"]
    assert refusal(value).pointer == "/fields"


def test_parameters_are_an_object() -> None:
    """Whatever the rule."""
    value = document()
    value["checks"][0]["parameters"] = []
    assert refusal(value).pointer == "/checks/0/parameters"


def test_a_profile_of_ones_own_is_read_from_its_file(tmp_path: Path) -> None:
    """By its path."""
    value = document() | {"profile": "our-office"}
    (tmp_path / "mine.json").write_text(json.dumps(value), "utf-8")
    assert load_profile(str(tmp_path / "mine.json")).name == "our-office"


@pytest.mark.parametrize("name", ["core", "iiim"])
def test_a_file_of_ones_own_does_not_pass_for_another(tmp_path: Path, name: str) -> None:
    """Neither for a profile that comes with custody nor for a variant of one."""
    (tmp_path / "mine.json").write_text(json.dumps(document() | {"profile": name, "draft": False}), "utf-8")
    with pytest.raises(UsageError) as caught:
        load_profile(str(tmp_path / "mine.json"))
    assert caught.value.code == "PROFILE_NAME"


@pytest.mark.parametrize("name", ["fre-902", "CORE", "", ".."])
def test_an_unknown_name_is_refused_with_the_known_ones(name: str) -> None:
    """A code, and a hint that lists them."""
    with pytest.raises(UsageError) as caught:
        load_profile(name)
    assert caught.value.code == "PROFILE_UNKNOWN"
    assert "core" in (caught.value.hint or "")


def test_a_file_that_is_not_there_is_said_to_be_missing(tmp_path: Path) -> None:
    """The machine's word."""
    with pytest.raises(StorageError):
        load_profile(str(tmp_path / "none.json"))
