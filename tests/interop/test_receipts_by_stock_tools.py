"""Receipts in the hands of people without custody: unzip, sha256sum, ssh-keygen."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

import custody
from custody.keys.signer import SeedSigner
from tests.tools.bundles import seed_signer
from tests.unit.facade.test_transfer import COLLECTOR, NGO, TRUST, elsewhere

Handed = tuple[Path, Path, custody.Received]


@pytest.fixture
def handed(tmp_path: Path) -> Handed:
    """The giver's folder, in transit; the taker's own copy; and his receipt."""
    (tmp_path / "a").mkdir()
    draft = custody.Draft().add(io.BytesIO(b"x"), name="a", kind="media")
    sealed = custody.seal(draft, to=tmp_path / "a", signer=COLLECTOR)
    custody.release(sealed.path, to="ngo", signer=COLLECTOR, trust=TRUST)
    copy = elsewhere(sealed.path, tmp_path / "b")
    return Path(sealed.path), copy, custody.receive(copy, signer=NGO, trust=TRUST, place="Athens")


def ssh_keygen(tool: str, folder: Path, name: str, namespace: str) -> int:
    """Let ssh-keygen verify the first signature under an event, and return its exit code."""
    signers = folder / "allowed"
    signers.write_text(f"{name} {(folder / '1.ed25519.pub').read_text('ascii')}", "ascii")
    words = ["-Y", "verify", "-f", str(signers), "-I", name, "-n", namespace, "-s", "1.sshsig"]
    event = (folder / "event.json").read_bytes()
    return subprocess.run([tool, *words], cwd=folder, input=event, check=False).returncode


def test_unzip_and_sha256sum_check_a_receipt(
    handed: Handed, tmp_path: Path, require_tool: Callable[[str], str]
) -> None:
    """proof.sha256 holds, and its digest is the event's id."""
    subprocess.run([require_tool("unzip"), "-q", handed[2].receipt, "-d", tmp_path / "out"], check=True)
    folder = tmp_path / "out" / handed[0].name / handed[2].written.path
    subprocess.run([require_tool("sha256sum"), "-c", "--strict", "proof.sha256"], cwd=folder, check=True)
    told = subprocess.run(
        ["sha256sum", "proof.sha256"], cwd=folder, check=True, capture_output=True, text=True
    )
    assert told.stdout.split()[0] == handed[2].written.event_id


def test_the_opened_body_is_the_committed_one(
    handed: Handed, tmp_path: Path, require_tool: Callable[[str], str]
) -> None:
    """Its digest stands in event.json, and no other field is open."""
    subprocess.run([require_tool("unzip"), "-q", handed[2].receipt, "-d", tmp_path / "out"], check=True)
    folder = tmp_path / "out" / handed[0].name / handed[2].written.path
    told = subprocess.run(["sha256sum", "body.json"], cwd=folder, check=True, capture_output=True, text=True)
    assert told.stdout.split()[0] in (folder / "event.json").read_text("ascii")
    assert sorted(path.name for path in folder.glob("*.json")) == ["body.json", "event.json"]


def test_ssh_keygen_verifies_the_recipient(
    handed: Handed, tmp_path: Path, require_tool: Callable[[str], str]
) -> None:
    """Over the very bytes of event.json."""
    subprocess.run([require_tool("unzip"), "-q", handed[2].receipt, "-d", tmp_path / "out"], check=True)
    folder = tmp_path / "out" / handed[0].name / handed[2].written.path
    assert ssh_keygen(require_tool("ssh-keygen"), folder, "ngo", "event@custody") == 0


def test_unzipping_over_a_bundle_is_a_merge_by_hand(
    handed: Handed, require_tool: Callable[[str], str]
) -> None:
    """The giver's copy is complete then, but for the fields that stayed with the taker."""
    giver, _, received = handed
    subprocess.run([require_tool("unzip"), "-q", "-n", received.receipt, "-d", giver.parent], check=True)
    report = custody.verify(giver, trust=TRUST)
    report.require(custody.Claim.INTACT, custody.Claim.CUSTODY_UNBROKEN)
    assert custody.Reason.EVENT_FIELD_CLOSED in report.reasons()


def test_a_receipt_of_one_key_is_as_good(tmp_path: Path, require_tool: Callable[[str], str]) -> None:
    """An OpenSSH key alone signs too; the attestation's namespace is its own."""
    expert: SeedSigner = seed_signer("expert")
    draft = custody.Draft().add(io.BytesIO(b"x"), name="a", kind="media")
    sealed = custody.seal(draft, to=tmp_path, signer=COLLECTOR)
    written = custody.attest(sealed.path, "examined", data={"result": "x"}, signer=expert, trust=TRUST)
    custody.write_receipt(written, tmp_path / "r.zip")
    subprocess.run([require_tool("unzip"), "-q", tmp_path / "r.zip", "-d", tmp_path / "out"], check=True)
    folder = tmp_path / "out" / sealed.bundle_id / written.path
    assert ssh_keygen(require_tool("ssh-keygen"), folder, "expert", "attestation@custody") == 0
