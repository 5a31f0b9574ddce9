"""`custody key` and `custody trust`."""

from __future__ import annotations

import os
import pty
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.cli.conftest import PASSPHRASE, Shell


def fingerprint_in(text: str) -> str:
    """The sixty digits that a command printed."""
    return next(line for line in text.splitlines() if line.startswith("fingerprint: ")).partition(": ")[2]


def test_a_new_key_is_protected_and_private(shell: Shell, place: Path) -> None:
    """Mode 0600, sixty digits in twelve groups."""
    ran = shell("key", "new", "w-03", "--out", "new", "--passphrase-file", "p")
    assert ran.code == 0
    assert stat.S_IMODE((place / "new").stat().st_mode) == 0o600
    assert [len(group) for group in fingerprint_in(ran.out).split()] == [5] * 12


def test_an_unprotected_key_says_so_loudly(shell: Shell) -> None:
    """In capitals, on stderr, and again when it is shown."""
    assert "NO PASSPHRASE" in shell("key", "new", "w-03", "--out", "new", "--unprotected").err
    assert "UNPROTECTED" in shell("key", "show", "new").out


@pytest.mark.parametrize(
    "words",
    [("new", "w-03", "--unprotected"), ("restore", "p", "--passphrase-file", "p"), ("backup", "k")],
)
def test_no_secret_is_created_inside_a_bundle(words: tuple[str, ...], shell: Shell, place: Path) -> None:
    """It would be given away with the bundle."""
    ran = shell("key", *words, "--out", "b/custody/x")
    assert (ran.code, "TARGET_INSIDE" in ran.err) == (2, True)
    assert not (place / "b" / "custody" / "x").exists()


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("new", "w-03", "--out", "k", "--passphrase-file", "p"), 4),
        (("new", "W 3", "--out", "n", "--passphrase-file", "p"), 2),
        (("new", "w-03", "--out", "n", "--passphrase-file", "p", "--unprotected"), 2),
        (("new", "w-03", "--out", "n"), 4),
        (("new", "w-03", "--out", "n", "--passphrase-file", "empty"), 2),
        (("new", "w-03", "--out", "n", "--passphrase-file", "bytes"), 4),
        (("export", "k", "--passphrase-file", "wrong"), 4),
        (("restore", "bytes", "--out", "n", "--passphrase-file", "p"), 4),
        (("show", "bytes"), 4),
    ],
)
def test_what_keys_refuse(shell: Shell, place: Path, words: tuple[str, ...], code: int) -> None:
    """A taken name, a name that is none, both or no passphrase, an empty one, other bytes."""
    (place / "empty").write_bytes(b"\n")
    (place / "bytes").write_bytes(b"\xff\n")
    (place / "wrong").write_bytes(b"another\n")
    before = (place / "k").read_bytes()
    assert shell("key", *words).code == code
    assert not (place / "n").exists()
    assert before == (place / "k").read_bytes()


def test_export_shows_the_same_fingerprint_as_show(shell: Shell, place: Path) -> None:
    """What is given to others is what the key file says."""
    exported = shell("key", "export", "k", "--passphrase-file", "p", "--out", "pub")
    assert (place / "pub").read_bytes() == (place / "w-02.pub").read_bytes()
    shown = shell("key", "show", "pub")
    assert fingerprint_in(exported.err) == fingerprint_in(shown.out)
    assert fingerprint_in(shell("key", "show", "k").out) == fingerprint_in(shown.out)


def test_export_prints_unless_told_where(shell: Shell, place: Path) -> None:
    """Standard output holds the public key file and nothing else."""
    ran = shell("key", "export", "k", "--passphrase-file", "p")
    assert ran.out.encode() == (place / "w-02.pub").read_bytes()


def test_a_backup_page_restores_the_key(shell: Shell, place: Path) -> None:
    """Byte for byte, with the passphrase."""
    assert shell("key", "backup", "k", "--out", "page").code == 0
    assert stat.S_IMODE((place / "page").stat().st_mode) == 0o600
    assert shell("key", "restore", "page", "--out", "again", "--passphrase-file", "p").code == 0
    assert (place / "again").read_bytes() == (place / "k").read_bytes()


def test_a_backup_page_can_be_printed_at_once(shell: Shell) -> None:
    """Standard output holds the page."""
    assert "K1" in shell("key", "backup", "k").out


