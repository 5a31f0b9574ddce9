"""Working copies under names that people know."""

from __future__ import annotations

from pathlib import Path

import pytest

from custody.errors import BundleError
from custody.facade.verifying import verify
from custody.format.item_line import ItemLine
from custody.packing.working_copies import export_names, original_name, working_name
from custody.report.report import NotProvenError
from custody.storage.folder import open_folder
from tests.interop.sample_bundle import make_sample


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("شهادة.txt", "000007_شهادة.txt"),
        ("folder/sub/photo.JPG", "000007_photo.JPG"),
        ("../../etc/passwd", "000007_passwd"),
        ("C:\\evil.exe", "000007_C__evil.exe"),
        ("a\x00b\nc\x1b.txt", "000007_a_b_c_.txt"),
        ("photo\u202egpj.exe", "000007_photo_gpj.exe"),
        ("CON", "000007_CON"),
        ("trailing. ", "000007_trailing"),
        ("e\u0301.txt", "000007_\u00e9.txt"),
        ("bytes\udcff", "000007_bytes_"),
        ("no.extension." + "x" * 60, "000007_no.extension." + "x" * 60),
        ("ش" * 300 + ".txt", "000007_" + "ش" * 98 + ".txt"),
        ("..", "000007.jpg"),
        ("", "000007.jpg"),
        (None, "000007.jpg"),
    ],
)
def test_a_name_leads_nowhere_else_and_fits_every_system(name: str | None, safe: str) -> None:
    """The last part, without what systems refuse; the number makes it unique; short enough."""
    found = working_name(7, name, "jpg")
    assert found == safe
    assert len(found.encode("utf-8")) <= 255


def test_an_item_without_extension_and_name() -> None:
    """Its number is its name."""
    assert working_name(12, None, "") == "000012"


@pytest.mark.parametrize(
    ("line", "name"),
    [
        (ItemLine(mask=1023, values=[None, "a.txt", *[None] * 8]), "a.txt"),
        (ItemLine(mask=1023, values=[None] * 10), None),
        (ItemLine(mask=2, openings={"name": ("00", {"base64": "YQD/"})}, closed={}), "a\x00\udcff"),
        (ItemLine(mask=1, openings={"content": ("00", None)}, closed={}), None),
        (ItemLine(mask=0, leaf="00"), None),
    ],
)
def test_the_original_name(line: ItemLine, name: str | None) -> None:
    """Text, or bytes that are no text; none when closed or never given."""
    assert original_name(line) == name


def test_a_file_that_changed_after_verification_is_not_copied(tmp_path: Path) -> None:
    """Each copy is compared again; no folder appears."""
    sample = make_sample(later=False)
    bundle = sample.write_whole(tmp_path / "b")
    report = verify(bundle, trust="none", expect_seal=sample.facts.seal_id)
    (bundle / "data" / "000003").write_bytes(b"x")
    source = open_folder(str(bundle))
    with pytest.raises(BundleError, match="data/000003"):
        export_names(report, source, str(tmp_path / "copies"))
    source.close()
    assert not (tmp_path / "copies").exists()


def test_items_that_changed_after_verification_are_not_copied(tmp_path: Path) -> None:
    """The root is computed again; a line exchanged with its file is noticed."""
    sample, other = make_sample(later=False), make_sample(later=False)
    bundle = sample.write_whole(tmp_path / "b")
    report = verify(bundle, trust="none", expect_seal=sample.facts.seal_id)
    items = bundle / "custody" / "items.jsonl"
    items.write_bytes((other.write_whole(tmp_path / "o") / "custody" / "items.jsonl").read_bytes())
    source = open_folder(str(bundle))
    with pytest.raises(BundleError, match="root"):
        export_names(report, source, str(tmp_path / "copies"))
    source.close()
    assert not (tmp_path / "copies").exists()


def test_withheld_items_are_passed_over(tmp_path: Path) -> None:
    """A part gives copies of what is open."""
    sample = make_sample(later=False)
    part = sample.write_part(tmp_path / "p", [1023, 0, 0b101])
    report = verify(part, trust="none", expect_seal=sample.facts.seal_id)
    source = open_folder(str(part))
    assert export_names(report, source, str(tmp_path / "copies")) == 2
    source.close()
    assert sorted(path.name for path in (tmp_path / "copies").iterdir()) == ["000001_صورة.JPG", "000003"]


def test_nothing_is_copied_without_proof(tmp_path: Path) -> None:
    """INTACT must be proven."""
    bundle = make_sample().write_whole(tmp_path / "b")
    source = open_folder(str(bundle))
    with pytest.raises(NotProvenError):
        export_names(verify(bundle, trust="none"), source, str(tmp_path / "copies"))
    source.close()
