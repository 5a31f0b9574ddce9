"""`custody event`, `attest`, `succeed`, `reconcile`."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from custody.cli.event_data import ITEM_NUMBERS, ToolType
from custody.transfer.data import types_for
from tests.unit.cli.conftest import Shell
from tests.unit.cli.people import BY

pytestmark = pytest.mark.usefixtures("crowd")
COSIGNED = ("--cosigner-key", "app.key", "--cosigner-passphrase-file", "p")


def data_of(place: Path, path: str) -> dict[str, object]:
    """Return the data of an event in `b7`."""
    value: dict[str, object] = json.loads((place / "b7" / path / "body.json").read_bytes())[3]["data"]
    return value


@pytest.mark.parametrize(
    ("words", "data"),
    [
        (("accessed", "--items", "2,1"), {"leaves": [0, 1]}),
        (("accessed", "--items", "1-2", "--accessor", "ngo"), None),
        (("derived", "--inputs", "1", "--outputs", "2", "--tool", "ffmpeg:7", "--reproducible"), None),
        (
            ("redacted", "--inputs", "1", "--outputs", "2", "--class", "blur", "--ground", "وجوه"),
            {"inputs": [0], "outputs": [1], "class": "blur", "ground": "وجوه"},
        ),
        (("submitted", "--to", "icc", "--medium", "post"), {"to": {"identity": "icc"}, "medium": "post"}),
        (("submitted", "--to", "ngo.pub"), None),
        (
            (
                "consent-recorded",
                "--items",
                "1",
                "--effective",
                "2026-01-01",
                "--scope",
                "public",
                "--scope",
                "media",
            ),
            {"leaves": [0], "effective": "2026-01-01T00:00:00Z", "scopes": ["media", "public"]},
        ),
        (
            ("virus-checked", "--result", "clean", "--tool", "clam"),
            {"result": "clean", "tool": {"name": "clam"}},
        ),
        (("incident", "--kind", "gap", "--from", "2026-01-01", "--until", "2026-01-02T00:00:00Z"), None),
        (("annotated", "--event", "a" * 64, "--note", "تصحيح"), {"event": "a" * 64}),
        (("closed", "--reason", "done", "--yes"), {"reason": "done"}),
    ],
)
def test_simple_data_come_from_options(
    shell: Shell, place: Path, words: tuple[str, ...], data: dict[str, object] | None
) -> None:
    """Items by their numbers, tools, moments, people; custody stays unbroken."""
    ran = shell("event", "b7", *words, *BY("w-02"), "--json")
    assert ran.code == 0
    if data is not None:
        assert data_of(place, json.loads(ran.out)["path"]) == data
    assert shell("verify", "b7", "--trust", "t", "--require", "custody-unbroken").code == 0


def test_everything_else_comes_from_a_file(shell: Shell, place: Path) -> None:
    """Strict JSON; options may add to it."""
    data = {"over": ["a" * 64], "hash": "sha512"}
    (place / "d.json").write_text(json.dumps(data), "utf-8")
    ran = shell("event", "b7", "timestamp-renewed", "--data", "d.json", *BY("w-02"), "--json")
    assert data_of(place, json.loads(ran.out)["path"]) == data
    (place / "d.json").write_text('{"kind": "loss"}', "utf-8")
    assert shell("event", "b7", "incident", "--data", "d.json", "--from", "2026-01-01", *BY("w-02")).code == 0


@pytest.mark.parametrize(
    ("text", "code", "named"),
    [
        ("{", 4, "data file"),
        ("[]", 4, "data file"),
        ('{"kind":"gap","kind":"loss"}', 4, "data file"),
        ('{"kind":"gap","secret":1}', 2, "EVENT_DATA"),
        ('{"from":"2026-01-01T00:00:00Z"}', 2, "expected kind, found none"),
        ('{"kind":"gap","from":1}', 2, "/from"),
    ],
)
def test_a_bad_file_is_refused(shell: Shell, place: Path, text: str, code: int, named: str) -> None:
    """Before anything is signed."""
    (place / "d.json").write_text(text, "utf-8")
    ran = shell("event", "b7", "incident", "--data", "d.json", *BY("w-02"))
    assert (ran.code, named in ran.err) == (code, True)
    assert len(list((place / "b7/custody/log").glob("*/*"))) == 1


@pytest.mark.parametrize(
    ("words", "code", "named"),
    [
        (("event", "b7", "released"), 2, "custody release"),
        (("event", "b7", "copy-received"), 2, "custody receive"),
        (("event", "b7", "refused"), 2, "custody refuse"),
        (("event", "b7", "disclosed"), 2, "TYPE_NOT_YET"),
        (("event", "b7", "examined"), 2, "custody attest"),
        (("attest", "b7", "incident"), 2, "custody event"),
        (("event", "b7", "سرقة"), 2, "the types are"),
        (("event", "b7"), 2, "TYPE"),
        (("event", "b7", "accessed"), 2, "expected leaves, found none"),
        (("event", "b7", "accessed", "--items", "0"), 2, "such as 3,5-9"),
        (("event", "b7", "accessed", "--items", "5-3"), 2, "such as 3,5-9"),
        (("event", "b7", "accessed", "--items", "1-999999999"), 2, "such as 3,5-9"),
        (("event", "b7", "accessed", "--items", "١"), 2, "such as 3,5-9"),
        (("event", "b7", "accessed", "--items", ""), 2, "such as 3,5-9"),
        (("event", "b7", "accessed", "--items", "99"), 3, "ITEM_UNKNOWN"),
        (("event", "b7", "accessed", "--items", "1", "--kind", "gap"), 2, "takes --items, --accessor"),
        (("event", "b7", "accessed", "--items", "1", "--accessor", "nobody"), 2, "RECIPIENT_UNKNOWN"),
        (("event", "b7", "fixity-checked", "--items", "1"), 2, "fixity-checked takes no data"),
        (("event", "b7", "incident", "--kind", "party"), 2, "EVENT_DATA"),
        (("event", "b7", "virus-checked", "--result", "x", "--tool", ":1"), 2, "NAME:VERSION"),
        (("event", "b7", "submitted", "--to", "Not A Name"), 2, "--court"),
        (("event", "b7", "submitted", "--to", ""), 2, "found an empty one"),
        (("event", "b7", "submitted", "--to", "typo.pub"), 2, "found no file of that name"),
        (("event", "b7", "submitted", "--to", "keys/ngo"), 2, "RECIPIENT_FILE"),
        (("event", "b7", "submitted", "--to", "keys\\ngo"), 2, "RECIPIENT_FILE"),
        (("event", "b7", "submitted", "--to", "./b7"), 2, "RECIPIENT_FILE"),
        (("event", "b7", "submitted", "--to", "TYPO.PUB"), 2, "RECIPIENT_FILE"),
        (("event", "b7", "submitted", "--to", "icc.json"), 2, "RECIPIENT_FILE"),
        (("event", "b7", "accessed", "--items", "1", "--accessor", "ngo.key.pub"), 2, "RECIPIENT_FILE"),
        (
            ("event", "b7", "incident", "--kind", "gap", "--reference", ""),
            2,
            "'--reference': expected a text",
        ),
        (("event", "b7", "closed"), 2, "CONFIRMATION_MISSING"),
        (("event", "b7", "accessed"), 2, "--items gives leaves"),
        (("event", "b7", "annotated"), 2, "--event gives event"),
        (("attest", "b7", "countersigned"), 2, "--about gives events"),
        (("event", "b7", "erased", "--items", "1", "--ground", "x"), 3, "EVENT_THRESHOLD"),
        (("event", "b7", "incident", "--kind", "gap", "--data", "nowhere"), 4, "MISSING"),
        (("attest", "b7", "countersigned"), 2, "expected events"),
        (("attest", "b7", "countersigned", "--about", "0" * 64), 3, "EVENT_UNKNOWN"),
        (("attest", "b7", "key-revoked", "--old-public-key", "ngo.pub"), 2, "expected since, reason"),
        (("attest", "b7", "key-introduced", "--public-key", "t"), 4, "FORMAT"),
    ],
)
def test_what_is_refused(shell: Shell, place: Path, words: tuple[str, ...], code: int, named: str) -> None:
    """With its code and what would do; nothing is written."""
    ran = shell(*words, *BY("w-02"))
    assert (ran.code, ran.out) == (code, "")
    assert named in ran.err
    assert "Traceback" not in ran.err
    assert "سرقة" not in ran.err
    assert len(list((place / "b7/custody").glob("log/*/*"))) == 1


def test_only_who_holds_records(shell: Shell) -> None:
    """Everybody else attests."""
    ran = shell("event", "b7", "accessed", "--items", "1", *BY("ngo"))
    assert (ran.code, "custody attest" in ran.err) == (3, True)


@pytest.mark.parametrize(("verb", "attestation"), [("event", False), ("attest", True)])
def test_the_help_lists_the_types(shell: Shell, verb: str, attestation: bool) -> None:  # noqa: FBT001
    """One line each."""
    shown = shell(verb, "--help").out
    for name in types_for(attestation=attestation):
        assert f"\n    {name}: " in shown


def test_a_check_of_the_files_is_recorded(shell: Shell, place: Path) -> None:
    """Found out, not stated; a failure is written, and refuted is 1."""
    ran = shell("event", "b7", "fixity-checked", *BY("w-02"))
    assert (ran.code, 'fixity-checked in "b7": pass' in ran.out) == (0, True)
    victim = next((place / "b7" / "data").glob("*.jpg"))
    victim.chmod(0o644)
    victim.write_bytes(b"x" + victim.read_bytes()[1:])
    ran = shell("event", "b7", "fixity-checked", *BY("w-02"), "--json")
    assert (ran.code, json.loads(ran.out)["result"]) == (1, "fail")
    failed = data_of(place, json.loads(ran.out)["path"])["failed"]
    assert failed == [int(victim.stem) - 1]
    assert shell("attest", "b7", "fixity-checked", *BY("app")).code == 1


def test_an_erasure_is_stated_and_removes_nothing(shell: Shell, place: Path) -> None:
    """It says what makes a copy without the items, and that does."""
    words = (
        "erased",
        "--items",
        "1",
        "--ground",
        "request",
        "--authority",
        "order 7",
        *BY("w-02"),
        *COSIGNED,
    )
    ran = shell("event", "b7", *words, "--json")
    assert ran.code == 0
    data = data_of(place, json.loads(ran.out)["path"])
    assert data == {"leaves": [0], "ground": "request", "authority": "order 7"}
    assert "removes nothing" in ran.err
    assert len(list((place / "b7" / "data").iterdir())) == 2
    assert shell("merge", "b7", "--to", "b8", "--trust", "t").code == 0
    assert len(list((place / "b8" / "data").iterdir())) == 1
    assert shell("verify", "b8", "--trust", "t").code == 0


def test_anybody_attests(shell: Shell) -> None:
    """An expert, a court, on keys; it is listed, and custody stays as it is."""
    seal = json.loads(shell("verify", "b7", "--trust", "t", "--json").out)["seal"]
    for words in (
        ("examined", "--method", "فحص", "--result", "as described", "--items", "1"),
        ("countersigned", "--about", seal, "--statement", "so it was"),
        ("received-by-court", "--about", seal),
        ("key-introduced", "--public-key", "ngo.pub", "--about", seal),
        ("key-rotated", "--public-key", "ngo.pub", "--old-public-key", "heir.pub", "--from", "2026-01-01"),
        ("key-revoked", "--old-public-key", "heir.pub", "--since", "2026-01-01", "--reason", "lost"),
    ):
        ran = shell("attest", "b7", *words, *BY("ngo"), *COSIGNED)
        assert ran.code == 0, ran.err
        assert "whose trust knows your keys" in ran.err
    value = json.loads(
        shell("attest", "b7", "examined", "--result", "x", *BY("app"), "--json", "--receipt", "r").out
    )
    assert (value["holding"], value["seq"], value["receipt"]) == (None, None, "r")
    assert shell("verify", "b7", "--trust", "t", "--require", "custody-unbroken").code == 0


def test_one_signer_is_too_few_for_a_revocation(shell: Shell) -> None:
    """It would be set aside everywhere."""
    words = ("key-revoked", "--old-public-key", "heir.pub", "--since", "2026-01-01", "--reason", "lost")
    ran = shell("attest", "b7", *words, *BY("ngo"))
    assert (ran.code, "EVENT_THRESHOLD" in ran.err) == (3, True)


def test_a_successor_carries_on(shell: Shell) -> None:
    """Alone: written, with a warning; with an approver: proven, once."""
    ran = shell("succeed", "b7", "--reason", "ضاع المفتاح", *BY("heir"))
    assert (ran.code, "WARNING" in ran.err, "undetermined" in ran.err) == (0, True, True)
    assert shell("verify", "b7", "--trust", "t", "--require", "custody-unbroken").code == 3
    ran = shell("succeed", "b7", *BY("heir"), *COSIGNED, "--key-moved", "--json")
    value = json.loads(ran.out)
    assert (ran.code, value["approved"], "WARNING" in ran.err) == (0, True, False)
    words = ("verify", "b7", "--trust", "t", "--require", "custody-unbroken", "--head", value["event"])
    assert shell(*words).code == 0
    assert shell("succeed", "b7", *BY("heir"), *COSIGNED).code == 3
    assert shell("succeed", "b7", *BY("ngo")).code == 3


def test_both_parties_end_a_dispute(shell: Shell, place: Path) -> None:
    """Withdrawn here, received there, merged, reconciled by both."""
    shell("release", "b7", "--to", "ngo", *BY("w-02"))
    shutil.copytree("b7", "theirs")
    shell("receive", "theirs", *BY("ngo"))
    shell("withdraw", "b7", *BY("w-02"))
    assert shell("merge", "b7", next(place.glob("theirs-received-*")).name, "--trust", "t").code == 0
    assert shell("verify", "b7", "--trust", "t", "--require", "custody-unbroken").code == 3
    ran = shell("reconcile", "b7", *BY("w-02"))
    assert (ran.code, "PARTY_MISSING" in ran.err) == (3, True)
    words = ("--cosigner-key", "ngo.key", "--cosigner-passphrase-file", "p")
    ran = shell("reconcile", "b7", *BY("w-02"), *words, "--json", "--receipt", "r.zip")
    value = json.loads(ran.out)
    assert (ran.code, len(value["heads"]), len(value["holdings"])) == (0, 2, 2)
    assert shell("verify", "b7", "--trust", "t", "--require", "custody-unbroken").code == 0


def test_a_dispute_is_ended_by_a_draft(shell: Shell, place: Path) -> None:
    """The other party signs elsewhere."""
    shell("release", "b7", "--to", "ngo", *BY("w-02"))
    shutil.copytree("b7", "theirs")
    shell("receive", "theirs", *BY("ngo"))
    shell("withdraw", "b7", *BY("w-02"))
    shell("merge", "b7", next(place.glob("theirs-received-*")).name, "--trust", "t")
    assert shell("reconcile", "b7", *BY("w-02"), "--cosigner", "ngo", "--draft", "d.zip").code == 0
    assert shell("cosign", "d.zip", "--key", "ngo.key", "--passphrase-file", "p", "--yes").code == 0
    assert shell("cosign", "d.zip", "--commit", "b7", *BY("w-02"), "--yes").code == 0
    assert shell("verify", "b7", "--trust", "t", "--require", "custody-unbroken").code == 0


def test_numbers_of_items_become_indices() -> None:
    """Each once, ascending, however they were said."""
    assert ITEM_NUMBERS.convert("3, 5-7,6,1", None, None) == (0, 2, 4, 5, 6)
    assert ITEM_NUMBERS.convert((1,), None, None) == (1,)


def test_a_value_that_was_read_before_stays_as_it_is() -> None:
    """As click hands defaults on."""
    assert ToolType().convert({"name": "x"}, None, None) == {"name": "x"}


def test_what_a_file_and_an_option_both_say_is_refused(shell: Shell, place: Path) -> None:
    """Nobody should have to guess which counts."""
    (place / "d.json").write_text('{"kind": "loss"}', "utf-8")
    ran = shell("event", "b7", "incident", "--data", "d.json", "--kind", "gap", *BY("w-02"))
    assert (ran.code, "found kind" in ran.err) == (2, True)
