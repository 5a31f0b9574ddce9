"""`custody pack`, `unpack`, `export`, `show`, `list`."""

from __future__ import annotations

import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.interop.sample_bundle import Sample
from tests.unit.cli.conftest import Shell


def tree(folder: Path) -> dict[str, bytes]:
    """All files of a folder."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_packed_and_unpacked_is_the_same(shell: Shell, place: Path) -> None:
    """Every file, byte for byte."""
    assert shell("pack", "b", "--out", "b.zip").code == 0
    assert shell("unpack", "b.zip", "--out", "again").code == 0
    assert tree(place / "b") == tree(place / "again")


def test_a_packed_bundle_verifies_from_the_zip(shell: Shell) -> None:
    """Nothing is extracted for that."""
    shell("pack", "b", "--out", "b.zip")
    assert shell("verify", "b.zip", "--trust", "w-01.pub").code == 0


def test_names_follow_the_bundle(shell: Shell, place: Path, sample: Sample) -> None:
    """Without --out, zip and folder are named by the bundle id."""
    shell("pack", "b")
    shell("unpack", f"{sample.bundle_id}.zip")
    assert (place / sample.bundle_id / "bagit.txt").is_file()


def test_the_same_bundle_gives_the_same_zip(shell: Shell, place: Path) -> None:
    """Packed from the folder or from a zip."""
    shell("pack", "b", "--out", "one.zip")
    shell("pack", "one.zip", "--out", "two.zip")
    assert (place / "one.zip").read_bytes() == (place / "two.zip").read_bytes()


def test_stock_unzip_reads_it(shell: Shell, place: Path, require_tool: Callable[[str], str]) -> None:
    """Unzip -t and Python's zipfile find nothing wrong."""
    shell("pack", "b", "--out", "b.zip")
    assert subprocess.run([require_tool("unzip"), "-tq", "b.zip"], check=False, cwd=place).returncode == 0
    with zipfile.ZipFile(place / "b.zip") as found:
        assert found.testzip() is None


def test_litter_stays_behind_and_wrapping_is_made_anew(shell: Shell, place: Path) -> None:
    """A folder that was opened in a file manager and edited outside becomes a bundle that verifies."""
    (place / "b" / ".DS_Store").write_bytes(b"x")
    (place / "b" / "data" / "Thumbs.db").write_bytes(b"x")
    (place / "b" / "empty").mkdir()
    (place / "b" / "bag-info.txt").write_bytes(b"x")
    (place / "b" / "custody" / "VERIFY.txt").write_bytes(b"do this instead")
    ran = shell("pack", "b", "--out", "b.zip")
    assert ".DS_Store" in ran.err
    assert shell("verify", "b.zip", "--trust", "w-01.pub").code == 0


def test_a_file_that_no_bundle_has_is_not_packed(shell: Shell, place: Path) -> None:
    """What was not sealed does not travel under the seal's name."""
    (place / "b" / "data" / "note.txt").write_bytes(b"x")
    ran = shell("pack", "b", "--out", "b.zip")
    assert (ran.code, (place / "b.zip").exists()) == (4, False)
    assert "PATH_UNKNOWN" in ran.err


def test_a_missing_file_is_not_packed(shell: Shell, place: Path) -> None:
    """No zip is left behind."""
    (place / "b" / "data" / "000001.jpg").unlink()
    assert shell("pack", "b", "--out", "b.zip").code == 4
    assert not (place / "b.zip").exists()


@pytest.mark.parametrize("gone", ["custody/items.jsonl", "custody/log"])
def test_a_folder_without_items_or_seal_is_not_packed(shell: Shell, place: Path, gone: str) -> None:
    """Nothing to make the wrapping from."""
    (place / "b" / gone).rename(place / "elsewhere")
    assert shell("pack", "b", "--out", "b.zip").code == 4