def test_an_openssh_key_needs_a_name(shell: Shell, place: Path, require_tool: Callable[[str], str]) -> None:
    """Its comment serves when it can be one, else --identity."""
    keygen = require_tool("ssh-keygen")
    for name, comment in (("named", "w-09"), ("other", "Some One")):
        words = [keygen, "-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", str(place / name)]
        subprocess.run(words, check=True)
    assert "identity: w-09" in shell("key", "show", "named.pub").out
    assert shell("key", "show", "other.pub").code == 4
    assert "identity: w-10" in shell("key", "show", "other.pub", "--identity", "w-10").out
    assert shell("key", "export", "other", "--identity", "w-10").code == 0


def test_a_passphrase_is_asked_on_a_terminal(place: Path) -> None:
    """Twice for a new key; it is not echoed and appears nowhere."""
    controller, terminal = pty.openpty()
    words = [sys.executable, "-m", "custody.cli", "key", "new", "w-03", "--out", "new"]
    with subprocess.Popen(
        words, stdin=terminal, stdout=subprocess.PIPE, stderr=terminal, cwd=place, start_new_session=True
    ) as running:
        os.close(terminal)
        seen = b""
        for _ in range(2):
            while not seen.endswith(b": "):
                seen += os.read(controller, 1024)
            os.write(controller, b"secret words\n")
            seen += b"\n"
        out, _ = running.communicate(timeout=60)
    os.close(controller)
    assert running.returncode == 0
    assert b"fingerprint" in out
    assert b"secret words" not in seen + out


def test_a_trust_grows_and_shows(shell: Shell) -> None:
    """New, add, show; and then it verifies."""
    assert shell("trust", "new", "t").code == 0
    assert "nobody is trusted" in shell("trust", "show", "t").out
    added = shell("trust", "add", "t", "w-01.pub", "--unconfirmed")
    assert "compare this fingerprint" in added.err
    assert "identity: w-01 (sealer, holder)" in shell("trust", "show", "t").out
    assert shell("verify", "b", "--trust", "t").code == 0


def test_a_fingerprint_that_fits_is_compared(shell: Shell) -> None:
    """However its digits are grouped; then nothing is left to compare."""
    digits = fingerprint_in(shell("key", "show", "w-01.pub").out).replace(" ", "-")
    shell("trust", "new", "t")
    ran = shell("trust", "add", "t", "w-01.pub", "--fingerprint", digits)
    assert (ran.code, ran.err) == (0, "")


def test_another_fingerprint_is_refused(shell: Shell, place: Path) -> None:
    """Nothing is added."""
    shell("trust", "new", "t")
    before = (place / "t").read_bytes()
    ran = shell("trust", "add", "t", "w-01.pub", "--fingerprint", "0" * 60)
    assert (ran.code, before) == (2, (place / "t").read_bytes())
    assert "FINGERPRINT" in ran.err


def test_the_same_keys_under_another_name_are_refused(shell: Shell) -> None:
    """One key set would count as two people."""
    shell("trust", "new", "t")
    shell("trust", "add", "t", "w-01.pub", "--unconfirmed")
    assert shell("trust", "add", "t", "w-01.pub", "--unconfirmed", "--identity", "w-77").code == 2
    assert shell("trust", "show", "t").out.count("identity: ") == 1


def test_a_second_key_set_of_one_identity(shell: Shell) -> None:
    """A rotated key is added to the same name; roles add up."""
    shell("trust", "new", "t")
    shell("trust", "add", "t", "w-01.pub", "--unconfirmed")
    words = ("--unconfirmed", "--identity", "w-01", "--second-set", "--role", "approver")
    assert shell("trust", "add", "t", "w-02.pub", *words).code == 0
    shown = shell("trust", "show", "t").out
    assert "w-01 (sealer, holder, approver)" in shown
    assert shown.count("fingerprint") == 2


def test_a_revoked_key_no_longer_proves(shell: Shell) -> None:
    """Without a proof of time before the compromise, sealed-by is undetermined."""
    shell("trust", "new", "t")
    shell("trust", "add", "t", "w-01.pub", "--unconfirmed")
    assert shell("trust", "revoke", "t", "w-01", "--since", "2026-01-01T00:00:00Z").code == 0
    assert "in other hands since 2026-01-01T00:00:00Z" in shell("trust", "show", "t").out
    ran = shell("verify", "b", "--trust", "t")
    assert ran.code == 3
    assert "SEALER_KEY_COMPROMISED" in ran.out


