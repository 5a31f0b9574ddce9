"""Exports as others read them: the library of PROV."""

from __future__ import annotations

from prov.model import ProvActivity, ProvAgent, ProvDocument, ProvEntity

from custody.exporting.prov import encode_prov
from tests.tools.export_story import tell, view_of

STORY = tell()


def test_prov_reads_our_prov_json() -> None:
    """Every entity, agent and activity arrives, and means the same when that library writes it again."""
    view = view_of(STORY.whole)
    document = ProvDocument.deserialize(content=b"".join(encode_prov(view)).decode(), format="json")
    assert len(list(document.get_records(ProvActivity))) == len(view.events)
    assert len(list(document.get_records(ProvEntity))) == 2 + len(view.holdings) + len(list(view.items))
    assert len(list(document.get_records(ProvAgent))) == len(view.agents)
    assert ProvDocument.deserialize(content=document.serialize(format="json"), format="json") == document
