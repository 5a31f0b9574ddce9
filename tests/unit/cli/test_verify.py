"""`custody verify`."""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from pathlib import Path

import jsonschema
import pytest

from custody.present.report_schema import report_schema
from tests.interop.sample_bundle import Sample
from tests.unit.cli.conftest import Shell


def flip(path: Path) -> None:
    """Change one bit of one byte of a file."""
    data = bytearray(path.read_bytes())
    data[0] ^= 1
    path.write_bytes(data)


def test_a_sound_bundle_is_exit_code_0(shell: Shell) -> None:
    """Intact and sealed by a trusted identity; everything is said on stdout."""
    ran = shell("verify", "b", "--trust", "w-01.pub")
    assert (ran.code, ran.err) == (0, "")
    assert "PROVEN  intact: 3 of 3 items are unchanged" in ran.out


def test_no_report_has_a_gap(shell: Shell) -> None:
    """No sentence misses an argument."""
    assert "?" not in re.sub(r"\d\. .*\?", "", shell("verify", "b", "--trust", "w-01.pub").out)


def test_a_changed_file_is_exit_code_1(shell: Shell, place: Path) -> None:
    """One bit in one file, named by its path and its code."""
    flip(place / "b" / "data" / "000001.jpg")
    ran = shell("verify", "b", "--trust", "w-01.pub")
    assert ran.code == 1
    assert 'at: "data/000001.jpg"' in ran.out
    assert "FILE_DIGEST" in ran.out


def test_trust_in_nobody_is_exit_code_3(shell: Shell) -> None:
    """Anyone could have made this seal."""
    ran = shell("verify", "b", "--trust", "none")
    assert ran.code == 3
    assert "anyone could have made this seal" in ran.out


def test_an_expected_seal_needs_no_trust(shell: Shell, sample: Sample) -> None:
    """The id of the seal, as people copy it, is enough for intact."""
    spaced = " ".join(re.findall(".{8}", sample.facts.seal_id.upper()))
    ran = shell("verify", "b", "--trust", "none", "--expect-seal", spaced, "--require", "intact")
    assert ran.code == 0


def test_another_seal_than_the_expected_is_refuted(shell: Shell) -> None:
    """A bundle that is not the one that was meant."""
    assert shell("verify", "b", "--trust", "w-01.pub", "--expect-seal", "ab" * 32).code == 1


@pytest.mark.parametrize(
    "words",
    [
        ("verify", "b"),
        ("verify", "--trust", "none"),
        ("verify", "b", "--trust", "none", "--expect-seal", "abc"),
        ("verify", "b", "--trust", "none", "--require", "true"),
        ("verify", "b", "--trust", "none", "--require", ""),
        ("verify", "b", "--trust", "none", "--at", "yesterday"),
        ("verify", "b", "--trust", "none", "--language", "tlh"),
        ("verify", "b", "b", "--trust", "none", "--json"),
        ("verify", "b", "--trust", "none", "--json", "--json-lines", "x"),
        ("verfy",),
        (),
    ],
)
def test_a_wrong_call_is_exit_code_2(shell: Shell, words: tuple[str, ...]) -> None:
    """Nothing on stdout, at most two lines on stderr unless it is the help."""
    ran = shell(*words)
    assert (ran.code, ran.out) == (2, "")
    assert not words or len(ran.err.splitlines()) <= 2


def test_what_is_not_there_is_exit_code_4(shell: Shell) -> None:
    """An absent bundle says nothing about evidence."""
    ran = shell("verify", "nowhere", "--trust", "w-01.pub")
    assert (ran.code, ran.out, ran.err.count("\n")) == (4, "", 1)
    assert "MISSING" in ran.err


def test_a_trust_file_that_is_none_is_exit_code_4(shell: Shell, place: Path) -> None:
    """Bytes that are no trust file are refused before anything is verified."""
    (place / "t").write_text("{}", "utf-8")
    assert shell("verify", "b", "--trust", "t").code == 4


def test_json_follows_the_schema_and_is_the_same_every_time(shell: Shell) -> None:
    """With the moment given, the same question has the same answer, byte for byte."""
    words = ("verify", "b", "--trust", "w-01.pub", "--at", "2026-03-01T00:00:00Z", "--json")
    first, second = shell(*words), shell(*words)
    assert first == second
    jsonschema.Draft202012Validator(report_schema()).validate(json.loads(first.out))


def test_the_exit_code_is_the_same_with_json(shell: Shell, place: Path) -> None:
    """How the answer is printed does not change it."""
    flip(place / "b" / "data" / "000001.jpg")
    assert shell("verify", "b", "--trust", "w-01.pub", "--json").code == 1


