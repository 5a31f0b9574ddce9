"""`custody check`, and `custody seal --profile`."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest

from custody.format.schema import compile_schema, load_schema
from custody.profiles.profile import profile_names, variant_names
from tests.unit.cli.conftest import Shell, described

SIGNED = ("--key", "k", "--passphrase-file", "p")
AT = ("--at", "2026-02-01T00:00:00Z")
POOR: dict[str, Any] = {
    "a.txt": {
        "kind": {"kind": "record"},
        "origin": {
            "original_digest": {"algorithm": "md5", "digest": "0" * 32},
        },
        "time": {"captured": "2025-04-03T11:00:00Z"},
    },
    "A.TXT": {
        "kind": {"kind": "derived"},
        "derivation": {"of": [{"path": "a.txt"}], "how": "cut", "machine_learning": True},
    },
    "b.mp3": {"kind": {"kind": "derived"}, "derivation": {"of": [{"path": "a.txt"}], "how": "cut"}},
}


def profiles(*names: str) -> list[str]:
    """Return the options that ask for profiles."""
    return [word for name in names for word in ("--profile", name)]


def value_of(text: str) -> dict[str, Any]:
    """Read a gap report, which its schema describes."""
    value: dict[str, Any] = json.loads(text)
    assert compile_schema(load_schema("gaps-1"))(value) == ()
    return value


def states(value: dict[str, Any], place: int = 0) -> dict[str, str]:
    """Return the state of each check of one profile."""
    return {one["id"]: one["state"] for one in value["profiles"][place]["checks"]}


@pytest.fixture
def poor(place: Path) -> Path:
    """A folder of files of which next to nothing is said, and its metadata."""
    return described(place, POOR)


def test_the_text_names_file_member_remedy_and_citation(shell: Shell, poor: Path) -> None:
    """So that it can be mended without reading anything else."""
    ran = shell("check", poor.name, "--metadata", "poor.json", *profiles("core"))
    assert "✗ NOT MET  core/C-10 (error): Where a time of capture is given" in ran.out
    assert 'file "a.txt": time.offset\n' in ran.out
    assert "next: Fill in the column offset" in ran.out
    assert "rests on: RFC 3339, section 4" in ran.out
    assert "DRAFT, needs a lawyer's review\n" in ran.out
    assert "LATER, can be asked when it is sealed: checks: 10 (C-01, C-02, " in ran.out
    assert "items have no numbers before they are sealed" in ran.out
    assert "add a column with this name" in ran.out


def test_arabic_says_the_same(shell: Shell, poor: Path) -> None:
    """Words, texts and remedies; the ids stay."""
    ran = shell("check", poor.name, "--metadata", "poor.json", "--lang", "ar", *profiles("core"))
    assert "✗ غير مستوفى  core/C-10 (خطأ): حيث يذكر وقت الالتقاط" in ran.out
    assert "مسودة، تحتاج إلى مراجعة محام\n" in ran.out
    assert ran.code == 1


def test_a_folder_without_errors_is_done(shell: Shell) -> None:
    """Warnings, and what comes later, change no exit code."""
    ran = shell("check", "src", *profiles("core"))
    assert (ran.code, ran.err) == (0, "")
    assert "NOT MET  core/C-12 (warning)" in ran.out


def test_several_profiles_are_answered_in_their_order(shell: Shell) -> None:
    """And the exit code is of all of them."""
    ran = shell("check", "src", "--json", *profiles("core", "fre-902-14"))
    value = value_of(ran.out)
    assert [one["profile"] for one in value["profiles"]] == ["core", "fre-902-14"]
    assert (ran.code, value["exit_code"], value["stage"]) == (1, 1, "source")


def test_a_bundle_is_checked_with_a_trust(shell: Shell) -> None:
    """What the verification found decides; an unstamped bundle lacks a time."""
    ran = shell("check", "b", "--trust", "w-01.pub", "--json", *AT, *profiles("core"))
    value = value_of(ran.out)
    found = states(value)
    assert (value["stage"], found["C-01"], found["C-05"], found["C-06"]) == (
        "bundle",
        "met",
        "met",
        "not-met",
    )
    assert ran.code == 1


def test_what_nobody_is_trusted_for_is_undetermined(shell: Shell) -> None:
    """Who sealed it is not known."""
    ran = shell("check", "b", "--trust", "none", "--json", *AT, *profiles("core"))
    assert states(value_of(ran.out))["C-05"] == "undetermined"


def test_a_gap_of_the_source_is_said_to_be_too_late_in_a_bundle(shell: Shell) -> None:
    """A seal is never opened again."""
    ran = shell("check", "b", "--trust", "w-01.pub", *AT, *profiles("fre-902-14"))
    assert "this is sealed and stays as it is" in ran.out


def test_items_of_a_bundle_are_named_by_number_and_claimed_name(shell: Shell) -> None:
    """As the seal numbered them, and as their files were called."""
    ran = shell("check", "b", "--trust", "w-01.pub", *AT, *profiles("fre-902-14"))
    assert re.search(r'^    item 1 "[^"]+": ', ran.out, re.MULTILINE)
    assert "before they are sealed" not in ran.out


def test_a_declaration_answers_the_checks_of_the_filing(shell: Shell, place: Path) -> None:
    """Without it they come later."""
    said = {"format": "custody/declaration/1", "execution": {"country": "DE"}}
    (place / "said.json").write_text(json.dumps(said), "utf-8")
    words = ("check", "b", "--trust", "w-01.pub", "--json", *AT, *profiles("fre-902-14"))
    assert states(value_of(shell(*words).out))["F14-06"] == "later"
    found = states(value_of(shell(*words, "--declaration", "said.json", "--declarant", "w-01").out))
    assert (found["F14-06"], found["F14-03"], found["F14-05"]) == ("met", "not-met", "not-met")


def test_a_damaged_bundle_says_nothing_about_its_items(shell: Shell, place: Path) -> None:
    """What is not shown to be sealed may have been written by anybody."""
    items = place / "b" / "custody" / "items.jsonl"
    data = bytearray(items.read_bytes())
    digit = data.index(b'"key":"') + 7
    data[digit] = ord("0") if data[digit] != ord("0") else ord("1")
    items.write_bytes(data)
    ran = shell("check", "b", "--trust", "w-01.pub", "--json", *AT, *profiles("core", "acpo-27037"))
    value = value_of(ran.out)
    assert states(value)["C-02"] == "not-met"
    assert states(value, 1)["A-06"] == "undetermined"


def test_the_profiles_are_listed(shell: Shell) -> None:
    """With their titles, and that they are drafts."""
    ran = shell("check", "--list-profiles")
    assert ran.code == 0
    names = (*profile_names(), *variant_names())
    assert all(f"{name}: " in ran.out for name in names)
    assert ran.out.count("DRAFT") == len(names)


def test_a_profile_of_ones_own_is_a_path(shell: Shell, place: Path) -> None:
    """The same form, checked as strictly; and nobody takes it for one that comes with custody."""
    check = {
        "id": "O-01",
        "severity": "info",
        "phase": "source",
        "kind": "computed",
        "rule": "members",
        "parameters": {"all": ["kind.title"]},
        "text": {"en": "Titles.", "ar": "العناوين."},
        "remedy": {"en": "Add them.", "ar": "أضفها."},
        "citation": "our office",
    }
    own = {
        "format": "custody/profile/1",
        "profile": "office",
        "version": 1,
        "title": {"en": "Office", "ar": "مكتب"},
        "anchors": ["our office"],
        "draft": False,
        "fields": [],
        "checks": [check],
    }
    (place / "office.json").write_text(json.dumps(own), "utf-8")
    ran = shell("check", "src", *profiles("office.json"))
    assert (ran.code, "office/O-01 (information)" in ran.out) == (0, True)
    digest = hashlib.sha256((place / "office.json").read_bytes()).hexdigest()
    assert ran.out.splitlines()[1:3] == [f"own file, SHA-256 {digest}", "DRAFT, needs a lawyer's review"]
    (told,) = value_of(shell("check", "src", "--json", *profiles("office.json")).out)["profiles"]
    assert (told["own_sha256"], told["draft"]) == (digest, True)


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("src",),
        ("--profile", "core"),
        ("src", "--profile", "core", "--profile", "core"),
        ("src", "--profile", "none-such"),
        ("src", "--profile", "core", "--declaration", "p"),
        ("src", "--profile", "core", "--expect-seal", "0" * 64),
        ("b", "--profile", "core"),
        ("b", "--profile", "core", "--trust", "none", "--metadata", "p"),
        ("b", "b", "--profile", "core", "--trust", "none"),
        ("b", "--profile", "core", "--trust", "none", "--declarant", "w-01"),
    ],
)
def test_a_wrong_call_is_refused(shell: Shell, words: tuple[str, ...]) -> None:
    """Nothing is guessed."""
    assert shell("check", *words).code == 2


def test_a_bundle_is_not_taken_for_files_to_be_sealed(shell: Shell, place: Path) -> None:
    """Neither as a folder nor as a zip: the report would be about something else."""
    assert shell("pack", "b", "--out", "b.zip").code == 0
    for bundle in ("b", "b.zip"):
        ran = shell("check", bundle, *profiles("core"))
        assert (ran.code, "--trust: expected it with a bundle" in ran.err) == (2, True)
    (place / "broken.zip").write_bytes(b"PK broken")
    assert shell("check", "broken.zip", *profiles("core")).code == 0


def test_what_is_no_bundle_is_said_to_be_none(shell: Shell) -> None:
    """As everywhere."""
    ran = shell("check", "src", "--trust", "none", *profiles("core"))
    assert (ran.code, "[NO_BUNDLE]" in ran.err) == (4, True)


def test_faults_of_the_sheet_say_nothing_about_sealing(shell: Shell, place: Path) -> None:
    """Nobody was about to."""
    (place / "bad.csv").write_text("path,kind,colour\na.txt,thing,red\n", "utf-8")
    ran = shell("check", "src", "--metadata", "bad.csv", *profiles("core"))
    assert (ran.code, "[METADATA]" in ran.err, "sealed" in ran.err) == (2, True, False)


def test_sealing_is_refused_while_an_error_is_open(shell: Shell, place: Path, poor: Path) -> None:
    """It names what is missing and writes nothing."""
    ran = shell("seal", poor.name, "--metadata", "poor.json", "--out", "new", *SIGNED, *profiles("core"))
    assert (ran.code, (place / "new").exists()) == (2, False)
    assert "[PROFILE_GAPS]" in ran.err
    assert "NOT MET  core/C-07 (error)" in ran.err
    assert 'file "A.TXT": derivation.tool.name' in ran.err
    assert "core/C-12" not in ran.err


def test_warnings_and_what_comes_after_the_seal_keep_nobody_from_sealing(shell: Shell, place: Path) -> None:
    """A proof of time, for instance."""
    ran = shell("seal", "src", "--out", "new", *SIGNED, *profiles("core"))
    assert (ran.code, (place / "new").is_dir()) == (0, True)
    assert "NOT MET  core/C-12 (warning)" in ran.err
    assert "core/C-06" not in ran.err


def test_the_case_has_its_titles_and_its_description(shell: Shell) -> None:
    """As a submission asks for; the seal keeps them."""
    case = ("--case", "Case 7", "--case-title-ar", "القضية 7", "--case-description", "What, where, when.")
    asked = profiles("icc-otp")
    assert states(value_of(shell("check", "src", "--json", *asked).out))["I-03c"] == "not-met"
    assert states(value_of(shell("check", "src", "--json", *case, *asked).out))["I-03c"] == "met"
    assert shell("seal", "src", "--out", "new", *SIGNED, *case).code == 0
    ran = shell("check", "new", "--trust", "w-02.pub", "--json", *asked)
    assert states(value_of(ran.out))["I-03c"] == "met"
