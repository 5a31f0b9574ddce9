"""The pages of this repository: their links lead somewhere, and no decision is missing from the index."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(page: Path) -> None:
    """What a page links to in this repository exists."""
    targets = LINK.findall(re.sub(r"`[^`\n]*`", "", page.read_text("utf-8")))
    assert not [target for target in targets if not (page.parent / target).exists()]


def test_every_decision_is_in_the_index() -> None:
    """docs/adr/index.md names each decision, in order, and nothing else."""
    folder = ROOT / "docs" / "adr"
    listed = re.findall(r"\]\((\d{4}-[a-z0-9-]+\.md)\)", (folder / "index.md").read_text("utf-8"))
    assert sorted(path.name for path in folder.glob("[0-9]*.md")) == listed


def test_every_fragment_of_the_changelog_has_a_known_kind() -> None:
    """Fragments are named `<word>.<kind>.md`: towncrier would leave others out without a word."""
    form = re.compile(r"[a-z0-9-]+\.(format|breaking|added|fixed)\.md|README\.md|template\.md\.jinja")
    names = [path.name for path in (ROOT / "docs" / "changelog.d").iterdir()]
    assert not [name for name in names if not form.fullmatch(name)]
