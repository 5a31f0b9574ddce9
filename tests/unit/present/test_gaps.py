"""Gap reports for people and programs: both languages say the same, and no name can imitate a line."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from custody.format.schema import compile_schema, load_schema
from custody.present.catalogue import LANGUAGES, arguments_of
from custody.present.gaps import gap_words, gaps_text, profile_lines
from custody.present.gaps_json import encode_gaps
from custody.present.gaps_schema import gaps_schema
from custody.profiles.answer import State
from custody.profiles.gaps import Gaps, check_all
from custody.profiles.profile import Phase, Severity, load_profile
from custody.profiles.subject import OBJECTS, Subject
from tests.unit.profiles.subjects import checked, digest_of_text, handed_over, sealed, source, stamped

PROFILES = tuple(load_profile(name) for name in ("core", "fre-902-14", "acpo-27037"))
_VOWEL_SIGNS = re.compile("[\u064b-\u0652\u0670]")
HOSTILE = 'a"\n✓ MET  core/C-07 (error)\u202e.txt'


def told(subject: Subject) -> tuple[Gaps, ...]:
    """Ask three profiles."""
    return check_all(subject, PROFILES)


def declared() -> Subject:
    """Return a file whose way to the seal a named person states."""
    origin = {
        "custody_before": "in a safe",
        "acquired_by": "Person 01\n✓",
        "original_digest": {"algorithm": "sha256", "digest": digest_of_text(1)},
    }
    return source({"origin": origin}, digest_of=digest_of_text)


def test_the_languages_have_the_same_words() -> None:
    """With the same arguments."""
    english, arabic = (gap_words(language) for language in LANGUAGES)
    assert english.keys() == arabic.keys()
    assert {name: arguments_of(text) for name, text in english.items()} == {
        name: arguments_of(text) for name, text in arabic.items()
    }


def test_every_state_severity_phase_and_object_has_a_word() -> None:
    """Nothing is printed by its code alone."""
    words = gap_words("en")
    wanted = {f"state_{state.value}" for state in State} | {f"severity_{one.value}" for one in Severity}
    wanted |= {f"object_{kind}" for kind in OBJECTS}
    wanted |= {f"later_{phase.value}" for phase in Phase if phase is not Phase.SOURCE}
    assert wanted <= words.keys()


def test_english_is_ascii_and_arabic_has_no_vowel_signs() -> None:
    """So that every console and every reader gets the same."""
    assert all(text.isascii() for text in gap_words("en").values())
    assert not any(_VOWEL_SIGNS.search(text) for text in gap_words("ar").values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_name_of_a_file_cannot_imitate_a_line(language: str) -> None:
    """It stands in quotation marks, and what hides is escaped."""
    text = gaps_text(told(source({}, names=(HOSTILE,))), language)
    assert '"a\\u{22}\\u{A}✓ MET  core/C-07 (error)\\u{202E}.txt"' in text
    assert not any(line.startswith("✓ MET  core/C-07 (error)\\") for line in text.splitlines())


def test_what_was_declared_is_never_called_met() -> None:
    """It says by whom, and that no program checked it."""
    text = gaps_text(told(declared()), "en")
    assert "✎ DECLARED  fre-902-14/F14-08b" in text
    assert 'declared, and checked by no program; by: "Person 01\\u{A}✓"' in text


def test_errors_come_before_warnings() -> None:
    """Whether they are not met or not declared."""
    lines = gaps_text(told(source({})), "en").splitlines()
    gaps = [line for line in lines if line.startswith("✗") and "fre-902-14" in line]
    severities = ["(error)" in line for line in gaps]
    assert severities == sorted(severities, reverse=True)


def test_of_many_places_the_first_are_told_and_the_rest_are_counted() -> None:
    """JSON has them all."""
    gaps = told(source(*({},) * 14))
    assert "    and 4 more\n" in gaps_text(gaps, "en")
    value = json.loads(encode_gaps(gaps))
    (check,) = [one for one in value["profiles"][0]["checks"] if one["id"] == "C-12"]
    assert (check["where_count"], len(check["where"])) == (14, 14)


def test_only_errors_are_told_before_sealing() -> None:
    """With their remedy, without what comes later."""
    text = gaps_text(told(source({})), "en", only=Severity.ERROR)
    assert "fre-902-14/F14-11 (error)" in text
    assert "(warning)" not in text
    assert "exit code" not in text
    assert "when it is filed" not in text


def test_marks_that_a_console_lacks_are_replaced() -> None:
    """Never by colour or mark alone: the word stands beside."""
    text = gaps_text(told(source({})), "en", encoding="ascii")
    assert text.isascii()
    assert "\nx NOT MET  core/C-12" in text


SUBJECTS: dict[str, Callable[[], Subject]] = {
    "source": lambda: source({}),
    "declared": declared,
    "sealed": lambda: checked(stamped(handed_over(sealed()))),
    "released": lambda: checked(handed_over(sealed(), result="fail")),
    "filed": lambda: checked(sealed(), declaration={"exhibits": [{"item": 3}]}),
}


@pytest.mark.parametrize("name", SUBJECTS)
def test_json_has_the_form_of_its_schema(name: str) -> None:
    """Canonical, one line."""
    value: dict[str, Any] = json.loads(encode_gaps(told(SUBJECTS[name]())))
    assert compile_schema(load_schema("gaps-1"))(value) == ()


@pytest.mark.parametrize("name", SUBJECTS)
def test_the_same_subject_gives_the_same_bytes(name: str) -> None:
    """In both forms."""
    first, second = (told(SUBJECTS[name]()) for _ in range(2))
    assert encode_gaps(first) == encode_gaps(second)
    assert gaps_text(first, "ar") == gaps_text(second, "ar")


def test_an_event_is_named_by_its_id_and_a_path_is_quoted() -> None:
    """So that custody show finds it."""
    bundle = handed_over(sealed(), result="fail")
    assert f"    event {bundle.head}: data.root, data.result\n" in gaps_text(told(checked(bundle)), "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_profiles_are_listed_with_their_titles(language: str) -> None:
    """And that they are drafts."""
    lines = list(profile_lines(PROFILES, language))
    assert lines[0].startswith(f"core: {PROFILES[0].title[language]}")
    assert lines[1].strip() == gap_words(language)["draft"]


def test_the_published_schema_is_made_of_the_enumerations() -> None:
    """A new state or reason code is in it."""
    assert gaps_schema() == load_schema("gaps-1")
