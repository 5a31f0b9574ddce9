"""The story of custody: collector, NGO, lawyer, court registry, on four folders with no shared disk.

Everything is done by the command line as people would, and carried between them as zips and receipts. One key
is lost on the way. Afterwards somebody who trusts these people reads who held the evidence in which window,
and each attack on the story is refused by its name.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from attrs import frozen

from custody.cli.__main__ import main
from custody.format.key_file import encode_public_key_file
from custody.keys.key_file import KdfCost, create_key
from custody.keys.secret_file import write_secret_file
from tests.interop.test_trusted_time import answering
from tests.tools.openssl_authority import make_openssl_authority
from tests.tools.timestamp_server import serving

RequireTool = Callable[[str], str]
pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

PEOPLE = ("collector", "ngo", "lawyer", "heir", "court")
APPROVER = "approver"
CHEAP = KdfCost(1, 8 * 1024 * 1024)  # the usual cost is paid once for each of eighty commands
SECRET = "correct horse battery staple\n"


@frozen
class Person:
    """Somebody with a folder of his own; nothing is shared but what he is handed."""

    name: str
    folder: Path
    capsys: pytest.CaptureFixture[str]
    monkeypatch: pytest.MonkeyPatch

    def custody(self, *words: str, code: int = 0) -> str:
        """Run a command in the folder; returns what it printed."""
        self.monkeypatch.chdir(self.folder)
        self.capsys.readouterr()
        found = main(words)
        said = self.capsys.readouterr()
        assert found == code, (words, said.out + said.err)
        return said.out + said.err

    def signs(self, *words: str, code: int = 0) -> str:
        """Run a verb with the own key."""
        key = ("--key", f"{self.name}.key", "--passphrase-file", "passphrase.txt")
        return self.custody(*words, "--trust", "trust.json", *key, code=code)

    def verify(self, *words: str, bundle: str = "case", code: int = 0) -> dict[str, Any]:
        """Verify with the own trust; custody is required too."""
        every = ("--require", "intact,sealed-by,custody-unbroken")
        said = self.custody("verify", bundle, "--trust", "trust.json", "--json", *every, *words, code=code)
        report: dict[str, Any] = json.loads(said[: said.rindex("}") + 1])
        return report

    def carry(self, other: Person, bundle: str = "case") -> None:
        """Pack the bundle, carry it over, and unpack it there."""
        self.custody("pack", bundle, "--whole", "--out", "carried.zip")
        self.hand("carried.zip", other)
        shutil.rmtree(other.folder / "case", ignore_errors=True)
        other.custody("unpack", "carried.zip", "--out", "case")
        (self.folder / "carried.zip").unlink()
        (other.folder / "carried.zip").unlink()

    def hand(self, file: str, other: Person) -> None:
        """Hand over one file."""
        shutil.copy(self.folder / file, other.folder / file)


@frozen
class Cast:
    """Everybody."""

    collector: Person
    ngo: Person
    lawyer: Person
    heir: Person
    court: Person
    approver: Person


@pytest.fixture
def cast(
    tmp_path: Path,
    require_tool: RequireTool,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Cast]:
    """Six people with keys, who know each other's public keys and one time authority."""
    openssl = require_tool("openssl")
    people = {}
    for name in (*PEOPLE, APPROVER):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "passphrase.txt").write_text(SECRET, "utf-8")
        people[name] = Person(name, folder, capsys, monkeypatch)
        data, signer = create_key(name, random=os.urandom, passphrase=SECRET.strip().encode(), cost=CHEAP)
        write_secret_file(str(folder / f"{name}.key"), data)
        (folder / f"{name}.pub").write_bytes(encode_public_key_file(signer.identity))
    authority = make_openssl_authority(
        tmp_path / "authority", "first", operator="Operator first", openssl=openssl, unit_key="P-256"
    )
    with ExitStack() as stack:
        url = stack.enter_context(serving(answering(authority))).url
        for person in people.values():
            _know_each_other(person, people.values(), authority.root_pem, url)
        yield Cast(*people.values())


def _know_each_other(person: Person, others: Any, root: bytes, url: str) -> None:  # noqa: ANN401 - people
    person.custody("trust", "new", "trust.json")
    for other in others:
        if other is not person:
            other.hand(f"{other.name}.pub", person)
        role = ("--role", "approver") if other.name == APPROVER else ()
        person.custody("trust", "add", "trust.json", f"{other.name}.pub", *role, "--unconfirmed")
    (person.folder / "root.pem").write_bytes(root)
    own = ("--url", url, "--root", "root.pem", "--operator", "Operator first")
    person.custody("trust", "add-authority", "trust.json", "--name", "first", *own)


def stamped(person: Person) -> None:
    """Have the newest events stamped; all of them share one token."""
    asked = ("--authority", "first", "--operators", "1", "--no-revocation")
    person.custody("stamp", "case", "--trust", "trust.json", *asked)


def handed_over(giver: Person, taker: Person, *words: str) -> None:
    """Release, carry, receive, and send the receipt back."""
    giver.signs("release", "case", "--to", f"{taker.name}.pub", "--purpose", "for the file")
    giver.carry(taker)
    taker.signs("receive", "case", "--receipt", "receipt.zip", *words)
    stamped(taker)
    taker.hand("receipt.zip", giver)
    (taker.folder / "receipt.zip").unlink()
    giver.custody("merge", "case", "receipt.zip", "--trust", "trust.json")
    (giver.folder / "receipt.zip").unlink()


