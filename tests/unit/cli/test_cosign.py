"""`custody cosign`, and the options by which other verbs write drafts."""

from __future__ import annotations

import io
import json
import shutil
import sys
from pathlib import Path

import pytest

from tests.unit.cli.conftest import PASSPHRASE, Ran, Shell
from tests.unit.cli.people import BY, people

pytestmark = pytest.mark.usefixtures("crowd")
ERASE = ("event", "b7", "erased", "--items", "1", "--ground", "consent withdrawn")


@pytest.fixture
def crowd(place: Path, shell: Shell) -> Path:
    """Keys of w-02, ngo and app; `t` trusts them; w-02 has sealed `b7`, whose successor is ngo."""
    people(place, "ngo", "app")
    assert shell("trust", "new", "t").code == 0
    for name in ("w-02", "ngo"):
        assert shell("trust", "add", "t", f"{name}.pub", "--unconfirmed").code == 0
    assert shell("trust", "add", "t", "app.pub", "--role", "approver", "--unconfirmed").code == 0
    sealed = shell("seal", "src", "--out", "b7", "--successor", "ngo.pub", *BY("w-02")[2:])
    assert sealed.code == 0
    return place


def key(name: str) -> tuple[str, ...]:
    """The options by which somebody signs a draft."""
    return BY(name)[2:]


def draft(shell: Shell, *words: str, path: str = "d", cosigner: str = "app") -> Ran:
    """Write a draft for the approver."""
    ran = shell(*(words or (*ERASE, *BY("w-02"))), "--cosigner", cosigner, "--draft", path)
    assert ran.code == 0, ran.err
    return ran


def custody_of(shell: Shell, bundle: str) -> int:
    """Verify what custody comes to."""
    return shell("verify", bundle, "--trust", "t", "--require", "custody-unbroken").code


def test_an_erasure_is_cosigned_by_file_exchange(shell: Shell, place: Path) -> None:
    """Drafted by the holder, shown to and signed by the approver, committed by the holder."""
    ran = draft(shell)
    assert ran.out.splitlines() == [
        'wrote the draft "d"; the event has no place in the log yet',
        "to be signed by: app",
    ]
    assert "reads every field" in ran.err
    ran = shell("cosign", "d", *key("app"), "--yes")
    assert ran.code == 0
    assert "type: items erased (erased)" in ran.out
    assert 'ground: "consent withdrawn"' in ran.out
    assert ran.out.splitlines()[-1] == 'signed; the draft is "d", and the event has no place in the log yet'
    assert "next: send it to its actor, w-02" in ran.err
    ran = shell("cosign", "d", *BY("w-02"), "--commit", "b7", "--receipt", "r.zip", "--yes")
    assert (ran.code, 'erased: signed by all, and in the log of "b7"' in ran.out) == (0, True)
    assert (place / "r.zip").is_file()
    assert custody_of(shell, "b7") == 0
    again = shell("cosign", "d", *BY("w-02"), "--commit", "b7", "--yes")
    assert (again.code, "nothing was signed again" in again.err) == (0, True)


def test_a_succession_is_cosigned_by_file_exchange(shell: Shell) -> None:
    """The named successor goes on; with the approver's signature custody is proven."""
    draft(shell, "succeed", "b7", "--reason", "key lost", *BY("ngo"))
    assert shell("cosign", "d", *key("app"), "--yes").code == 0
    assert shell("cosign", "d", *BY("ngo"), "--commit", "b7", "--yes").code == 0
    assert custody_of(shell, "b7") == 0


def test_a_dispute_is_ended_by_file_exchange(shell: Shell) -> None:
    """Withdrawn here, received there; both sign one draft, and no disk is shared."""
    assert shell("release", "b7", "--to", "ngo", *BY("w-02")).code == 0
    shutil.copytree("b7", "theirs")
    assert shell("receive", "theirs", "--receipt", "r.zip", *BY("ngo")).code == 0
    assert shell("withdraw", "b7", *BY("w-02")).code == 0
    assert shell("merge", "b7", "r.zip", "--trust", "t").code == 0
    assert custody_of(shell, "b7") == 3
    draft(shell, "reconcile", "b7", *BY("w-02"), cosigner="ngo.pub")
    assert shell("cosign", "d", *key("ngo"), "--to", "signed", "--yes").code == 0
    assert shell("cosign", "signed", *BY("w-02"), "--commit", "b7", "--yes").code == 0
    assert custody_of(shell, "b7") == 0


