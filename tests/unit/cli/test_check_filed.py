"""From a folder to a filing that has no gap: the sheet, the seal, the declarant's own check."""

from __future__ import annotations

import csv
import hashlib
import json
from pathlib import Path
from typing import Any

from tests.unit.cli.conftest import Shell

SIGNED = ("--key", "k", "--passphrase-file", "p")
TRUSTED = ("--trust", "w-02.pub")
PROFILE = ("--profile", "fre-902-14")
ROW = {
    "origin_method": "logical copy",
    "origin_tool": "copier",
    "origin_tool_version": "3.1",
    "origin_acquired_by": "P-07",
    "origin_acquired_from": "W-01",
    "origin_custody_before": "in the safe of the office",
    "origin.started": "2026-01-05T09:00:00Z",
    "origin.ended": "2026-01-05T09:01:00Z",
    "origin.tool.validation": "own test of 2026-01-02",
    "origin.medium.serial": "77",
    "origin.write_blocker": "bridge 2",
    "origin.original_digest.algorithm": "sha256",
    "origin.original_digest.at": "2026-01-05T09:01:00Z",
    "origin.original_digest.by": "P-07",
}
DECLARATION: dict[str, Any] = {
    "format": "custody/declaration/1",
    "declarant": {
        "name": "P-07",
        "position": "archivist",
        "contact": "office@archive.example",
        "qualifications": (
            "I have copied telephones for nine years, was trained in forensic acquisition, and compare"
            " hash values every week."
        ),
    },
    "execution": {"country": "DE"},
    "notice": {"to": "the other party", "on": "2026-02-01", "how": "by letter"},
}


def write_sheet(place: Path) -> None:
    """Write a sheet in which everything is filled in."""
    folder = place / "src"
    with (place / "meta.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.DictWriter(file, ["path", "origin.original_digest.digest", *ROW])
        rows.writeheader()
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.name != ".DS_Store":
                digest = hashlib.sha256(path.read_bytes()).hexdigest()
                name = path.relative_to(folder).as_posix()
                rows.writerow({"path": name, "origin.original_digest.digest": digest, **ROW})


def states(text: str) -> dict[str, str]:
    """Return the state of each check."""
    (profile,) = json.loads(text)["profiles"]
    return {one["id"]: one["state"] for one in profile["checks"]}


def test_a_folder_becomes_a_filing_without_a_gap(shell: Shell, place: Path) -> None:
    """Whatever is asked is met, or declared by somebody who is named."""
    write_sheet(place)
    (place / "said.json").write_text(json.dumps(DECLARATION), "utf-8")
    sheet = ("--metadata", "meta.csv")
    assert shell("check", "src", *sheet, *PROFILE).code == 0
    assert shell("seal", "src", *sheet, *PROFILE, "--out", "b9", *SIGNED).code == 0
    asked = ("check", "b9", *TRUSTED, *PROFILE, "--declaration", "said.json", "--declarant", "w-02", "--json")
    before = shell(*asked)
    assert (before.code, states(before.out)["F14-03"]) == (1, "not-met")
    compared = shell("attest", "b9", "fixity-checked", *TRUSTED, *SIGNED)
    assert compared.code == 0, compared.err
    ran = shell(*asked)
    found = states(ran.out)
    assert set(found.values()) == {"met", "declared"}
    assert [check_id for check_id, state in found.items() if state == "declared"] == ["F14-08b"]
    assert ran.code == 0


def test_a_file_that_is_not_the_original_is_not_sealed(shell: Shell, place: Path) -> None:
    """The digest that was taken of the original is another one."""
    write_sheet(place)
    (place / "src" / "photo.jpg").write_bytes(b"\xff\xd8\xff changed since it was copied")
    ran = shell("seal", "src", "--metadata", "meta.csv", *PROFILE, "--out", "b9", *SIGNED)
    assert (ran.code, (place / "b9").exists()) == (2, False)
    assert 'file "photo.jpg": origin.original_digest' in ran.err
