"""Where receipts, drafts and proofs may lie: never inside a bundle; said before anything is signed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Shell
from tests.unit.cli.people import BY

pytestmark = pytest.mark.usefixtures("crowd")


def listing(folder: str) -> list[str]:
    """Return everything below a folder."""
    return sorted(map(str, Path(folder).rglob("*")))


@pytest.mark.parametrize(("target", "code"), [("b7/data/new", "TARGET_INSIDE"), ("no/new", "FOLDER_MISSING")])
def test_no_verb_signs_before_it_knows_where_its_file_goes(shell: Shell, target: str, code: str) -> None:
    """Inside a bundle, or in a folder that is not there: refused, and the bundle is as it was."""
    before = listing("b7")
    sealed = shell("log", "b7", "--trust", "t", "--json").out
    seal = sealed.split('"event":"', 1)[1][:64]
    for words in (
        ("release", "b7", "--to", "ngo", "--receipt", target, *BY("w-02")),
        ("release", "b7", "--to", "ngo", "--cosigner", "law", "--draft", target, *BY("w-02")),
        ("receipt", "b7", seal, "--out", target),
    ):
        ran = shell(*words)
        assert (ran.code != 0, f"[{code}]" in ran.err) == (True, True), ran.err
    assert listing("b7") == before


def test_a_signed_draft_goes_into_no_bundle(shell: Shell) -> None:
    """Neither by --to nor as the receipt of --commit."""
    shell("release", "b7", "--to", "ngo", "--cosigner", "law", "--draft", "d", *BY("w-02"))
    before = (listing("b7"), Path("d").read_bytes())
    ran = shell("cosign", "d", "--yes", "--to", "b7/signed", *BY("law")[2:])
    assert "[TARGET_INSIDE]" in ran.err
    ran = shell("cosign", "d", "--yes", "--commit", "b7", "--receipt", "b7/r.zip", *BY("w-02"))
    assert "[TARGET_INSIDE]" in ran.err
    assert (listing("b7"), Path("d").read_bytes()) == before


def test_the_default_receipt_never_lies_inside_a_bundle(shell: Shell) -> None:
    """A copy that somebody put into a bundle is received only with a place for the receipt."""
    shell("release", "b7", "--to", "ngo", *BY("w-02"))
    shutil.copytree("b7", "outer")
    shutil.copytree("b7", "outer/data/inner")
    before = listing("outer")
    ran = shell("receive", "outer/data/inner", *BY("ngo"))
    assert (ran.code, "[TARGET_INSIDE]" in ran.err) == (2, True)
    assert listing("outer") == before


def test_the_default_receipt_lies_beside_the_bundle_however_it_is_named(shell: Shell, place: Path) -> None:
    """A path with two dots at its end does not lead into the bundle."""
    shell("release", "b7", "--to", "ngo", *BY("w-02"))
    assert shell("receive", "b7/data/..", *BY("ngo")).code == 0
    assert len(list(place.glob("b7-received-*.zip"))) == 1


def test_a_proof_goes_into_no_bundle(shell: Shell) -> None:
    """Also when there is no conflict that could be written."""
    shutil.copytree("b7", "b8")
    ran = shell("compare", "b7", "b8", "--trust", "t", "--proof", "b7/data/proof")
    assert (ran.code, "[TARGET_INSIDE]" in ran.err) == (2, True)
