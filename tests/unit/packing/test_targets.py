"""Zips, unpacked folders and working copies stay out of bundles."""

from __future__ import annotations

from pathlib import Path

import pytest

from custody.errors import UsageError
from custody.facade.moment import now
from custody.facade.verifying import verify
from custody.packing.pack import pack_bundle, unpack_bundle
from custody.packing.working_copies import export_names
from custody.storage.folder import open_folder
from tests.interop.sample_bundle import make_sample


def test_no_copy_is_made_inside_the_bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`pack .` from inside, and every other output: the bundle still verifies afterwards."""
    sample = make_sample(later=False)
    bundle = sample.write_whole(tmp_path / "b")
    packed = pack_bundle(str(bundle), str(tmp_path / "b.zip"), verified_at=now(), whole=True)
    before = sorted(bundle.rglob("*"))
    report = verify(bundle, trust="none", expect_seal=sample.facts.seal_id)
    monkeypatch.chdir(bundle)
    with pytest.raises(UsageError, match="inside a bundle"):
        pack_bundle(".", None, verified_at=now(), whole=True)
    with pytest.raises(UsageError, match="inside a bundle"):
        unpack_bundle(packed.path, None)
    source = open_folder(str(bundle))
    with pytest.raises(UsageError, match="inside a bundle"):
        export_names(report, source, "copies")
    source.close()
    assert sorted(bundle.rglob("*")) == before
