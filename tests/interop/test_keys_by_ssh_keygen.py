"""Keys made by `ssh-keygen` sign for custody, and `ssh-keygen` accepts what they sign."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from custody.errors import SignerError
from custody.format.key_file import decode_public_key_file
from custody.keys.opener import open_signer
from custody.proof.signature import EVENT_NAMESPACE
from custody.proof.sshsig import allowed_signers_line

RequireTool = Callable[[str], str]
MESSAGE = b'{"v":1}'


def made(require_tool: RequireTool, folder: Path, *, kind: str = "ed25519", passphrase: str = "") -> Path:
    """A key pair by the stock tool."""
    path = folder / f"id_{kind}"
    command = [require_tool("ssh-keygen"), "-q", "-t", kind, "-a", "4", "-N", passphrase, "-C", "w-01"]
    subprocess.run([*command, "-f", str(path)], check=True)
    return path


@pytest.mark.parametrize("passphrase", ["", "كلمة السر"])
def test_a_stock_key_signs(require_tool: RequireTool, tmp_path: Path, passphrase: str) -> None:
    """Protected or not, the key signs under the name in its comment, byte for byte as the stock tool does."""
    path = made(require_tool, tmp_path, passphrase=passphrase)
    signer = open_signer(path, passphrase.encode)
    assert signer.identity == decode_public_key_file(path.with_suffix(".pub").read_bytes())
    (signature,) = signer.sign(MESSAGE, EVENT_NAMESPACE)
    (tmp_path / "sig").write_bytes(signature.data)
    line = allowed_signers_line("w-01", signer.identity.key_set.keys[0], EVENT_NAMESPACE)
    (tmp_path / "allowed_signers").write_text(line, "ascii")
    command = [require_tool("ssh-keygen"), "-Y", "verify", "-f", "allowed_signers", "-I", "w-01"]
    command += ["-n", EVENT_NAMESPACE, "-s", "sig"]
    ran = subprocess.run(command, cwd=tmp_path, input=MESSAGE, check=False, capture_output=True)
    assert ran.returncode == 0


def test_our_signature_is_the_stock_tools(require_tool: RequireTool, tmp_path: Path) -> None:
    """Ed25519 is deterministic: both tools write the same file."""
    path = made(require_tool, tmp_path)
    (tmp_path / "event.json").write_bytes(MESSAGE)
    command = [require_tool("ssh-keygen"), "-q", "-Y", "sign", "-f", str(path), "-n", EVENT_NAMESPACE]
    subprocess.run([*command, str(tmp_path / "event.json")], check=True, capture_output=True)
    (ours,) = open_signer(path).sign(MESSAGE, EVENT_NAMESPACE)
    assert ours.data == (tmp_path / "event.json.sig").read_bytes()


def test_a_stock_rsa_key_is_refused(require_tool: RequireTool, tmp_path: Path) -> None:
    """Other types do not sign events."""
    path = made(require_tool, tmp_path, kind="rsa")
    with pytest.raises(SignerError) as caught:
        open_signer(path, name="w-01")
    assert caught.value.code == "KEY_TYPE"