def sealed(cast: Cast) -> None:
    """Seal two files at the collector's."""
    photos = cast.collector.folder / "photos"
    photos.mkdir()
    (photos / "شهادة.txt").write_text("ما رأيت\n", "utf-8")
    (photos / "2.jpg").write_bytes(b"\xff\xd8\xff" + bytes(900))
    key = ("--key", "collector.key", "--passphrase-file", "passphrase.txt")
    cast.collector.custody("seal", "photos", *key, "--out", "case")
    stamped(cast.collector)


def to_the_lawyer(cast: Cast) -> None:
    """Seal, hand over to the NGO, which uses it, and from there to the lawyer, who names an heir."""
    sealed(cast)
    handed_over(cast.collector, cast.ngo)
    cast.ngo.signs("event", "case", "accessed", "--items", "1", "--purpose", "translation")
    handed_over(cast.ngo, cast.lawyer, "--successor", "heir.pub")


def succeeded(cast: Cast) -> None:
    """The lawyer's key is lost; the heir has a copy of his folder and goes on, cosigned by the approver."""
    cast.lawyer.carry(cast.heir)
    (cast.lawyer.folder / "lawyer.key").unlink()
    cosigned = ("--cosigner", "approver.pub", "--draft", "draft.zip")
    cast.heir.signs("succeed", "case", "--reason", "key lost", *cosigned)
    cast.heir.hand("draft.zip", cast.approver)
    key = ("--key", "approver.key", "--passphrase-file", "passphrase.txt")
    cast.approver.custody("cosign", "draft.zip", *key, "--yes")
    cast.approver.hand("draft.zip", cast.heir)
    cast.heir.signs("cosign", "draft.zip", "--commit", "case", "--yes")
    stamped(cast.heir)


def outcome(report: dict[str, Any]) -> tuple[str, list[str]]:
    """Return outcome and reasons of custody."""
    found = report["outcomes"]["custody-unbroken"]
    return found["outcome"], found["reasons"]


def test_it_goes_round_and_comes_back_and_the_report_shows_who_held_it_in_which_window(cast: Cast) -> None:
    """Collector, NGO, lawyer, heir, court, collector: six holdings, each with a proven window."""
    to_the_lawyer(cast)
    succeeded(cast)
    handed_over(cast.heir, cast.court)
    handed_over(cast.court, cast.collector)
    report = cast.collector.verify()
    assert outcome(report) == ("proven", [])
    held = [(one["holder"], one["opened"], one["state"]) for one in report["holdings"]]
    assert held == [
        ("collector", "sealed", "handed-over"),
        ("ngo", "received", "handed-over"),
        ("lawyer", "received", "succeeded"),
        ("heir", "succeeded", "handed-over"),
        ("court", "received", "handed-over"),
        ("collector", "received", "held"),
    ]
    ends = [one["start"]["not_after"] for one in report["holdings"]]
    assert all(ends)
    assert ends == sorted(ends)
    text = cast.collector.custody("verify", "case", "--trust", "trust.json")
    arabic = cast.collector.custody("verify", "case", "--trust", "trust.json", "--language", "ar")
    timeline = cast.collector.custody("log", "case", "--trust", "trust.json")
    for said in (text, arabic, timeline):
        assert all(person in said for person in PEOPLE)
    assert "Who held it" in text


def test_the_givers_files_are_a_copy_without_a_holder(cast: Cast) -> None:
    """He can read and verify them, and cannot go on."""
    sealed(cast)
    handed_over(cast.collector, cast.ngo)
    assert "copy without a holder" in cast.collector.custody("verify", "case", "--trust", "trust.json")
    said = cast.collector.signs("event", "case", "accessed", "--items", "1", code=3)
    assert "HOLDING_IN_TRANSIT" in said or "NOT_THE_HOLDER" in said


def test_what_is_on_its_way_is_nobodys(cast: Cast) -> None:
    """In words, with the code; the taker's receipt completes the copy and shows its end to be cut off."""
    sealed(cast)
    cast.collector.signs("release", "case", "--to", "ngo.pub")
    assert outcome(cast.collector.verify(code=3)) == ("undetermined", ["IN_TRANSIT"])
    cast.collector.carry(cast.ngo)
    cast.ngo.signs("receive", "case", "--receipt", "receipt.zip")
    cast.ngo.hand("receipt.zip", cast.collector)
    cut = cast.collector.verify("--receipt", "receipt.zip", code=3)
    assert "LATER_EVENT_EXISTS" in outcome(cut)[1]


def test_the_heir_alone_leaves_custody_undetermined_and_says_so_in_words(cast: Cast) -> None:
    """Nobody can tell him from a thief of his key."""
    to_the_lawyer(cast)
    cast.lawyer.carry(cast.heir)
    cast.heir.signs("succeed", "case", "--reason", "key lost")
    assert outcome(cast.heir.verify(code=3)) == ("undetermined", ["SUCCESSION_UNAPPROVED"])
    said = cast.heir.custody(
        "verify", "case", "--trust", "trust.json", "--require", "custody-unbroken", code=3
    )
    assert "approver" in said


def test_the_heir_with_an_approver_is_proven(cast: Cast) -> None:
    """The approver looked at the draft and signed it; the heir signed last."""
    to_the_lawyer(cast)
    succeeded(cast)
    assert outcome(cast.heir.verify()) == ("proven", [])
