"""`custody release`, `receive`, `withdraw`, `copy`, `refuse`, `receipt`."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Ran, Shell
from tests.unit.cli.people import BY, people, signed_by

pytestmark = pytest.mark.usefixtures("crowd")


def test_a_bundle_goes_from_hand_to_hand(shell: Shell, place: Path) -> None:
    """Released, carried, received, merged; each side is told what comes next."""
    ran = shell("release", "b7", "--to", "ngo", "--purpose", "للملف", *BY("w-02"))
    assert (ran.code, ran.out.splitlines()[0]) == (
        0,
        'released "b7" to ngo; in transit until it is received or withdrawn',
    )
    assert "custody pack" in ran.err
    assert "copy without a holder" in ran.err
    shutil.copytree("b7", "theirs")
    ran = shell("receive", "theirs", "--condition", "ظرف مختوم", "--successor", "law.pub", *BY("ngo"))
    assert (ran.code, "2 files verified" in ran.out) == (0, True)
    receipt = next(place.glob("theirs-received-*.zip")).name
    assert receipt in ran.out
    assert receipt in ran.err
    assert shell("merge", "b7", receipt, "--trust", "t").code == 0
    for bundle in ("b7", "theirs"):
        assert shell("verify", bundle, "--trust", "t", "--require", "custody-unbroken").code == 0


def test_the_result_is_also_json(shell: Shell) -> None:
    """One object, the same members for every verb."""
    value = json.loads(shell("release", "b7", "--to", "ngo", "--receipt", "r.zip", *BY("w-02"), "--json").out)
    assert set(value) == {"event", "path", "holding", "seq", "type", "receipt", "aside", "finished"}
    assert (value["type"], value["seq"], value["receipt"]) == ("released", 1, "r.zip")
    assert (value["aside"], value["finished"]) == ([], False)
    value = json.loads(shell("receive", "b7", *BY("ngo"), "--json").out)
    assert (value["type"], value["seq"], value["finished"]) == ("received", 0, False)
    value = json.loads(shell("refuse", "b7", *BY("law"), "--json").out or "{}")
    assert value == {}


def test_receiving_again_writes_the_receipt_again(shell: Shell, place: Path) -> None:
    """Nothing is signed twice."""
    shell("release", "b7", "--to", "ngo", *BY("w-02"))
    first = shell("receive", "b7", *BY("ngo"))
    receipt = next(place.glob("b7-received-*.zip"))
    kept = receipt.read_bytes()
    receipt.unlink()
    second = shell("receive", "b7", *BY("ngo"))
    assert (second.code, 'received "b7" before' in second.out) == (0, True)
    assert first.out.splitlines()[1] == second.out.splitlines()[1]
    assert receipt.read_bytes() == kept
    assert shell("receive", "b7", *BY("ngo")).code == 0


def test_one_changed_byte_is_not_received(shell: Shell, place: Path) -> None:
    """Refuted is 1, undetermined 3; with --acknowledge the receipt says so."""
    shell("release", "b7", "--to", "ngo", *BY("w-02"))
    (place / "b7" / ".DS_Store").write_bytes(b"x")
    assert shell("receive", "b7", *BY("ngo")).code == 3
    (place / "b7" / ".DS_Store").unlink()
    victim = next((place / "b7" / "data").glob("*.jpg"))
    victim.chmod(0o644)
    victim.write_bytes(b"x" + victim.read_bytes()[1:])
    ran = shell("receive", "b7", *BY("ngo"))
    assert (ran.code, ran.out) == (1, "")
    assert "[RECEIVE_NOT_INTACT]" in ran.err
    assert "--acknowledge" in ran.err
    assert shell("refuse", "b7", "--reason", "تالف", "--receipt", "refusal.zip", *BY("ngo")).code == 0
    ran = shell("receive", "b7", "--acknowledge", "--inconsistency", "wet", *BY("ngo"))
    assert (ran.code, "not proven intact" in ran.out) == (0, True)


def test_doubts_about_the_past_are_told(shell: Shell, place: Path) -> None:
    """Keys whose time is over, for instance; the open release itself is no doubt."""
    note = "custody before you is not proven unbroken"
    shell("copy", "b7", "--to", "law", *BY("w-02"))
    shell("release", "b7", "--to", "ngo", *BY("w-02"))
    shutil.copytree("b7", "clean")
    assert note not in shell("receive", "clean", *BY("law")).err
    trust = json.loads((place / "t").read_text("utf-8"))
    mine = next(one for one in trust["identities"] if one["identity"] == "w-02")
    mine["sets"][0]["to"] = "2020-01-01T00:00:00Z"
    (place / "t2").write_text(json.dumps(trust), "utf-8")
    ran = shell("receive", "b7", "--acknowledge", *signed_by("ngo", trust="t2"))
    assert (ran.code, note in ran.err) == (0, True)


@pytest.mark.parametrize(
    ("words", "code", "named"),
    [
        (("release", "b7", "--to", "w-02"), 2, "RECIPIENT_SELF"),
        (("release", "b7", "--to", "nobody"), 2, "RECIPIENT_UNKNOWN"),
        (("release", "b7", "--to", "t"), 4, "FORMAT"),
        (("release", "b7"), 2, "--to"),
        (("release", "src", "--to", "ngo"), 4, "NO_BUNDLE"),
        (("release", "b7", "--to", "ngo", "--holding", "0" * 32), 3, "NOT_THE_HOLDER"),
        (("release", "b7", "--to", "ngo", "--holding", "x"), 2, "holding"),
        (("release", "b7", "--to", "ngo", "--expires", "soon"), 2, "expires"),
        (("release", "b7", "--to", "ngo", "--package", "soon"), 2, "package"),
        (("release", "b7", "--to", "ngo", "--purpose", ""), 2, "purpose"),
        (("release", "b7", "--to", "ngo", "--purpose", "\ud800"), 2, "USAGE"),
        (("release", "b7", "--to", "ngo", "--purpose", "x", "--purpose", "y"), 2, "--purpose"),
        (("release", "b7", "--to", "ngo", "--receipt", "t"), 4, "EXISTS"),
        (("release", "b7", "--to", "ngo", "--expect-seal", "0" * 64), 4, "SEAL_NOT_EXPECTED"),
        (
            ("release", "b7", "--to", "ngo", "--cosigner-passphrase-file", "p"),
            2,
            "--cosigner-passphrase-file",
        ),
        (("release", "b7", "--to", "ngo", "--draft", "d.zip"), 2, "--draft"),
        (("receive", "b7"), 3, "NOT_RELEASED"),
        (("receive", "b7", "--event", "0" * 64), 3, "NOT_RELEASED"),
        (("receive", "b7", "--successor", "t"), 4, "FORMAT"),
        (("withdraw", "b7"), 3, "NOT_RELEASED"),
        (("withdraw", "b7", "--event", "zz"), 2, "event"),
        (("copy", "b7", "--to", "w-02"), 2, "RECIPIENT_SELF"),
        (("refuse", "b7"), 3, "NOT_RELEASED"),
        (("succeed", "b7"), 3, "HOLDING_AT_HAND"),
        (("reconcile", "b7"), 3, "NOT_DISPUTED"),
        (("reconcile", "b7", "--head", "0" * 64), 3, "HEAD_NOT_FOUND"),
    ],
)
def test_what_is_refused(shell: Shell, place: Path, words: tuple[str, ...], code: int, named: str) -> None:
    """With its code and a next step; nothing is written, and no traceback is seen."""
    before = sorted(str(path) for path in (place / "b7").rglob("*"))
    ran = shell(*words, *BY("w-02"))
    assert (ran.code, ran.out) == (code, "")
    assert named in ran.err
    assert "Traceback" not in ran.err
    assert sorted(str(path) for path in (place / "b7").rglob("*")) == before


def test_without_key_or_trust_nothing_begins(shell: Shell) -> None:
    """Both are always said."""
    assert shell("release", "b7", "--to", "ngo").code == 2
    assert shell("release", "b7", "--to", "ngo", "--key", "k", "--passphrase-file", "p").code == 2


def test_a_stranger_is_released_to_with_a_warning(shell: Shell, place: Path) -> None:
    """His receipt counts when the trust knows him."""
    people(place, "far")
    for verb in ("copy", "release"):
        ran = shell(verb, "b7", "--to", "far.pub", *BY("w-02"))
        assert (ran.code, "WARNING" in ran.err, "custody trust add" in ran.err) == (0, True, True)


def test_a_release_is_taken_back(shell: Shell) -> None:
    """Once; then it is held."""
    shell("release", "b7", "--to", "ngo", *BY("w-02"))
    ran = shell("withdraw", "b7", "--reason", "خطأ", *BY("w-02"))
    assert (ran.code, "you hold it again" in ran.out) == (0, True)
    assert shell("withdraw", "b7", *BY("w-02")).code == 3
    assert shell("receive", "b7", *BY("ngo")).code == 3


def test_a_copy_is_received(shell: Shell) -> None:
    """The holder goes on."""
    assert shell("copy", "b7", "--to", "law.pub", "--medium", "stick", *BY("w-02")).code == 0
    shutil.copytree("b7", "theirs")
    ran = shell("receive", "theirs", *BY("law"))
    assert ran.code == 0
    assert "copy-received" in shell("verify", "theirs", "--trust", "t").out
    assert shell("event", "b7", "accessed", "--items", "1", *BY("w-02")).code == 0


def test_a_cosigner_at_hand_signs_too(shell: Shell, place: Path) -> None:
    """With a passphrase of his own."""
    shell(
        "release",
        "b7",
        "--to",
        "ngo",
        *BY("w-02"),
        "--cosigner-key",
        "app.key",
        "--cosigner-passphrase-file",
        "p",
    )
    assert len(list((place / "b7/custody/log").glob("*/00000001/*.sshsig"))) == 2


def test_a_killed_verb_is_finished_by_the_same_words(
    shell: Shell, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was signed gets its place; it says so."""

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("custody.storage.append.Appender.publish", killed)
        assert shell("release", "b7", "--to", "ngo", *BY("w-02")).code == 130
    ran = shell("release", "b7", "--to", "ngo", *BY("w-02"))
    assert (ran.code, "nothing was signed again" in ran.err) == (0, True)
    assert len(list((place / "b7/custody/log").glob("*/*"))) == 2


