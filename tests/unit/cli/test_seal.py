"""`custody seal` and `custody draft`."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from tests.unit.cli.conftest import PASSPHRASE, Shell

SIGNED = ("--key", "k", "--passphrase-file", "p")


def test_a_folder_becomes_a_bundle(shell: Shell) -> None:
    """It verifies under the exported key, and says what comes next."""
    ran = shell("seal", "src", "--out", "new", "--case", "القضية", *SIGNED)
    assert ran.code == 0
    assert ran.out.startswith('sealed 2 files into "new"; time not yet proven\n')
    assert "next: " in ran.err
    assert shell("verify", "new", "--trust", "w-02.pub").code == 0


def test_litter_is_left_out_and_listed(shell: Shell) -> None:
    """What operating systems leave behind is no evidence, and nothing is left out in silence."""
    assert '".DS_Store"' in shell("seal", "src", "--out", "new", *SIGNED).err


def test_without_out_the_folder_is_named_by_the_bundle_id(shell: Shell, place: Path) -> None:
    """Names tell nothing."""
    value = json.loads(shell("seal", "src", *SIGNED, "--json").out)
    assert value["path"] == value["bundle"]
    assert (place / value["bundle"] / "bagit.txt").is_file()
    assert value["left_out"] == [".DS_Store"]


def test_sealing_twice_under_one_name_is_refused(shell: Shell, place: Path) -> None:
    """The first bundle is left as it is."""
    shell("seal", "src", "--out", "new", *SIGNED)
    before = (place / "new" / "custody" / "items.jsonl").read_bytes()
    assert shell("seal", "src", "--out", "new", *SIGNED).code == 4
    assert before == (place / "new" / "custody" / "items.jsonl").read_bytes()


def test_links_are_refused(shell: Shell, place: Path) -> None:
    """All of them, named; nothing is written."""
    (place / "src" / "one").symlink_to("photo.jpg")
    (place / "src" / "two\x1b").symlink_to("nowhere")
    ran = shell("seal", "src", "--out", "new", *SIGNED)
    assert (ran.code, (place / "new").exists()) == (4, False)
    assert "one (a link), two\\u{1B} (a link)" in ran.err


def test_a_sheet_is_filled_in_and_read(shell: Shell, place: Path) -> None:
    """Draft writes it, people fill it in, seal reads it."""
    ran = shell("draft", "src", "--out", "meta.csv")
    assert (ran.code, ".DS_Store" in ran.err) == (0, True)
    assert "media: 1" in ran.out
    rows = list(csv.reader(io.StringIO((place / "meta.csv").read_text("utf-8-sig"))))
    title = rows[0].index("title")
    for row in rows[1:]:
        row[title] = "عنوان"
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    (place / "meta.csv").write_text(text.getvalue(), "utf-8")
    assert shell("seal", "src", "--out", "new", "--metadata", "meta.csv", *SIGNED).code == 0
    assert "عنوان".encode() in (place / "new" / "custody" / "items.jsonl").read_bytes()


def test_a_sheet_can_be_printed(shell: Shell) -> None:
    """Standard output holds the CSV and nothing else."""
    assert "photo.jpg" in shell("draft", "src", "--out", "-").out


def test_a_bad_sheet_is_refused(shell: Shell, place: Path) -> None:
    """Every fault with row, column and a way out; nothing is sealed."""
    (place / "meta.csv").write_text("path,captured\nphoto.jpg,03/04/2021\nnope,2021-04-03\n", "utf-8")
    ran = shell("seal", "src", "--out", "new", "--metadata", "meta.csv", *SIGNED)
    assert ran.code == 2
    assert "  row 2, captured: expected" in ran.err
    assert "  row 3, path: expected" in ran.err
    assert ran.err.count("row 2") == 1
    assert not (place / "new").exists()


def test_everything_else_that_a_seal_can_say(shell: Shell, place: Path) -> None:
    """Previous bundle, successor, further digest, chunks, order; and the table names what is missing."""
    words = (
        "--previous",
        "b",
        "--successor",
        "w-01.pub",
        "--digest",
        "sha512",
        "--chunks",
        "--order",
        "path",
    )
    assert shell("seal", "src", "photo", *SIGNED).code == 4
    assert shell("seal", "src", "--out", "new", *words, *SIGNED).code == 0
    shell("trust", "new", "t")
    shell("trust", "add", "t", "w-01.pub", "--unconfirmed")
    shell("trust", "add", "t", "w-02.pub", "--unconfirmed")
    alone = shell("verify", "new", "new", "--trust", "t").out
    assert "Earlier bundles that a seal names" in alone
    assert "PREDECESSOR_NOT_PRESENTED" in shell("verify", "new", "--trust", "t").out
    assert "Earlier bundles" not in shell("verify", "b", "new", "--trust", "t").out
    assert (place / "new" / "data").is_dir()


def test_a_previous_bundle_without_a_seal_is_refused(shell: Shell, place: Path) -> None:
    """Nothing is named that cannot be read."""
    (place / "empty").mkdir()
    assert shell("seal", "src", "--out", "new", "--previous", "empty", *SIGNED).code == 4


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("src", "--out", "new"), 2),
        (("src", "--out", "new", "--key", "nowhere"), 4),
        (("src", "--out", "new", "--key", "k"), 4),
        (("nowhere", "--out", "new", *SIGNED), 4),
        (("src", "--out", "no/where/new", *SIGNED), 4),
        (("src", "--out", "new", "--order", "size", *SIGNED), 2),
    ],
)
def test_what_seal_refuses(shell: Shell, place: Path, words: tuple[str, ...], code: int) -> None:
    """No key, an absent or locked one, absent sources or folders, an unknown order: nothing is written."""
    ran = shell("seal", *words)
    assert (ran.code, ran.out, (place / "new").exists()) == (code, "", False)


def test_no_secret_is_in_the_output_or_the_bundle(shell: Shell, place: Path) -> None:
    """Neither the passphrase nor a host path."""
    ran = shell("seal", "src", "--out", "new", *SIGNED)
    written = b"".join(path.read_bytes() for path in (place / "new").rglob("*") if path.is_file())
    for secret in (PASSPHRASE, str(place.parent)):
        assert secret not in ran.out + ran.err
        assert secret.encode() not in written


def test_testimony_in_the_open_is_packed_only_when_meant(shell: Shell, place: Path) -> None:
    """Pack asks for --whole."""
    (place / "meta.csv").write_text("path,kind\nphoto.jpg,testimony\nملفات/شهادة.txt,\n", "utf-8")
    assert shell("seal", "src", "--out", "new", "--metadata", "meta.csv", *SIGNED).code == 0
    ran = shell("pack", "new", "--out", "new.zip")
    assert (ran.code, (place / "new.zip").exists()) == (2, False)
    assert "--whole" in ran.err
    assert shell("pack", "new", "--out", "new.zip", "--whole").code == 0
    assert shell("verify", "new.zip", "--trust", "w-02.pub").code == 0


def test_a_single_fault_of_a_sheet_is_said_once(shell: Shell, place: Path) -> None:
    """In the one line and its hint."""
    (place / "meta.csv").write_text("path,scopes\nphoto.jpg,moon\nملفات/شهادة.txt,\n", "utf-8")
    ran = shell("seal", "src", "--out", "new", "--metadata", "meta.csv", *SIGNED)
    assert (ran.code, len(ran.err.splitlines()), ran.err.count("row 2")) == (2, 2, 1)
    assert "scopes are iiim, coi" in ran.err


def test_the_passphrase_in_use_is_not_sealed(shell: Shell, place: Path) -> None:
    """Neither is the key, though both lie among the sources."""
    (place / "src" / "p").write_bytes((place / "p").read_bytes())
    ran = shell("seal", "src", "--out", "new", "--key", "k", "--passphrase-file", "src/p")
    assert (ran.code, (place / "new").exists()) == (4, False)
