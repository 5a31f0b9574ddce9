"""The time authority of the tests: what it makes is the same in every process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import hashlib, sys
from tests.tools.authority import TestAuthority
from tests.tools.token_makers import AT, NOW
kind = sys.argv[1]
authority = TestAuthority("same", seed=b"seed", unit_key=kind, issuer_key=kind, root_key=kind)
made = (authority.stamp(b"bytes", at=AT, nonce=7), *authority.chain, authority.crl(at=AT, until=NOW))
print(*(hashlib.sha256(one).hexdigest() for one in made))
"""


@pytest.mark.parametrize("kind", ["p256", "p384", "p521", "ed25519"])
def test_equal_seeds_make_equal_bytes_in_two_processes(kind: str) -> None:
    """Tokens, certificates and revocation lists of one seed are the same bytes in every process."""
    printed = {
        subprocess.run(
            [sys.executable, "-c", PROGRAM, kind],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(printed) == 1