def test_one_key_set_can_be_revoked_alone(shell: Shell) -> None:
    """Named by its fingerprint, however it is grouped."""
    digits = fingerprint_in(shell("key", "show", "w-02.pub").out).replace(" ", "")
    shell("trust", "new", "t")
    shell("trust", "add", "t", "w-01.pub", "--unconfirmed")
    shell("trust", "add", "t", "w-02.pub", "--unconfirmed", "--identity", "w-01", "--second-set")
    words = ("trust", "revoke", "t", "w-01", "--since", "2026-01-01T00:00:00Z", "--fingerprint", digits)
    assert shell(*words).code == 0
    assert shell("trust", "show", "t").out.count("in other hands") == 1


@pytest.mark.parametrize(
    "words",
    [
        ("w-99", "--since", "2026-01-01T00:00:00Z"),
        ("w-01", "--since", "2026-01-01T00:00:00Z", "--fingerprint", "0" * 60),
        ("w-01", "--since", "2027-01-01T00:00:00Z"),
    ],
)
def test_what_cannot_be_revoked(shell: Shell, words: tuple[str, ...]) -> None:
    """Nobody of that name, no such key set, or a later moment than is known."""
    shell("trust", "new", "t")
    shell("trust", "add", "t", "w-01.pub", "--unconfirmed")
    shell("trust", "revoke", "t", "w-01", "--since", "2026-06-01T00:00:00Z")
    assert shell("trust", "revoke", "t", *words).code == 2


def test_everything_in_a_trust_is_shown(shell: Shell, place: Path) -> None:
    """Dates, authorities, thresholds and ends of algorithms; names quoted."""
    (place / "t").write_text(
        '{"format":"custody/trust/1","identities":[],"thresholds":{"released":2},'
        '"authorities":[{"name":"A\\u202e","operator":"B","roots":[{"certificate":"MAA="}]}],'
        '"algorithms":[{"algorithm":"sha256","until":"2040-01-01T00:00:00Z"}]}',
        "utf-8",
    )
    shown = shell("trust", "show", "t").out
    assert 'time authority: "A\\u{202E}", run by "B"' in shown
    assert "threshold: released needs 2 identities" in shown
    assert "algorithm: sha256 until 2040-01-01T00:00:00Z" in shown


def test_the_passphrase_is_in_no_output(shell: Shell) -> None:
    """Not even when it is wrong for the key."""
    shell("key", "new", "w-04", "--out", "n", "--passphrase-file", "p")
    for words in (
        ("export", "n", "--passphrase-file", "p"),
        ("restore", "p", "--out", "x", "--passphrase-file", "p"),
        ("backup", "n"),
    ):
        ran = shell("key", *words)
        assert PASSPHRASE not in ran.out + ran.err


def test_nothing_is_trusted_without_a_comparison(shell: Shell, place: Path) -> None:
    """Without a terminal, the fingerprint or an explicit word is needed."""
    shell("trust", "new", "t")
    before = (place / "t").read_bytes()
    ran = shell("trust", "add", "t", "w-01.pub")
    assert (ran.code, "[UNCONFIRMED]" in ran.err, "--unconfirmed" in ran.err) == (2, True, True)
    assert before == (place / "t").read_bytes()


@pytest.mark.parametrize(("typed", "code", "shown"), [(b"y\n", 0, "identity: w-01"), (b"\n", 2, "nobody")])
def test_a_fingerprint_is_compared_at_the_terminal(
    shell: Shell, place: Path, typed: bytes, code: int, shown: str
) -> None:
    """It is shown and asked about; anything but a yes adds nothing."""
    shell("trust", "new", "t")
    digits = fingerprint_in(shell("key", "show", "w-01.pub").out)
    controller, terminal = pty.openpty()
    words = [sys.executable, "-m", "custody.cli", "trust", "add", "t", "w-01.pub"]
    with subprocess.Popen(
        words, stdin=terminal, stdout=subprocess.PIPE, stderr=terminal, cwd=place, start_new_session=True
    ) as running:
        os.close(terminal)
        seen = b""
        while not seen.endswith(b"[y/N]: "):
            seen += os.read(controller, 1024)
        os.write(controller, typed)
        running.communicate(timeout=60)
    os.close(controller)
    assert digits.encode() in seen
    assert running.returncode == code
    assert shown in shell("trust", "show", "t").out


