"""What an item shows: open fields, and of a closed content nothing at all."""

from __future__ import annotations

from tests.tools.export_story import PARTLY_OPEN_ITEM, tell, view_of

STORY = tell()


def test_withheld_items_and_padding_are_left_out() -> None:
    """They are counted, and that is all."""
    part = view_of(STORY.part)
    assert [item.number for item in part.items] == [1, 3, 5]
    assert (part.sealed_items, part.withheld, part.padding) == (5, 1, 1)


def test_a_closed_content_has_no_size_and_no_digest() -> None:
    """Not even the digest before sealing, which stands in another field that is open."""
    part = {item.number: item for item in view_of(STORY.part).items}
    item = part[PARTLY_OPEN_ITEM]
    assert (item.content, item.digests) == (None, ())
    assert item.name == "SECRET-3-name.txt"
    assert ("origin.method", "SECRET-3-method") in item.facts
    assert not [path for path, _ in item.facts if "digest" in path]
    assert item.closed == ("content", "time", "place", "people", "terms", "derivation", "extra")


def test_an_open_content_is_told() -> None:
    """Size, digests, the digest before sealing, title and type."""
    whole = {item.number: item for item in view_of(STORY.whole).items}
    assert any(path.startswith("origin.original_digest") for path, _ in whole[1].facts)
    picture = whole[5]
    assert [algorithm for algorithm, _ in picture.digests] == ["sha256", "sha512"]
    assert picture.media_type == "image/jpeg"
    assert picture.title is not None
    assert picture.closed == ()


def test_a_name_that_is_no_text_is_a_fact_in_base64() -> None:
    """Vocabularies of others have text alone for names."""
    picture = {item.number: item for item in view_of(STORY.whole).items}[5]
    assert picture.name is None
    assert picture.facts[0] == ("name.base64", "YQD/")


def test_originals_are_items_of_this_bundle() -> None:
    """One that lies in another bundle is a fact, and no link."""
    picture = {item.number: item for item in view_of(STORY.whole).items}[5]
    assert picture.originals == (1,)
    assert ("derivation.of.2.bundle", "00" * 16) in picture.facts


def test_nothing_secret_has_a_repr() -> None:
    """What items say never reaches a traceback."""
    assert "SECRET" not in repr(list(view_of(STORY.whole).items))
    assert "SECRET" not in repr(view_of(STORY.whole).events)
