"""What the tests of writing in a log share."""

from __future__ import annotations

from pathlib import Path

import pytest

from custody.transfer import act as act_module
from custody.transfer.desk import Desk, stand
from tests.tools.desks import (
    begin,
)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """The holder's desk at a bundle just sealed."""
    return begin(tmp_path)


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Notes each time that a whole log is judged."""
    noted: list[str] = []

    def noting(desk: Desk) -> object:
        noted.append(desk.bundle)
        return stand(desk)

    monkeypatch.setattr(act_module, "stand", noting)
    return noted
