"""What may be a bundle is left to verification."""

from __future__ import annotations

from pathlib import Path

import pytest

from custody.cli.no_bundle import plainly_no_bundle


@pytest.mark.parametrize("mark", ["bagit.txt", "custody"])
def test_a_folder_with_one_mark_may_be_one(tmp_path: Path, mark: str) -> None:
    """Also when the rest is missing: then something was taken away."""
    assert plainly_no_bundle(str(tmp_path)) == "no_bundle_folder"
    (tmp_path / mark).mkdir()
    assert plainly_no_bundle(str(tmp_path)) is None


def test_links_and_absent_paths_are_not_judged(tmp_path: Path) -> None:
    """Whoever opens them says what is wrong."""
    (tmp_path / "link").symlink_to("nowhere")
    assert plainly_no_bundle(str(tmp_path / "link")) is None
    assert plainly_no_bundle(str(tmp_path / "nowhere")) is None