def test_json_lines_have_one_line_a_bundle(shell: Shell, place: Path) -> None:
    """Also for one that could not be opened; the table is printed as well."""
    ran = shell("verify", "b", "nowhere", "--trust", "w-01.pub", "--json-lines", "lines")
    lines = [json.loads(line) for line in (place / "lines").read_text("utf-8").splitlines()]
    assert (ran.code, [line["given"] for line in lines]) == (4, ["b", "nowhere"])
    assert lines[1]["error"]["code"] == "MISSING"
    assert "2 bundles" in ran.out


def test_json_lines_to_stdout_come_alone(shell: Shell) -> None:
    """No table among the lines."""
    ran = shell("verify", "b", "b", "--trust", "w-01.pub", "--json-lines", "-")
    assert [json.loads(line)["given"] for line in ran.out.splitlines()] == ["b", "b"]


def test_json_lines_overwrite_nothing(shell: Shell, place: Path) -> None:
    """A file that is there stays as it is."""
    (place / "lines").write_bytes(b"mine")
    assert shell("verify", "b", "--trust", "w-01.pub", "--json-lines", "lines").code == 4
    assert (place / "lines").read_bytes() == b"mine"


def test_all_bundles_of_a_folder(shell: Shell, place: Path, sample: Sample) -> None:
    """What looks like no bundle is counted on stderr; links are refused, not passed over."""
    sample.write_whole(place / "all" / "one")
    sample.write_whole(place / "all" / ".hidden")
    (place / "all" / "notes.txt").write_text("no bundle", "utf-8")
    (place / "all" / "two.zip").symlink_to("one")
    ran = shell("verify", "--all", "all", "--trust", "w-01.pub")
    assert ran.code == 4
    assert "2 bundles: 1 with every required claim proven" in ran.out
    assert "1 names in this folder look like no bundle" in ran.err


def test_all_of_a_folder_that_is_not_there(shell: Shell) -> None:
    """The machine's answer, not an empty table."""
    assert shell("verify", "--all", "nowhere", "--trust", "none").code == 4


def test_all_of_an_empty_folder_is_a_wrong_call(shell: Shell, place: Path) -> None:
    """No bundle is no success."""
    (place / "empty").mkdir()
    assert shell("verify", "--all", "empty", "--trust", "none").code == 2


def test_a_table_of_one_from_a_folder(shell: Shell, place: Path, sample: Sample) -> None:
    """--all prints a table, also for a single bundle."""
    sample.write_whole(place / "all" / "one")
    assert "1 bundles" in shell("verify", "--all", "all", "--trust", "w-01.pub").out


def test_arabic(shell: Shell) -> None:
    """The report in Arabic."""
    assert "عدم التغير" in shell("verify", "b", "--trust", "w-01.pub", "--language", "ar").out


def test_before_needs_a_proof_of_time(shell: Shell) -> None:
    """Without a stamp nothing is shown about when."""
    words = ("--before", "2099-01-01T00:00:00Z", "--require", "existed-before")
    assert shell("verify", "b", "--trust", "w-01.pub", *words).code == 3


@pytest.mark.parametrize("moment", ["2026-11-25", "2026-11-25T00:00:00Z"])
def test_a_day_is_its_beginning(shell: Shell, moment: str) -> None:
    """A date alone is read as midnight UTC."""
    ran = shell("verify", "b", "--trust", "w-01.pub", "--at", moment)
    assert "verified at: 2026-11-25T00:00:00Z" in ran.out


def test_a_moment_in_another_form_is_shown_how(shell: Shell) -> None:
    """The message holds an example."""
    ran = shell("verify", "b", "--trust", "w-01.pub", "--at", "25.11.2026")
    assert (ran.code, "2026-11-25T12:00:00Z" in ran.err) == (2, True)


def test_before_requires_that_existence_is_proven(shell: Shell) -> None:
    """What is asked for is required, without a further word."""
    before = ("--before", "2099-01-01T00:00:00Z")
    ran = shell("verify", "b", "--trust", "w-01.pub", *before)
    assert (ran.code, "required: ! UNDETERMINED  existed before" in ran.out) == (3, True)
    assert shell("export", "b", "--names", "copies", "--trust", "w-01.pub", *before).code == 3
    assert not Path("copies").exists()
    assert "requires existed-before" in " ".join(shell("verify", "--help").out.split())


def test_required_claims_add_up(shell: Shell) -> None:
    """Two options are as one with a comma."""
    words = ("verify", "b", "--trust", "w-01.pub", "--json", "--require")
    one = json.loads(shell(*words, "existed-before", "--require", "intact").out)
    assert one["required"] == ["existed-before", "intact"]
    assert shell(*words, "existed-before", "--require", "intact").code == 3


