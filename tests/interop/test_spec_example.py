"""The example of the specification, checked by the verifier, by other code, and by stock tools."""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from custody.report.claim import Claim, Outcome
from custody.storage.opening import open_bundle
from custody.trust.trust import Trust
from custody.verification.verify import verify_source
from tools import spec_example as example

SEAL = f"custody/log/{example.BUNDLE_ID}/00000000"


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """The example as a folder."""
    folder = tmp_path / example.BUNDLE_ID
    for name, data in example.example_files().items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


def sha256(*parts: bytes) -> bytes:
    """The digest of parts put together."""
    return hashlib.sha256(b"".join(parts)).digest()


def test_the_verifier_proves_the_example(bundle: Path) -> None:
    """All claims but the one about time, for nobody stamped it."""
    report = verify_source(
        open_bundle(str(bundle)),
        Trust.of_identity(example.SIGNER.identity),
        verified_at=example.FACTS.claimed_at,
    )
    open_claims = {claim for claim in Claim if report.outcome(claim) is not Outcome.PROVEN}
    assert open_claims == {Claim.EXISTED_BEFORE}


def test_the_formulas_give_the_root_of_the_example(bundle: Path) -> None:
    """Written once more from the text of the specification, with hashlib and json alone."""
    fields = ("content", "name", "kind", "origin", "time", "place", "people", "terms", "derivation", "extra")
    leaves = []
    for index, line in enumerate((bundle / "custody/items.jsonl").read_bytes().splitlines()):
        item: dict[str, Any] = json.loads(line)
        salts = hashlib.shake_256(b"custody/salts/1\n" + bytes.fromhex(item["key"])).digest(320)
        commitments = [
            sha256(
                json.dumps(
                    [salts[32 * place : 32 * place + 32].hex(), "item", name, item[name]],
                    ensure_ascii=False,
                    separators=(",", ":"),
                    sort_keys=True,
                ).encode("utf-8")
            )
            for place, name in enumerate(fields)
        ]
        bundle_id = bytes.fromhex(example.BUNDLE_ID)
        leaves.append(sha256(b"\0custody/item/1\n", bundle_id, index.to_bytes(8, "big"), *commitments))
    body = json.loads((bundle / SEAL / "body.json").read_bytes())[3]
    assert sha256(b"\1", leaves[0], leaves[1]).hex() == body["data"]["root"]


def test_sha256sum_accepts_manifest_and_proof(bundle: Path, require_tool: Callable[[str], str]) -> None:
    """The lines are in its form."""
    tool = require_tool("sha256sum")
    for folder, name in (
        (bundle, "manifest-sha256.txt"),
        (bundle, "tagmanifest-sha256.txt"),
        (bundle / SEAL, "proof.sha256"),
    ):
        checked = [tool, "--strict", "--quiet", "-c", name]
        assert subprocess.run(checked, cwd=folder, check=False).returncode == 0, name


def test_ssh_keygen_accepts_the_signature(bundle: Path, require_tool: Callable[[str], str]) -> None:
    """With the key that lies beside it."""
    key = (bundle / SEAL / "1.ed25519.pub").read_text("ascii").strip()
    signers = bundle.parent / "allowed_signers"
    signers.write_text(f'archive namespaces="event@custody" {key}\n', "ascii")
    tool = require_tool("ssh-keygen")
    command = [tool, "-Y", "verify", "-f", str(signers), "-I", "archive", "-n", "event@custody"]
    signature = str(bundle / SEAL / "1.sshsig")
    event = (bundle / SEAL / "event.json").read_bytes()
    found = subprocess.run([*command, "-s", signature], input=event, capture_output=True, check=False)
    assert found.returncode == 0