def test_an_existing_zip_is_left_alone(shell: Shell, place: Path) -> None:
    """Nothing is overwritten."""
    (place / "b.zip").write_bytes(b"mine")
    assert shell("pack", "b", "--out", "b.zip").code == 4
    assert (place / "b.zip").read_bytes() == b"mine"


def test_another_zip_is_not_unpacked(shell: Shell, place: Path) -> None:
    """One that a common tool wrote may lead anywhere; its own tool shall unpack it."""
    with zipfile.ZipFile(place / "z.zip", "w") as made:
        made.writestr("b/../../evil", b"x")
    ran = shell("unpack", "z.zip", "--out", "again")
    assert (ran.code, (place / "again").exists(), (place.parent / "evil").exists()) == (4, False, False)
    assert "ZIP_FORM" in ran.err


def test_a_zip_with_a_flipped_bit_is_not_unpacked(shell: Shell, place: Path) -> None:
    """Its own checksum tells; nothing is left behind."""
    shell("pack", "b", "--out", "b.zip")
    data = bytearray((place / "b.zip").read_bytes())
    data[data.index(b"pixels")] ^= 1
    (place / "b.zip").write_bytes(data)
    ran = shell("unpack", "b.zip", "--out", "again")
    assert (ran.code, [path.name for path in place.glob("*again*") if path.is_dir()]) == (4, [])


def test_export_gives_names_to_people(shell: Shell, place: Path) -> None:
    """Number first, then the original name; the bundle is untouched."""
    before = tree(place / "b")
    assert shell("export", "b", "--names", "copies", "--trust", "w-01.pub").code == 0
    assert sorted(tree(place / "copies")) == ["000001_صورة.JPG", "000002_شهادة.txt", "000003_README"]
    assert before == tree(place / "b")


def test_nothing_is_exported_that_is_not_proven(shell: Shell, place: Path) -> None:
    """An unknown sealer is undetermined, a changed file refuted; no folder appears."""
    assert shell("export", "b", "--names", "copies", "--trust", "none").code == 3
    (place / "b" / "data" / "000003").write_bytes(b"x")
    assert shell("export", "b", "--names", "copies", "--trust", "w-01.pub").code == 1
    assert not (place / "copies").exists()


def test_show_is_headed_not_verified(shell: Shell) -> None:
    """What the bundle says of itself, quoted, under a warning."""
    lines = shell("show", "b").out.splitlines()
    assert lines[0].startswith("NOT VERIFIED")
    assert '    title: "القضية 7"' in lines


def test_show_names_what_cannot_be_read(shell: Shell, place: Path, sample: Sample) -> None:
    """A malformed event and a stub are shown as such."""
    log = place / "b" / "custody" / "log" / sample.bundle_id
    (log / "00000001" / "body.json").write_bytes(b"{}")
    assert "cannot be read as an event" in shell("show", "b").out
    for path in log.glob("00000001/*"):
        if path.name not in {"event.json", "proof.sha256"}:
            path.unlink()
    assert "content withheld" in shell("show", "b").out


def test_show_tells_closed_fields(shell: Shell, place: Path, sample: Sample) -> None:
    """A field that the body names and that is not here."""
    (place / "b" / "custody" / "log" / sample.bundle_id / "00000000" / "note.json").unlink()
    assert "note: closed" in shell("show", "b").out


def test_list_has_a_row_for_each_item(shell: Shell) -> None:
    """Number, size, kind and name."""
    rows = shell("list", "b").out.splitlines()[1:]
    assert [row.split()[0] for row in rows] == ["000001", "000002", "000003"]
    assert rows[1].split()[1:] == ["14", "record", '"شهادة.txt"']


def test_list_of_a_part(shell: Shell, place: Path, sample: Sample) -> None:
    """Withheld and partly open items are marked."""
    sample.write_part(place / "part", [1023, 0, 0b101])
    rows = shell("list", "part").out.splitlines()[1:]
    assert rows[1] == "000002  withheld"
    assert rows[2].endswith("-  (partly open)")
