"""`custody certify` and `custody sign-pdf`: from a checked bundle to a signed draft."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from custody.facade.moment import now
from custody.trust.trust_file import encode_trust_file
from tests.tools.authority import TestAuthority, trust_of
from tests.tools.timestamp_server import authority_reply, serving, sound
from tests.unit.cli.conftest import Shell
from tests.unit.cli.people import signed_by
from tests.unit.filing.signing import PASSPHRASE, as_pem, as_pkcs12, signing_key, small_pdf

AUTHORITY = TestAuthority("first")


def certify(*more: str, by: str = "w-02", out: str = "c.html", kind: str = "fre-902-14") -> tuple[str, ...]:
    """Return a command that writes a certificate about `b7`."""
    return ("certify", "b7", "--trust", "t", "--as", kind, "--declarant", by, "--out", out, *more)


@pytest.fixture
def checked(crowd: Path, shell: Shell) -> Path:
    """The folder of the crowd; w-02, who holds `b7`, has checked it."""
    assert shell("event", "b7", "fixity-checked", "--place", "Oslo", *signed_by("w-02")).code == 0
    return crowd


@pytest.mark.usefixtures("checked")
def test_who_checked_gets_a_draft(shell: Shell) -> None:
    """The event names the program itself; nothing of it is a blank."""
    ran = shell(*certify())
    assert (ran.code, ran.out) == (0, "")
    page = Path("c.html").read_text("utf-8")
    assert "902(14)" in page
    assert "Oslo" in page
    assert "name of the program" not in page
    assert "a lawyer's review" in ran.err


@pytest.mark.usefixtures("checked")
@pytest.mark.parametrize("kind", ["fre-902-13", "fre-902-14", "statement"])
def test_each_kind_is_written_in_arabic_too(shell: Shell, kind: str) -> None:
    """The words of the person stand in the file that the person wrote."""
    said = {"format": "custody/declaration/1", "declarant": {"name": "شخص ٧"}, "execution": {"country": "NO"}}
    Path("said.json").write_text(json.dumps(said), "utf-8")
    assert shell(*certify("--declaration", "said.json", "--lang", "ar", kind=kind)).code == 0
    page = Path("c.html").read_text("utf-8")
    assert "شخص ٧" in page
    assert ("penalty of perjury under the laws" in page) == (kind != "statement")


@pytest.mark.usefixtures("checked")
def test_the_same_moment_gives_the_same_bytes(shell: Shell) -> None:
    """Nothing else goes into the document."""
    for out in ("one.html", "two.html"):
        assert shell(*certify("--at", "2030-01-01", out=out)).code == 0
    assert Path("one.html").read_bytes() == Path("two.html").read_bytes()


@pytest.mark.usefixtures("checked")
def test_a_pdf_is_written_too(shell: Shell) -> None:
    """By the ending of its name, or because it is asked for."""
    assert shell(*certify(out="c.pdf")).code == 0
    assert shell(*certify("--format", "pdf", out="c.draft")).code == 0
    assert Path("c.pdf").read_bytes().startswith(b"%PDF-")
    assert Path("c.draft").read_bytes().startswith(b"%PDF-")


@pytest.mark.usefixtures("checked")
def test_without_typst_the_extra_is_named(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before anything is verified."""
    monkeypatch.setattr("custody.cli.documents.find_spec", lambda _name: None)
    ran = shell(*certify(out="c.pdf"))
    assert (ran.code, "[EXTRA_MISSING]" in ran.err, Path("c.pdf").exists()) == (2, True, False)


def test_an_expert_who_holds_nothing_attests_and_is_certified(crowd: Path, shell: Shell) -> None:
    """The statement lies in the copy, about its seal."""
    assert crowd.is_dir()
    assert shell("attest", "b7", "fixity-checked", *signed_by("law")).code == 0
    assert shell(*certify(by="law", kind="statement")).code == 0


def test_without_a_check_there_is_none(crowd: Path, shell: Shell) -> None:
    """And nothing is written."""
    ran = shell(*certify())
    assert (ran.code, "[CHECK_MISSING]" in ran.err) == (3, True)
    assert not (crowd / "c.html").exists()