def test_junk_at_the_next_place_is_moved_aside(shell: Shell, place: Path) -> None:
    """And named."""
    seal = next((place / "b7/custody/log").glob("*/00000000"))
    shutil.copytree(seal, seal.with_name("00000001"))
    ran = shell("release", "b7", "--to", "ngo", *BY("w-02"))
    assert ran.code == 0
    assert 'moved out of the log, for it counts for nothing: "b7.set-aside/' in ran.err


def test_a_receipt_that_cannot_be_written_says_that_the_event_stands(
    shell: Shell, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It can be had later."""
    (place / "full").mkdir()

    def gone(*_: object, **__: object) -> None:
        from custody.errors import StorageError  # noqa: PLC0415 - of this fault alone

        raise StorageError("r.zip: the disk is full", code="NO_SPACE")

    with monkeypatch.context() as patched:
        patched.setattr("custody.cli.writing.write_receipt", gone)
        ran = shell("release", "b7", "--to", "ngo", "--receipt", "r.zip", *BY("w-02"))
    assert (ran.code, ran.out) == (4, "")
    assert "the event itself stands: " in ran.err
    event = ran.err.partition("stands: ")[2][:64]
    assert shell("receipt", "b7", event, "--out", "r.zip").code == 0


def test_a_receipt_of_any_event_is_written_later(shell: Shell) -> None:
    """With more openings on request, also from a zip; not of what is not there."""
    made = json.loads(shell("release", "b7", "--to", "ngo", "--place", "حلب", *BY("w-02"), "--json").out)
    assert shell("receipt", "b7", made["event"], "--out", "r.zip", "--open", "place", "--stamps").code == 0
    with zipfile.ZipFile("r.zip") as zipped:
        names = {name.rpartition("/")[2] for name in zipped.namelist()}
    assert {"body.json", "place.json"} <= names
    shell("pack", "b7", "--out", "b7.zip", "--whole")
    assert shell("receipt", "b7.zip", made["event"], "--out", "z.zip").code == 0
    assert shell("receipt", "b7", "0" * 64, "--out", "no.zip").code == 3
    assert shell("receipt", "b7", made["event"], "--out", "r.zip").code == 4
    assert shell("receipt", "b7", made["event"], "--out", "x.zip", "--open", "body").code == 2


def test_a_zip_is_not_written_to(shell: Shell) -> None:
    """It says what to do."""
    shell("pack", "b7", "--out", "b7.zip", "--whole")
    for words in (("release", "b7.zip", "--to", "ngo"), ("receive", "b7.zip"), ("refuse", "b7.zip")):
        ran = shell(*words, *BY("w-02"))
        assert (ran.code, "Traceback" in ran.err) == (4, False)


def test_no_secret_is_in_the_output(shell: Shell, place: Path) -> None:
    """Neither the passphrase nor a host path nor what was said."""
    ran: Ran = shell("release", "b7", "--to", "ngo", "--purpose", "سرّي", *BY("w-02"), "--receipt", "r.zip")
    for secret in ("canary", str(place), "سرّي"):
        assert secret not in ran.out + ran.err
    assert "سرّي".encode() not in (place / "r.zip").read_bytes()
