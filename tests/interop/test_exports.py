"""Exports as others read and check them, and what they must never say."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from attrs import evolve
from lxml import etree
from prov.model import ProvActivity, ProvAgent, ProvDocument, ProvEntity

from custody.exporting.case import encode_case
from custody.exporting.premis import encode_premis
from custody.exporting.prov import encode_prov
from custody.exporting.view import ExportView
from custody.format.layout import event_path
from tests.tools.bundles import stub
from tests.tools.export_story import CLOSED_ITEM, ITEMS, PARTLY_OPEN_ITEM, STRANGER, tell, view_of

STORY = tell()
Encoder = Callable[[ExportView], Iterator[bytes]]
ENCODERS: list[Encoder] = [encode_prov, encode_premis, encode_case]


def test_prov_reads_our_prov_json() -> None:
    """Every entity, agent and activity arrives, and means the same when that library writes it again."""
    view = view_of(STORY.whole)
    document = ProvDocument.deserialize(content=b"".join(encode_prov(view)).decode(), format="json")
    assert len(list(document.get_records(ProvActivity))) == len(view.events)
    assert len(list(document.get_records(ProvEntity))) == 2 + len(view.holdings) + len(list(view.items))
    assert len(list(document.get_records(ProvAgent))) == len(view.agents)
    assert ProvDocument.deserialize(content=document.serialize(format="json"), format="json") == document


@pytest.mark.parametrize("bundle", [STORY.whole, STORY.part], ids=["whole", "part"])
def test_premis_is_valid_by_the_published_schema(corpora: Path, bundle: object) -> None:
    """Every element in its place, also where contents are closed."""
    schema = etree.XMLSchema(file=str(corpora / "premis" / "premis-v3-0.xsd"))
    view = view_of(bundle)  # type: ignore[arg-type]  # one of the two
    assert schema.validate(etree.fromstring(b"".join(encode_premis(view)))), schema.error_log


def run(tool: str, *words: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a tool of the environment of these tests."""
    path = Path(sys.executable).with_name(tool)
    return subprocess.run([path, *words], capture_output=True, check=False, encoding="utf-8", timeout=120)


@pytest.mark.parametrize("bundle", [STORY.whole, STORY.part], ids=["whole", "part"])
def test_case_is_valid_by_its_ontology(tmp_path: Path, bundle: object) -> None:
    """`case_validate`, without a warning and without a remark."""
    path = tmp_path / "view.jsonld"
    path.write_bytes(b"".join(encode_case(view_of(bundle))))  # type: ignore[arg-type]  # one of the two
    done = run("case_validate", path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Conforms: True" in done.stdout


def chain_of(tmp_path: Path, view: ExportView) -> str:
    """Return what `case_prov_check` says of an export."""
    (tmp_path / "view.jsonld").write_bytes(b"".join(encode_case(view)))
    made = run("case_prov_rdf", tmp_path / "view.ttl", tmp_path / "view.jsonld")
    assert made.returncode == 0, made.stderr
    return run("case_prov_check", tmp_path / "view.ttl").stdout


def test_another_tool_finds_no_break_in_the_chain(tmp_path: Path) -> None:
    """Every activity is informed by another, every copy comes from another."""
    assert "Conforms: True" in chain_of(tmp_path, view_of(STORY.whole))


def test_another_tool_finds_the_break_where_a_receipt_is_hidden(tmp_path: Path) -> None:
    """The view does not paper over it: the second copy comes from nowhere."""
    view = view_of(STORY.whole)
    folder = event_path(view.holdings[1].holding, 0)
    hidden = view_of(evolve(STORY.whole, files=stub(STORY.whole.files, folder)))
    said = chain_of(tmp_path, hidden)
    assert "Conforms: False" in said
    assert "Chain of derivation" in said


def secrets() -> list[str]:
    """Return everything that the part does not show: values, names, and digests in every spelling."""
    texts = ["SECRET-note", "SECRET-purpose", "SECRET-annotation", "SECRET-junk", f"SECRET-{CLOSED_ITEM}"]
    texts += [f"SECRET-{PARTLY_OPEN_ITEM}-{what}" for what in ("place", "text")]
    files = [ITEMS[number - 1].data or b"" for number in (CLOSED_ITEM, PARTLY_OPEN_ITEM)]
    for algorithm in ("md5", "sha1", "sha256", "sha512", "sha3_256"):
        texts += [hashlib.new(algorithm, data).hexdigest() for data in files]
    closed = {path: data for path, data in STORY.whole.files.items() if path not in STORY.part.files}
    texts += [hashlib.sha256(data).hexdigest() for data in closed.values()]
    texts += [hashlib.sha256(STORY.whole.files["manifest-sha256.txt"]).hexdigest()]
    texts += STRANGER.identity.key_set.key_ids
    return texts


@pytest.mark.parametrize("encode", ENCODERS)
def test_nothing_that_a_part_withholds_is_in_its_view(encode: Encoder) -> None:
    """No value, no name, no digest; of the closed content not even the size."""
    text = b"".join(encode(view_of(STORY.part))).decode()
    assert not [secret for secret in secrets() if secret.lower() in text.lower()]
    size = len(ITEMS[PARTLY_OPEN_ITEM - 1].data or b"")
    assert not re.search(rf'[">:]{size}[<",}}]', text)
    assert f"SECRET-{PARTLY_OPEN_ITEM}-name" in text  # its name is open


@pytest.mark.parametrize("encode", ENCODERS)
def test_no_salt_and_no_item_key_is_in_a_view(encode: Encoder) -> None:
    """With a salt, a closed field of another copy could be guessed at."""
    text = b"".join(encode(view_of(STORY.whole))).decode()
    lines = [json.loads(line) for line in STORY.whole.files["custody/items.jsonl"].splitlines()]
    openings = [
        json.loads(data)
        for path, data in STORY.whole.files.items()
        if path.startswith("custody/log/") and path.endswith(".json") and not path.endswith("event.json")
    ]
    assert not [line["key"] for line in lines if line["key"] in text]
    assert not [opening[0] for opening in openings if opening[0] in text]


@pytest.mark.parametrize("encode", ENCODERS)
def test_what_is_set_aside_is_not_in_a_view(encode: Encoder) -> None:
    """Neither what a stranger says nor that he said it."""
    assert "SECRET-junk" not in b"".join(encode(view_of(STORY.whole))).decode()


@pytest.mark.parametrize("encode", ENCODERS)
def test_every_view_names_its_seal_and_events_and_is_unsigned(encode: Encoder) -> None:
    """Whoever gets the view alone knows where to look for proof."""
    view = view_of(STORY.part)
    text = b"".join(encode(view)).decode()
    assert "Unsigned view" in text
    assert all(event_id in text for event_id in (view.seal_id, *view.hidden))
    assert all(event.event_id in text for event in view.events)
    assert text.count("proven window") + text.count("provenWindow") >= len(view.events)
