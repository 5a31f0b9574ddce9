"""Names of files survive sealing and the sheet, whatever they are: no file is refused for its name."""

from __future__ import annotations

import io
import json
import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from custody.keys.signer import SeedSigner
from custody.model.instant import Instant
from custody.sealing.draft import Draft
from custody.sealing.gather import gather
from custody.sealing.item_values import decode_name
from custody.sealing.metadata import described_by
from custody.sealing.seal import seal_draft
from custody.sealing.sheet import encode_sheet

SIGNER = SeedSigner("w-01", os.urandom(32))
NOW = Instant(datetime(2026, 3, 1, tzinfo=UTC))
NAME_BYTES = 255

raw_names = st.one_of(
    st.text(min_size=1, max_size=40).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.binary(min_size=1, max_size=60),
    st.sampled_from(["=1", "'", "'=x", "+a", "-b", "@", "base64:", 'a,b;c\td\n"e"', "é", "é", "شاهد ١"]).map(
        str.encode
    ),
).filter(lambda raw: b"\0" not in raw)


def sealed_names(draft: Draft) -> list[bytes]:
    """Seal a draft and read the names of its items, sorted."""
    with tempfile.TemporaryDirectory() as folder:
        sealed = seal_draft(draft, folder, signers=[SIGNER], randomness=os.urandom, now=lambda: NOW)
        lines = (Path(sealed.path) / "custody/items.jsonl").read_bytes().splitlines()
        return sorted(decode_name(json.loads(line)["name"]) for line in lines)


def draft_of(names: list[bytes]) -> Draft:
    """A draft of streams with these names."""
    draft = Draft()
    for name in names:
        draft = draft.add(io.BytesIO(b"x"), name=name)
    return draft


@settings(max_examples=40)  # each one writes, signs and verifies a bundle
@given(st.lists(raw_names, min_size=1, max_size=6))
def test_names_survive_sealing(names: list[bytes]) -> None:
    """Each comes back byte for byte."""
    assert sealed_names(draft_of(names)) == sorted(names)


@given(st.lists(raw_names, min_size=1, max_size=8, unique=True))
def test_names_survive_the_sheet(names: list[bytes]) -> None:
    """Every row of a written sheet finds the file that it was written for."""
    draft = draft_of(names)
    kinds = ["media" if index % 2 else "record" for index in range(len(names))]
    found = described_by(draft, encode_sheet(draft, kinds))
    assert [item.fields["kind"]["kind"] for item in found.items()] == kinds


def naughty(corpora: Path) -> list[bytes]:
    """Strings that break programs, those that a name can be."""
    strings = json.loads((corpora / "naughty-strings/blns.json").read_text("utf-8"))
    return sorted({text.encode("utf-8") for text in strings if text and "\0" not in text})


def test_naughty_names_survive_sealing(corpora: Path) -> None:
    """Formulas, markup, right-to-left marks, emoji, code: all of them are names."""
    names = naughty(corpora)
    assert sealed_names(draft_of(names)) == names


def test_naughty_names_survive_the_sheet(corpora: Path) -> None:
    """Spreadsheets get every one of them, and each row finds its file."""
    names = naughty(corpora)
    draft = draft_of(names)
    kinds = ["media" if index % 2 else "record" for index in range(len(names))]
    found = described_by(draft, encode_sheet(draft, kinds))
    assert [item.fields["kind"]["kind"] for item in found.items()] == kinds


def test_naughty_names_survive_a_folder(corpora: Path, tmp_path: Path) -> None:
    """As names of real files, as far as the file system takes them."""
    made = []
    for name in naughty(corpora):
        if b"/" in name or len(name) > NAME_BYTES or name in {b".", b".."}:
            continue
        Path(tmp_path / os.fsdecode(name)).write_bytes(b"x")
        made.append(name)
    draft = gather(Draft(), [tmp_path])
    assert sealed_names(draft) == sorted(made)