def test_a_changed_file_is_a_refuted_claim(checked: Path, shell: Shell) -> None:
    """Exit code 1, as verify has it."""
    victim = next((checked / "b7" / "data").iterdir())
    victim.chmod(0o644)
    victim.write_bytes(victim.read_bytes()[:-1] + b"!")
    ran = shell(*certify())
    assert (ran.code, "[CHANGED_SINCE_CHECK]" in ran.err) == (1, True)
    assert not (checked / "c.html").exists()


@pytest.mark.usefixtures("checked")
@pytest.mark.parametrize(
    ("words", "code"),
    [
        (certify(by="nobody"), "DECLARANT_UNKNOWN"),
        (certify(out="c.txt"), "USAGE"),
        (certify(out="b7/c.html"), "TARGET_INSIDE"),
    ],
)
def test_wrong_calls_say_what_is_wrong(shell: Shell, words: tuple[str, ...], code: str) -> None:
    """Before anything is written."""
    ran = shell(*words)
    assert (ran.code, f"[{code}]" in ran.err) == (2, True)


@pytest.mark.usefixtures("checked")
def test_a_file_that_is_no_bundle_is_refused(shell: Shell) -> None:
    """A zip that is none is refuted; the wrong folder is named."""
    assert "[NO_BUNDLE]" in shell("certify", "src", *certify()[2:]).err


@pytest.fixture
def files(place: Path) -> Path:
    """A PDF, and a key to sign it with, in the present folder."""
    (place / "in.pdf").write_bytes(small_pdf())
    (place / "k.p12").write_bytes(as_pkcs12(signing_key()))
    key, certificates = as_pem(signing_key())
    (place / "k.pem").write_bytes(key)
    (place / "c.pem").write_bytes(certificates)
    (place / "w").write_bytes(PASSPHRASE + b"\n")
    return place


P12 = ("--p12", "k.p12", "--passphrase-file", "w")


@pytest.mark.parametrize("signer", [P12, ("--key", "k.pem", "--certificate", "c.pem", "--no-passphrase")])
def test_a_pdf_is_signed_by_either_form_of_key(files: Path, shell: Shell, signer: tuple[str, ...]) -> None:
    """The document itself stays as it was, with its last line ended."""
    ran = shell("sign-pdf", "in.pdf", *signer, "--out", "out.pdf")
    assert ran.code == 0, ran.err
    assert (files / "out.pdf").read_bytes().startswith(small_pdf() + b"\n")
    assert "--tsa" in ran.err


@pytest.mark.allow_hosts(["127.0.0.1"])
def test_a_server_is_named_by_its_address_or_by_the_trust(files: Path, shell: Shell) -> None:
    """Whoever is contacted is announced; whose token it is, is known by the trust alone."""
    with serving(sound(authority_reply(AUTHORITY, now))) as server:
        (files / "tsa.json").write_bytes(encode_trust_file(trust_of(AUTHORITY.authority(url=server.url))))
        by_address = shell("sign-pdf", "in.pdf", *P12, "--tsa", server.url, "--out", "one.pdf")
        by_name = shell(
            "sign-pdf", "in.pdf", *P12, "--tsa", "first", "--trust", "tsa.json", "--out", "two.pdf"
        )
        assert len(server.asked) == 2
    assert (by_address.code, by_name.code) == (0, 0), by_address.err + by_name.err
    assert "contacting" in by_name.err
    assert "was not checked" in by_address.err
    assert "was not checked" not in by_name.err


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("--key", "k.pem"),
        (*P12, "--key", "k.pem", "--certificate", "c.pem"),
        (*P12, "--no-passphrase"),
        (*P12, "--trust", "t"),
        (*P12, "--tsa", "first"),
        (*P12, "--tsa", "http://192.0.2.1/", "--trust", "t"),
    ],
)
@pytest.mark.usefixtures("files")
def test_options_that_do_not_fit_are_refused(shell: Shell, words: tuple[str, ...]) -> None:
    """Nobody is asked, and nothing is written."""
    ran = shell("sign-pdf", "in.pdf", *words, "--out", "out.pdf")
    assert (ran.code, Path("out.pdf").exists()) == (2, False)


def test_another_passphrase_ends_it(files: Path, shell: Shell) -> None:
    """With a code, and without a file."""
    (files / "w").write_text("wrong\n")
    ran = shell("sign-pdf", "in.pdf", *P12, "--out", "out.pdf")
    assert (ran.code, "[KEY_LOCKED]" in ran.err) == (4, True)
    assert not (files / "out.pdf").exists()
