"""A folder and a bundle as poor as they come: every profile names every gap in them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from custody.profiles.profile import Phase, load_profile, profile_names, variant_names
from tests.unit.cli.conftest import Shell, described

SIGNED = ("--key", "k", "--passphrase-file", "p")
GAPS = {"not-met", "not-declared"}
NAMES = (*profile_names(), *variant_names())
URL = "https://example.org/a"
TESTIMONY = {"kind": "testimony"}
POOR: dict[str, dict[str, Any]] = {
    # a page of a captured site: no log, no source code, a clock nine seconds off, an impossible digest
    "a.txt": {
        "kind": {"kind": "record"},
        "origin": {
            "role": "original",
            "url": URL,
            "medium": {"type": "telephone"},
            "capture": {"part": "page"},
            "changes": "switched on",
            "original_digest": {"algorithm": "md5", "digest": "0" * 32},
        },
        "time": {"captured": "2025-04-03T11:00:00Z", "clock": {"offset_ms": 9000}},
    },
    # a capture of nobody knows what
    "c.txt": {"kind": {"kind": "record"}, "origin": {"capture": {"part": "media"}}},
    # one name in two spellings; made by a machine, from the page, nobody knows how
    "A.TXT": {
        "kind": {"kind": "derived"},
        "derivation": {"of": [{"path": "a.txt"}], "how": "cut", "machine_learning": True},
    },
    "b.mp3": {"kind": {"kind": "derived"}, "derivation": {"of": [{"path": "a.txt"}], "how": "cut"}},
    # a translation by nobody
    "t.txt": {"kind": {"kind": "derived"}, "derivation": {"of": [{"path": "a.txt"}], "how": "translation"}},
    # testimonies: without consent, of a child, long after their review; the witness in the file's name
    "samira.txt": {
        "kind": TESTIMONY,
        "people": {"persons": [{"id": "Samira Example", "role": "witness", "minor": True}]},
    },
    "w.txt": {
        "kind": TESTIMONY,
        "terms": {"consent": {"given": True, "minor": True}, "review": "2020-01-01"},
        "extra": {"exhibit_number": "0007"},
    },
}
# What fails in the bundle besides: nobody stamped it, and it was handed to nobody.
UNSTAMPED = {"C-02b", "C-06", "C-06b"}
# Met wherever there is anything that the profile is about, as there is here.
ABOUT_ANYTHING = {"B-09", "F13-14", "F14-16", "T-08"}


@pytest.fixture
def poor(place: Path) -> Path:
    """The folder, and its metadata."""
    return described(place, POOR)


def gaps_of(text: str) -> set[str]:
    """Return the ids of the checks that are gaps."""
    (profile,) = json.loads(text)["profiles"]
    return {one["id"] for one in profile["checks"] if one["state"] in GAPS}


def source_checks(name: str) -> set[str]:
    """Return the ids of the checks of the source phase, without those about the case."""
    checks = load_profile(name).checks
    return {
        check.id
        for check in checks
        if check.phase is Phase.SOURCE and check.parameters.get("object") != "case"
    } - ABOUT_ANYTHING


def about_the_case(name: str) -> set[str]:
    """Return the ids of the checks about the case: its title names the witness, or is missing."""
    return {check.id for check in load_profile(name).checks if check.parameters.get("object") == "case"}


@pytest.mark.parametrize("name", NAMES)
def test_every_gap_of_a_poor_folder_is_named(shell: Shell, poor: Path, name: str) -> None:
    """Each check of the source phase fails here, and none is passed over."""
    words = ("check", poor.name, "--metadata", "poor.json", "--profile", name)
    titled, untitled = (shell(*words, "--json", *case) for case in (("--case", "Samira Example"), ()))
    assert gaps_of(titled.out) & gaps_of(untitled.out) >= source_checks(name)
    assert gaps_of(titled.out) | gaps_of(untitled.out) == source_checks(name) | about_the_case(name)
    for language in ("en", "ar"):
        text = shell(*words, "--lang", language).out
        assert all(f"{name}/{check_id} (" in text for check_id in gaps_of(untitled.out))


@pytest.mark.parametrize("name", NAMES)
def test_what_was_missing_is_still_named_when_it_is_sealed(shell: Shell, poor: Path, name: str) -> None:
    """It can be mended no more, and it says so."""
    assert shell("seal", poor.name, "--metadata", "poor.json", "--out", "poor-b", *SIGNED).code == 0
    words = ("check", "poor-b", "--trust", "w-02.pub", "--profile", name)
    assert gaps_of(shell(*words, "--json").out) >= source_checks(name)
    told = shell(*words).out
    assert ("this is sealed and stays as it is" in told) == bool(source_checks(name))


def test_what_the_poor_bundle_lacks_besides_is_named(shell: Shell, poor: Path) -> None:
    """Proofs of time and a second digest."""
    assert shell("seal", poor.name, "--metadata", "poor.json", "--out", "poor-b", *SIGNED).code == 0
    ran = shell("check", "poor-b", "--trust", "w-02.pub", "--profile", "core", "--json")
    assert gaps_of(ran.out) == source_checks("core") | about_the_case("core") | UNSTAMPED
    assert ran.code == 1