def test_a_receipt_can_be_drafted(shell: Shell) -> None:
    """With a witness, say; whoever received before is told so."""
    assert shell("release", "b7", "--to", "ngo", *BY("w-02")).code == 0
    draft(shell, "receive", "b7", *BY("ngo"))
    assert shell("cosign", "d", *key("app"), "--yes").code == 0
    assert shell("cosign", "d", *BY("ngo"), "--commit", "b7", "--yes").code == 0
    assert custody_of(shell, "b7") == 0


def test_show_only_shows(shell: Shell, place: Path) -> None:
    """No key is asked for, and the file stays as it is; in every language, with the reader's trust."""
    draft(shell)
    before = (place / "d").read_bytes()
    ran = shell("cosign", "d", "--show", "--trust", "t")
    assert (ran.code, "your trust knows these keys as app" in ran.out) == (0, True)
    assert "للتوقيع" in shell("cosign", "d", "--show", "--language", "ar").out
    assert (place / "d").read_bytes() == before


def test_without_a_terminal_nothing_is_signed(shell: Shell, place: Path) -> None:
    """A script must say that it knows what it signs; it is shown all the same."""
    draft(shell)
    before = (place / "d").read_bytes()
    ran = shell("cosign", "d", *key("app"))
    assert (ran.code, "type: items erased" in ran.out) == (2, True)
    assert "--yes" in ran.err
    assert (place / "d").read_bytes() == before


class Terminal(io.StringIO):
    """Where a person types."""

    def isatty(self) -> bool:  # noqa: D102 - as of every stream
        return True


@pytest.mark.parametrize(("typed", "code"), [("y\n", 0), ("n\n", 130), ("\n", 130)])
def test_a_person_is_asked(shell: Shell, monkeypatch: pytest.MonkeyPatch, typed: str, code: int) -> None:
    """After all was shown; only a yes signs. What is piped away is shown on standard error."""
    draft(shell)
    monkeypatch.setattr(sys, "stdin", Terminal(typed))
    ran = shell("cosign", "d", *key("app"))
    assert ran.code == code
    assert "type: items erased" in ran.err
    assert "Sign this" in ran.err
    assert ("has signed" in shell("cosign", "d", "--show").out) is (code == 0)


def test_the_result_is_also_json(shell: Shell) -> None:
    """One object a command; what is shown goes to standard error then."""
    value = json.loads(draft(shell, *ERASE, *BY("w-02"), "--json").out)
    assert value == {"draft": "d", "missing": ["app"], "type": "erased"}
    ran = shell("cosign", "d", *key("app"), "--yes", "--json")
    assert json.loads(ran.out) == {"draft": "d", "missing": [], "type": "erased"}
    assert "type: items erased" in ran.err
    value = json.loads(shell("cosign", "d", *BY("w-02"), "--commit", "b7", "--yes", "--json").out)
    assert (value["type"], value["seq"]) == ("erased", 1)


def test_copies_that_each_has_signed_are_united(shell: Shell) -> None:
    """By --with, when the actor commits."""
    draft(shell, *ERASE, *BY("w-02"), "--cosigner", "ngo.pub")
    for name in ("app", "ngo"):
        assert shell("cosign", "d", *key(name), "--to", f"{name}.d", "--yes").code == 0
    ran = shell("cosign", "app.d", *BY("w-02"), "--commit", "b7", "--yes")
    assert (ran.code, "[COSIGNER_MISSING]" in ran.err, "ngo" in ran.err) == (3, True, True)
    assert shell("cosign", "app.d", "--with", "ngo.d", *BY("w-02"), "--commit", "b7", "--yes").code == 0


def test_a_key_at_hand_signs_when_the_draft_is_written(shell: Shell) -> None:
    """The others sign later."""
    at_hand = ("--cosigner-key", "app.key", "--cosigner-passphrase-file", "p")
    ran = draft(shell, *ERASE, *BY("w-02"), *at_hand, cosigner="ngo")
    assert "to be signed by: ngo" in ran.out
    ran = shell("cosign", "d", *key("ngo"), "--yes")
    assert ran.code == 0
    assert "cosigner: app (has signed)" in ran.out


