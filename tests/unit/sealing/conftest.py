"""Signers, a clock that stands, and seals of small drafts."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from custody.keys.signer import SeedSigner
from custody.model.instant import Instant
from custody.sealing.draft import Draft
from custody.sealing.seal import Sealed, seal_draft

NOON = Instant(datetime(2026, 3, 1, 12, tzinfo=UTC))

Seal = Callable[..., Sealed]


@pytest.fixture(scope="session")
def signer() -> SeedSigner:
    """A hybrid signer whose keys live for this run."""
    return SeedSigner("w-01", os.urandom(32), os.urandom(32))


@pytest.fixture(scope="session")
def cosigner() -> SeedSigner:
    """A signer with one key, whose name sorts before the other's."""
    return SeedSigner("a-02", os.urandom(32))


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """The folder in which bundles are made."""
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


@pytest.fixture
def seal(out: Path, signer: SeedSigner) -> Seal:
    """Seals a draft with the usual arguments, each of which may be replaced."""

    def sealed(draft: Draft, **others: Any) -> Sealed:  # noqa: ANN401 - as seal_draft takes them
        usual: dict[str, Any] = {"signers": [signer], "randomness": os.urandom, "now": lambda: NOON}
        return seal_draft(draft, others.pop("folder", out), **{**usual, **others})

    return sealed