def test_the_same_identity_again_gets_the_further_role(shell: Shell) -> None:
    """With its right fingerprint as well; what it had stays, and nothing is added that was not asked for."""
    digits = fingerprint_in(shell("key", "show", "w-01.pub").out)
    shell("trust", "new", "t")
    add = ("trust", "add", "t", "w-01.pub")
    assert "roles: approver\n" in shell(*add, "--unconfirmed", "--role", "approver").out
    assert shell(*add, "--fingerprint", digits).code == 0
    assert "roles: sealer, approver\n" in shell(*add, "--fingerprint", digits, "--role", "sealer").out
    assert shell("trust", "show", "t").out.count("fingerprint") == 1


def test_a_second_key_set_must_be_meant(shell: Shell) -> None:
    """Whoever sends other keys under a known name is refused at first, and loudly announced then."""
    shell("trust", "new", "t")
    other = ("trust", "add", "t", "w-02.pub", "--unconfirmed", "--identity", "w-01")
    assert shell(*other, "--second-set").code == 2
    shell("trust", "add", "t", "w-01.pub", "--unconfirmed")
    refused = shell(*other)
    assert (refused.code, "[SECOND_SET]" in refused.err) == (2, True)
    assert shell("trust", "show", "t").out.count("fingerprint") == 1
    assert "WARNING" in shell(*other, "--second-set").err


@pytest.mark.parametrize(
    ("digits", "found"),
    [("12345", "found 5"), ("٠" * 60, "digits of another script"), ("x" * 60, "other characters")],
)
def test_what_is_no_fingerprint(shell: Shell, digits: str, found: str) -> None:
    """A slip of the fingers is no other key."""
    shell("trust", "new", "t")
    ran = shell("trust", "add", "t", "w-01.pub", "--fingerprint", digits)
    assert (ran.code, f"expected 60 digits, found {found.removeprefix('found ')}" in ran.err) == (2, True)


def test_an_identity_is_removed(shell: Shell) -> None:
    """Then it is a stranger's; what is not there cannot be removed."""
    shell("trust", "new", "t")
    shell("trust", "add", "t", "w-01.pub", "--unconfirmed")
    assert shell("trust", "remove", "t", "w-02").code == 2
    assert shell("trust", "remove", "t", "w-01").code == 0
    assert "nobody is trusted" in shell("trust", "show", "t").out


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("seal", "src", "--key", "nowhere"), "KEY_ABSENT", "key file nowhere: expected one"),
        (("key", "backup", "loose"), "KEY_UNSAFE", "key file loose: expected mode 0600"),
        (("seal", "src", "--key", "w-01.pub"), "KEY_PUBLIC", "key file w-01.pub: expected a secret key"),
        (("key", "export", "ssh.pub", "--identity", "w-01"), "KEY_PUBLIC", "found a public key"),
    ],
)
def test_a_key_that_cannot_sign_is_named(
    shell: Shell, place: Path, words: tuple[str, ...], code: str, said: str
) -> None:
    """As the person named it, and without folders."""
    (place / "loose").write_bytes((place / "k").read_bytes())
    (place / "loose").chmod(0o644)
    (place / "ssh.pub").write_text("ssh-ed25519 AAAA w-01\n", "ascii")
    ran = shell(*words)
    assert (ran.code, f"[{code}]" in ran.err, said in ran.err) == (4, True, True)


def test_a_key_with_a_name_gets_no_other(shell: Shell) -> None:
    """Else one would believe to sign under another name."""
    named = ("--passphrase-file", "p", "--identity", "w-09")
    assert shell("seal", "src", "--key", "k", *named).code == 2
    assert shell("key", "export", "k", *named).code == 2


@pytest.mark.parametrize(("typed", "warned"), [("1234567", True), ("12345678", False)])
def test_a_short_passphrase_is_warned_of(shell: Shell, place: Path, typed: str, *, warned: bool) -> None:
    """Once, when it is set; it is taken all the same."""
    (place / "short").write_text(f"{typed}\n", "utf-8")
    ran = shell("key", "new", "w-03", "--out", "new", "--passphrase-file", "short")
    assert (ran.code, "shorter than 8" in ran.err) == (0, warned)
    assert typed not in ran.err
    assert "shorter" not in shell("key", "export", "new", "--passphrase-file", "short").err
