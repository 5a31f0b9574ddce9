"""Verification opens no connection: watched from outside, and where there is no network at all."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from attrs import evolve

from custody.model.instant import decode_instant
from custody.trust.trust_file import encode_trust_file
from tests.tools.authority import TestAuthority
from tests.tools.bundles import make_bundle, seed_signer
from tests.tools.memory import trusting

ARCHIVE = seed_signer("archive")
AUTHORITY = TestAuthority("first", operator="First operator")
AT = decode_instant("2026-01-03T00:00:00Z")


@pytest.fixture
def command(tmp_path: Path) -> list[str]:
    """A stamped bundle on a disk, and the command that verifies it; its authority has an address."""
    bundle = make_bundle(signers=[ARCHIVE])
    seal = bundle.path("").rstrip("/")
    token = AUTHORITY.stamp(bundle.files[f"{seal}/proof.sha256"], at=AT)
    files = bundle.files | {f"{seal}/stamps/{hashlib.sha256(token).hexdigest()}/stamp.tst": token}
    for path, data in files.items():
        target = tmp_path / bundle.bundle_id / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    trust = evolve(trusting(ARCHIVE), authorities=(AUTHORITY.authority(url="http://192.0.2.1/"),))
    (tmp_path / "trust.json").write_bytes(encode_trust_file(trust))
    arguments = ["verify", str(tmp_path / bundle.bundle_id), "--trust", str(tmp_path / "trust.json")]
    return [sys.executable, "-m", "custody.cli", *arguments, "--require", "existed-before"]


def test_verification_asks_the_system_for_no_socket(
    command: list[str], tmp_path: Path, require_tool: Callable[[str], str]
) -> None:
    """Not one call of the kind, in the process and in all that it starts."""
    trace = tmp_path / "trace"
    watched = [require_tool("strace"), "-f", "-qq", "-e", "trace=socket,connect,sendto", "-o", str(trace)]
    done = subprocess.run([*watched, *command], capture_output=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    calls = [line for line in trace.read_text().splitlines() if "AF_UNIX" not in line and "(" in line]
    assert [line for line in calls if "SIG" not in line and "exited" not in line] == []


def test_verification_needs_no_network(command: list[str]) -> None:
    """In a network namespace of its own there is not even a loopback that is up."""
    unshare = shutil.which("unshare")
    prefix = (
        [unshare or "", "--net"]
        if os.getuid() == 0
        else [unshare or "", "--user", "--map-root-user", "--net"]
    )
    if unshare is None or subprocess.run([*prefix, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this machine lets nobody make a network namespace")
    done = subprocess.run([*prefix, *command], capture_output=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
