"""`custody renew --hash`: what it says."""

from __future__ import annotations

from pathlib import Path

import pytest

from custody.cli.renew_hash import renew_hash
from custody.errors import BundleError


def test_a_renewed_bundle_says_what_to_do_next(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The file is named, and that it counts from its stamp."""
    assert renew_hash(["b"], "sha512") == 0
    said = capsys.readouterr()
    (path,) = (place / "b").glob("custody/renewals/*/renewal.txt")
    assert f"  {path.relative_to(place / 'b').as_posix()}\n" in said.out
    assert said.out.startswith('renewed "b": ')
    assert "custody stamp" in said.err


def test_renewing_again_says_so(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing new is written."""
    assert place == Path.cwd()
    assert renew_hash(["b", "b"], "sha3_512") == 0
    assert 'renewed already "b": ' in capsys.readouterr().out


def test_what_is_no_bundle_is_named(place: Path) -> None:
    """A folder of files is none."""
    assert place == Path.cwd()
    with pytest.raises(BundleError) as caught:
        renew_hash(["src"], "sha512")
    assert caught.value.code == "NO_BUNDLE"
