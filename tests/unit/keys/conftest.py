"""Signers whose keys live for one run."""

from __future__ import annotations

import os

import pytest

from custody.keys.signer import SeedSigner


@pytest.fixture(scope="session")
def signer() -> SeedSigner:
    """A hybrid signer."""
    return SeedSigner("w-01", os.urandom(32), os.urandom(32))


@pytest.fixture(scope="session")
def cosigner() -> SeedSigner:
    """A signer with one key, whose name sorts before the other's."""
    return SeedSigner("a-02", os.urandom(32))