@pytest.mark.parametrize(
    "words",
    [
        ("verify", "b", "--trust", "none", "--trust", "w-01.pub"),
        ("verify", "b", "--trust", "none", "--expect-seal", "ab" * 32, "--expect-seal", "cd" * 32),
        ("verify", "--all", ".", "--all", "b", "--trust", "none"),
        ("verify", "b", "--trust", "none", "--at", "2026-01-01T00:00:00Z", "--at", "2027-01-01T00:00:00Z"),
        ("seal", "src", "--key", "k", "--key", "k"),
        ("pack", "b", "--out", "x", "--out", "y"),
        ("draft", "src", "--out", ""),
        ("verify", "", "--trust", "none"),
    ],
)
def test_an_option_given_twice_or_empty_is_a_wrong_call(shell: Shell, words: tuple[str, ...]) -> None:
    """The last one would win in silence, and an empty path names nothing."""
    ran = shell(*words)
    assert (ran.code, ran.out, len(ran.err.splitlines())) == (2, "", 2)


def test_json_and_json_lines_exclude_each_other(shell: Shell) -> None:
    """And the message says so."""
    ran = shell("verify", "b", "--trust", "none", "--json", "--json-lines", "x")
    assert (ran.code, "--json and --json-lines" in ran.err) == (2, True)


def test_names_that_are_left_out_are_listed(shell: Shell, place: Path, sample: Sample) -> None:
    """The first twenty, then a count."""
    sample.write_whole(place / "all" / "one")
    for number in range(23):
        (place / "all" / f"note {number:02d}").write_bytes(b"x")
    told = shell("verify", "--all", "all", "--trust", "w-01.pub").err.splitlines()
    assert (told[1], told[20], told[-1]) == ('  "note 00"', '  "note 19"', "  and 3 more")


@pytest.fixture
def mistaken(place: Path) -> Path:
    """What people name by mistake: `folder`, `text`, `half.zip`, and a `whole.zip` that is none of ours."""
    (place / "folder").mkdir()
    (place / "folder" / "photo.jpg").write_bytes(b"x")
    (place / "text").write_text("no bundle", "utf-8")
    (place / "half.zip").write_bytes(b"PK\x03\x04and so on")
    with zipfile.ZipFile(place / "whole.zip", "w") as archive:
        archive.writestr("a", b"b")
    return place


@pytest.mark.parametrize(
    ("name", "code", "said"),
    [
        ("folder", 1, "this folder is no bundle"),
        ("text", 3, "this file is no bundle"),
        ("half.zip", 3, "this zip is cut off"),
    ],
)
def test_what_is_plainly_no_bundle_is_said(
    shell: Shell, mistaken: Path, name: str, code: int, said: str
) -> None:
    """As the next step of the report and as the last line; the report stays, and so does its exit code."""
    assert mistaken.is_dir()
    ran = shell("verify", name, "--trust", "none")
    assert (ran.code, ran.err.startswith(f"hint: {said}")) == (code, True)
    assert f"next: {said}" in ran.out
    assert "unpack it" not in ran.out + ran.err
    for verb in ("show", "list"):
        shown = shell(verb, name)
        assert (shown.code, shown.out, "[NO_BUNDLE]" in shown.err, said in shown.err) == (4, "", True, True)


def test_a_zip_of_another_form_can_be_unpacked(shell: Shell, mistaken: Path) -> None:
    """Only what starts and ends like a zip is worth it."""
    assert mistaken.is_dir()
    ran = shell("verify", "whole.zip", "--trust", "none")
    assert ran.err == ""


def test_no_bundle_in_arabic(shell: Shell, mistaken: Path) -> None:
    """The step speaks the language of the report."""
    assert mistaken.is_dir()
    assert "مبتور" in shell("verify", "half.zip", "--trust", "none", "--language", "ar").err


def test_a_bundle_without_a_seal_has_nothing_to_show(shell: Shell, place: Path) -> None:
    """Silence would read like success."""
    shutil.rmtree(place / "b" / "custody" / "log")
    ran = shell("show", "b")
    assert (ran.code, ran.out, "[SEAL_MISSING]" in ran.err) == (4, "", True)


def test_a_receipt_that_the_bundle_holds_already_changes_nothing(shell: Shell, place: Path) -> None:
    """Another copy serves as a receipt; exit codes are those of the claims."""
    shutil.copytree(place / "b", place / "c")
    ran = shell("verify", "b", "--trust", "w-01.pub", "--receipt", "c", "--receipt", "b")
    assert ran.code == 0
    assert "RECEIPT_HELD" in ran.out


def test_a_head_that_is_none_is_undetermined(shell: Shell) -> None:
    """Nothing is shown of an event that is no head."""
    ran = shell("verify", "b", "--trust", "w-01.pub", "--head", "0" * 64, "--require", "custody-unbroken")
    assert ran.code == 3
    assert "HEAD_NOT_FOUND" in ran.out


@pytest.mark.parametrize(("name", "code"), [("nothing", 4), ("w-01.pub", 4)])
def test_a_receipt_that_cannot_be_opened_is_exit_code_4(shell: Shell, name: str, code: int) -> None:
    """Somebody counts on it: it is not passed over in silence."""
    ran = shell("verify", "b", "--trust", "w-01.pub", "--receipt", name)
    assert (ran.code, ran.out) == (code, "")
