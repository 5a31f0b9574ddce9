"""`custody log`: the timeline on the terminal and as JSON."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from custody.format.schema import load_schema
from tests.unit.cli.conftest import Shell
from tests.unit.cli.people import BY, people

AT = "2027-01-01T00:00:00Z"


@pytest.fixture
def handed_over(place: Path, shell: Shell) -> Path:
    """A bundle `b7` of w-02 that ngo has received; `t` trusts both; `r.zip` is the receipt."""
    people(place, "ngo")
    assert shell("trust", "new", "t").code == 0
    for name in ("w-02", "ngo"):
        assert shell("trust", "add", "t", f"{name}.pub", "--unconfirmed").code == 0
    assert shell("seal", "src", "--out", "b7", *BY("w-02")[2:]).code == 0
    assert shell("release", "b7", "--to", "ngo", "--purpose", "للملف", *BY("w-02")).code == 0
    assert shell("receive", "b7", "--receipt", "r.zip", *BY("ngo")).code == 0
    return place


@pytest.mark.usefixtures("handed_over")
def test_the_log_is_told_from_seal_to_head(shell: Shell) -> None:
    """Who did what, to whom, why; who held it; and that the files were not looked at."""
    ran = shell("log", "b7", "--trust", "t", "--at", AT)
    assert ran.code == 0
    for line in (
        "    1. sealed by w-02",
        "    2. released to another by w-02 to ngo",
        '         text: "للملف"',
        "    3. received by ngo [HEAD]",
        f"judged as of: {AT}",
    ):
        assert line in ran.out.splitlines()
    assert "the files were not looked at" in ran.out
    assert "a copy without a holder" in ran.out


@pytest.mark.usefixtures("handed_over")
def test_the_log_in_arabic(shell: Shell) -> None:
    """The same, in other words."""
    ran = shell("log", "b7", "--trust", "t", "--language", "ar")
    assert (ran.code, "    3. استلام من ngo [رأس السجل]" in ran.out.splitlines()) == (0, True)


@pytest.mark.usefixtures("handed_over")
def test_the_log_as_json_has_its_schema(shell: Shell) -> None:
    """And is the same each time."""
    ran = shell("log", "b7", "--trust", "t", "--at", AT, "--json")
    value = json.loads(ran.out)
    Draft202012Validator(load_schema("log-1")).validate(value)
    assert [event["claimed_type"] for event in value["events"]] == ["sealed", "released", "received"]
    assert shell("log", "b7", "--trust", "t", "--at", AT, "--json").out == ran.out


def test_a_receipt_shows_what_was_cut_off(handed_over: Path, shell: Shell) -> None:
    """Marked as no part of this log."""
    value = json.loads(shell("log", "b7", "--trust", "t", "--json").out)
    cut = value["events"][-1]["path"]
    shutil.rmtree(handed_over / "b7" / cut)
    ran = shell("log", "b7", "--trust", "t", "--receipt", "r.zip")
    assert "Shown by receipts beside this bundle; not part of its log:" in ran.out
    assert "    3. received by ngo" in ran.out.splitlines()
    assert "a receipt that is not part of this log shows" in ran.out


def test_a_bundle_without_seal_has_no_log(shell: Shell, place: Path) -> None:
    """Nothing could be judged; what is no bundle at all is told so."""
    (place / "empty" / "custody").mkdir(parents=True)
    ran = shell("log", "empty", "--trust", "none")
    assert (ran.code, "[SEAL_MISSING]" in ran.err) == (4, True)
    assert shell("log", "src", "--trust", "none").code == 4


def test_another_seal_than_expected_ends_it(shell: Shell) -> None:
    """The reader knows another bundle."""
    ran = shell("log", "b", "--trust", "w-01.pub", "--expect-seal", "ab" * 32)
    assert (ran.code, "[SEAL_NOT_EXPECTED]" in ran.err) == (4, True)
    assert shell("log", "b", "--trust", "none").code == 0
