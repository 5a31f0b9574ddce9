"""Under which name somebody signs, and the words that keep people from what cannot be taken back."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Shell
from tests.unit.cli.people import BY

pytestmark = pytest.mark.usefixtures("crowd")


@pytest.fixture
def ssh_key(place: Path, require_tool: Callable[[str], str]) -> str:
    """An OpenSSH key whose comment could be a name: user@host, as always."""
    words = [require_tool("ssh-keygen"), "-q", "-t", "ed25519", "-N", "", "-C", "user@host"]
    subprocess.run([*words, "-f", str(place / "ssh")], check=True)
    return "ssh"


def signer_of(place: Path, path: str) -> str:
    """Return the name in the body of an event of `b7`."""
    body = json.loads((place / "b7" / path / "body.json").read_bytes())[3]
    return str(body["actor"])


def test_the_comment_of_a_key_signs_nothing(shell: Shell, place: Path, ssh_key: str) -> None:
    """It would publish who uses which machine, for good: the name is said, or the trust has it."""
    words = ("attest", "b7", "examined", "--method", "x", "--result", "y", "--trust", "t", "--key", ssh_key)
    ran = shell(*words)
    assert (ran.code != 0, "[IDENTITY_MISSING]" in ran.err, "--identity" in ran.err) == (True, True, True)
    ran = shell("seal", "src", "--out", "b9", "--key", ssh_key)
    assert ("[IDENTITY_MISSING]" in ran.err, (place / "b9").exists()) == (True, False)
    ran = shell(*words, "--identity", "w-07", "--json")
    assert signer_of(place, json.loads(ran.out)["path"]) == "w-07"
    added = shell("trust", "add", "t", "ssh.pub", "--identity", "w-08", "--unconfirmed")
    assert added.code == 0, added.err
    ran = shell(*words, "--json")
    assert signer_of(place, json.loads(ran.out)["path"]) == "w-08"


def test_a_folder_is_taken_for_no_key_file(shell: Shell, place: Path) -> None:
    """The trust knows the name."""
    (place / "law").mkdir()
    assert shell("release", "b7", "--to", "law", *BY("w-02")).code == 0
    (place / "nobody").mkdir()
    assert "[RECIPIENT_UNKNOWN]" in shell("copy", "b7", "--to", "nobody", *BY("w-02")).err


def test_an_empty_recipient_is_called_one(shell: Shell) -> None:
    """By the name of the option."""
    ran = shell("release", "b7", "--to", "", *BY("w-02"))
    assert (ran.code, "'--to'" in ran.err, "found an empty one" in ran.err) == (2, True, True)
    ran = shell("release", "b7", "--to", "ngo", "--purpose", " ", *BY("w-02"))
    assert (ran.code, "'--purpose'" in ran.err) == (2, True)


def test_who_comes_late_is_told_so(shell: Shell) -> None:
    """The only release was received by whom it names."""
    shell("release", "b7", "--to", "ngo", *BY("w-02"))
    assert "[NOT_THE_RECIPIENT]" in shell("receive", "b7", *BY("law")).err
    shell("receive", "b7", *BY("ngo"))
    ran = shell("receive", "b7", *BY("law"))
    assert ("[NOT_THE_RECIPIENT]" in ran.err, "received it already" in ran.err) == (True, True)


def test_a_moved_key_is_no_second_place(shell: Shell, place: Path) -> None:
    """The words say what two places come to."""
    shell("event", "b7", "incident", "--kind", "gap", *BY("w-02"))
    shutil.copytree(place / "b7", place / "b8")
    (place / "far").mkdir()
    shutil.copy2(place / "k", place / "far" / "k")
    ran = shell("event", "b8", "incident", "--kind", "gap", "--trust", "t", "--key", "far/k", *BY("w-02")[4:])
    assert ("[HOLDING_ELSEWHERE]" in ran.err, "a fork, for good" in ran.err) == (True, True)


def test_who_approves_a_succession_is_sent_to_the_bundle(shell: Shell) -> None:
    """A draft alone does not show whose holding is carried on."""
    words = ("succeed", "b7", "--cosigner", "app", "--draft", "d", *BY("heir"))
    assert shell(*words).code == 0
    ran = shell("cosign", "d", "--show")
    assert (ran.code, "custody log BUNDLE" in ran.err) == (0, True)
    assert "custody log BUNDLE" in shell("cosign", "d", "--yes", *BY("app")[2:]).err