def test_who_may_not_sign_is_told_so(shell: Shell, place: Path) -> None:
    """Not listed, the actor, or a second time: a wrong call, and the draft stays as it is."""
    draft(shell)
    for name, code in (("ngo", "NOT_LISTED"), ("w-02", "ACTOR_SIGNS_LAST")):
        ran = shell("cosign", "d", *key(name), "--yes")
        assert (ran.code, f"[{code}]" in ran.err) == (2, True)
    assert shell("cosign", "d", *key("app"), "--yes").code == 0
    before = (place / "d").read_bytes()
    ran = shell("cosign", "d", *key("app"), "--yes")
    assert (ran.code, "[ALREADY_SIGNED]" in ran.err) == (2, True)
    assert (place / "d").read_bytes() == before
    ran = shell("cosign", "d", *BY("ngo"), "--commit", "b7", "--yes")
    assert (ran.code, "[NOT_THE_ACTOR]" in ran.err) == (2, True)


def test_a_stale_draft_is_undetermined(shell: Shell) -> None:
    """The log has gone on; the hint says what to do."""
    draft(shell)
    shell("cosign", "d", *key("app"), "--yes")
    assert shell("event", "b7", "incident", "--kind", "gap", *BY("w-02")).code == 0
    ran = shell("cosign", "d", *BY("w-02"), "--commit", "b7", "--yes")
    assert (ran.code, "[DRAFT_STALE]" in ran.err, "make a new draft" in ran.err) == (3, True, True)


def test_an_altered_draft_is_refused_with_its_code(shell: Shell, place: Path) -> None:
    """It cannot be read as what it claims to be."""
    draft(shell)
    (place / "d").write_bytes((place / "d").read_bytes().replace(b"consent", b"Consent"))
    for words in (("--show",), (*key("app"), "--yes")):
        ran = shell("cosign", "d", *words)
        assert (ran.code, "[DRAFT_FORM]" in ran.err) == (4, True)
        assert not ran.out


@pytest.mark.parametrize(
    "words",
    [
        ("d",),
        ("d", "--receipt", "r.zip", "--show"),
        ("d", "--key", "k", "--commit", "b7"),
        ("d", "--key", "k", "--commit", "b7", "--trust", "t", "--to", "x"),
        ("d", "--key", "k", "--commit", "b7", "--trust", "t", "--show"),
    ],
)
def test_options_that_do_not_fit_each_other_are_refused(shell: Shell, words: tuple[str, ...]) -> None:
    """A wrong call, and nothing is signed."""
    draft(shell)
    assert shell("cosign", *words).code == 2


def test_a_taken_name_is_left_alone(shell: Shell, place: Path) -> None:
    """Neither a draft nor its signed copy overwrites a file."""
    (place / "d").write_bytes(b"mine")
    assert shell(*ERASE, *BY("w-02"), "--cosigner", "app", "--draft", "d").code == 4
    draft(shell, path="e")
    assert shell("cosign", "e", *key("app"), "--to", "d", "--yes").code == 4
    assert (place / "d").read_bytes() == b"mine"


def test_a_draft_needs_cosigners_and_they_need_a_draft(shell: Shell) -> None:
    """And its receipt is written when the event stands."""
    assert shell(*ERASE, *BY("w-02"), "--draft", "d").code == 2
    assert shell(*ERASE, *BY("w-02"), "--cosigner", "app").code == 2
    words = ("--cosigner", "app", "--draft", "d", "--receipt", "r.zip")
    assert shell(*ERASE, *BY("w-02"), *words).code == 2


def test_an_unknown_cosigner_is_named_as_one(shell: Shell) -> None:
    """Neither a name of the trust nor a file."""
    ran = shell(*ERASE, *BY("w-02"), "--cosigner", "nobody", "--draft", "d")
    assert (ran.code, "cosigner: expected" in ran.err, "[COSIGNER_UNKNOWN]" in ran.err) == (2, True, True)


def test_the_help_says_who_reads_a_draft(shell: Shell) -> None:
    """Before anybody sends one."""
    ran = shell("cosign", "--help")
    assert "reads every name and place in it" in " ".join(ran.out.split())
    assert PASSPHRASE not in ran.out
