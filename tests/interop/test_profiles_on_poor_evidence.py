"""`custody check` on a poor folder and on the poor bundle made of it: each profile names what is missing."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from custody.cli.__main__ import main
from custody.format.key_file import encode_public_key_file
from custody.keys.key_file import KdfCost, create_key
from custody.keys.secret_file import write_secret_file

CHEAP = KdfCost(1, 8 * 1024 * 1024)
PASSPHRASE = "correct horse battery staple"
GAPS = {"not-met", "not-declared", "undetermined"}
PROFILES = (
    "core",
    "fre-902-13",
    "fre-902-14",
    "eidas",
    "eidas-archive-de",
    "berkeley",
    "icc-otp",
    "acpo-27037",
    "testimony-do-no-harm",
)


@pytest.fixture
def poor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A testimony whose file name tells a name and a number, with nothing said of it, and its bundle."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "poor"
    folder.mkdir()
    (folder / "Ahmad 0049-170-1234567.txt").write_text("x\n", "utf-8")
    (tmp_path / "p").write_text(f"{PASSPHRASE}\n", "utf-8")
    data, signer = create_key("w-01", random=os.urandom, passphrase=PASSPHRASE.encode(), cost=CHEAP)
    write_secret_file(str(tmp_path / "k"), data)
    (tmp_path / "k.pub").write_bytes(encode_public_key_file(signer.identity))
    assert main(["seal", "poor", "--key", "k", "--passphrase-file", "p", "--out", "sealed"]) == 0
    return folder


@pytest.mark.parametrize("profile", PROFILES)
def test_every_gap_is_named_with_a_remedy_and_what_it_rests_on(
    poor: Path, capsys: pytest.CaptureFixture[str], profile: str
) -> None:
    """On the bundle every check is answered but those of the filing; none that is open stays silent."""
    found: set[str] = set()
    for subject, more in ((poor.name, ()), ("sealed", ("--trust", "k.pub"))):
        capsys.readouterr()
        code = main(["check", subject, "--profile", profile, "--json", *more])
        gaps = json.loads(capsys.readouterr().out)
        assert code == gaps["exit_code"]
        for check in gaps["profiles"][0]["checks"]:
            assert check["state"] != "later" or subject == poor.name or check["phase"] == "filing"
            if check["state"] in GAPS:
                found.add(check["id"])
                assert check["remedy"]["en"]
                assert check["remedy"]["ar"]
                assert check["citation"]
    assert len(found) >= 2
