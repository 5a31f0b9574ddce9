"""Which items may be drawn: doubt is a no."""

from __future__ import annotations

from typing import Any

import pytest

from custody.filing.sheet_terms import Fields, Refusal, consent_form, deciding_fields, refusal_of
from custody.format.item_line import decode_item_line
from tests.tools.bundles import Item, make_bundle, reduce_items, seed_signer

TODAY = "2026-02-01"
MEDIA = {"kind": "media"}


def refusal(
    *,
    kind: Any = MEDIA,  # noqa: ANN401 - a JSON value
    people: Any = None,  # noqa: ANN401 - as above
    terms: Any = None,  # noqa: ANN401 - as above
    derivation: Any = None,  # noqa: ANN401 - as above
) -> Refusal | None:
    """Decide about an item."""
    return refusal_of(Fields(kind=kind, people=people, terms=terms, derivation=derivation), on=TODAY)


def person(role: str | None = None, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return a field `people` with one person."""
    given = {} if role is None else {"role": role}
    return {"persons": [{"id": "W-01", **given, **more}]}


def test_an_item_without_terms_is_drawn() -> None:
    """Nobody asked for protection, and nobody is named."""
    assert refusal() is None


@pytest.mark.parametrize(
    "terms",
    [
        {"confidentiality": "public"},
        {"scopes": {"public": True}},
        {"purposes": ["contact-sheet"]},
        {"purposes": ["contact-sheet", "court"], "conditions": "none without the pictures of faces"},
        {"confidentiality": "public", "consent": {"given": True}, "review": "2026-02-01"},
        {"scopes": {"public": True}, "identity_levels": {"name": "open"}, "rights": "CC-BY"},
    ],
)
def test_terms_that_allow_publication_let_it_be_drawn(terms: dict[str, Any]) -> None:
    """In the words of the specification."""
    assert refusal(terms=terms) is None


@pytest.mark.parametrize(
    "terms",
    [
        {},
        {"rights": "CC-BY"},
        {"consent": {"given": True}},
        {"consent": {"given": False}, "confidentiality": "public"},
        {"consent": {"given": True, "minor": True}, "confidentiality": "public"},
        {"confidentiality": "restricted"},
        {"confidentiality": "confidential", "scopes": {"public": True}},
        {"confidentiality": "sealed", "purposes": ["contact-sheet"]},
        {"confidentiality": "public", "scopes": {"us-court": True}},
        {"scopes": {"public": False, "media": True}},
        {"confidentiality": "public", "identity_levels": {"place": "withheld"}},
        {"confidentiality": "public", "purposes": ["court"]},
        {"confidentiality": "public", "conditions": "no faces"},
        {"confidentiality": "public", "partners": ["one"]},
        {"confidentiality": "public", "states": ["XX"]},
        {"confidentiality": "public", "protective_measures": True},
        {"confidentiality": "public", "review": "2026-01-31"},
    ],
)
def test_terms_that_forbid_or_do_not_allow_keep_it_from_being_drawn(terms: dict[str, Any]) -> None:
    """Silence of terms is no permission, and one no outweighs every yes."""
    assert refusal(terms=terms) is Refusal.TERMS


def test_a_withdrawn_consent_is_named_first() -> None:
    """Also of a testimony, and beside public terms."""
    terms = {"confidentiality": "public", "withdrawn": {"at": "2026-01-01T00:00:00Z"}}
    assert refusal(kind={"kind": "testimony"}, terms=terms) is Refusal.WITHDRAWN


def test_a_testimony_is_never_drawn() -> None:
    """Whatever its terms say."""
    assert refusal(kind={"kind": "testimony"}, terms={"confidentiality": "public"}) is Refusal.TESTIMONY


@pytest.mark.parametrize(
    "called",
    [
        "witness statement",
        "Interviews, second part",
        "TESTIMONY",
        "affidavit",
        "Ｓｔａｔｅｍｅｎｔ",
        "شهادة",
        "محضر الشَّهادة",
        "إفادة",
        "الإفـادات",
        "أقوال الشاهد",
        "مقابلة",
    ],
)
def test_what_is_called_a_testimony_is_none_the_less_one(called: str) -> None:
    """By its type of document, also where its kind is another."""
    kind = {**MEDIA, "document_type": called}
    assert refusal(kind=kind, terms={"confidentiality": "public"}) is Refusal.TESTIMONY


@pytest.mark.parametrize("called", ["photograph", "صورة", "state map"])
def test_other_types_of_document_forbid_nothing(called: str) -> None:
    """They are no testimonies."""
    assert refusal(kind={**MEDIA, "document_type": called}) is None


def test_what_is_marked_as_graphic_is_never_drawn() -> None:
    """Nobody should meet it on a sheet without a warning."""
    assert refusal(kind={**MEDIA, "graphic": True}) is Refusal.GRAPHIC
    assert refusal(kind={**MEDIA, "graphic": False}) is None


@pytest.mark.parametrize("role", ["witness", "survivor", "victim", "guardian"])
def test_a_protected_person_is_never_drawn(role: str) -> None:
    """Not even where the terms open the photo."""
    terms = {"confidentiality": "public", "identity_levels": {"photo": "open"}}
    assert refusal(people=person(role), terms=terms) is Refusal.PERSONS


@pytest.mark.parametrize("role", ["missing", "alleged-perpetrator", "subject", "other", None])
def test_others_are_drawn_only_where_the_photo_is_open(role: str | None) -> None:
    """A person without a role could be anybody."""
    terms = {"confidentiality": "public", "identity_levels": {"photo": "open"}}
    assert refusal(people=person(role)) is Refusal.PERSONS
    assert refusal(people=person(role), terms=terms) is None


def test_a_minor_is_never_drawn() -> None:
    """Whatever role they have."""
    terms = {"confidentiality": "public", "identity_levels": {"photo": "open"}}
    assert refusal(people=person("author", minor=True), terms=terms) is Refusal.PERSONS


def test_those_who_made_an_item_are_not_in_it() -> None:
    """A photographer keeps no photograph off the sheet."""
    assert refusal(people=person("photographer")) is None


def test_a_derived_item_needs_terms_of_its_own() -> None:
    """The terms of what it was made from may lie in another bundle, or be closed."""
    derivation = {"of": [{"item": 1}], "how": "cut"}
    assert refusal(derivation=derivation) is Refusal.DERIVED
    assert refusal(derivation=derivation, terms={"confidentiality": "public"}) is None


def test_an_item_of_the_kind_derived_needs_terms_of_its_own() -> None:
    """Also where it does not say what it was made from."""
    assert refusal(kind={"kind": "derived"}) is Refusal.DERIVED
    assert refusal(kind={"kind": "derived"}, terms={"confidentiality": "public"}) is None


def test_an_item_of_no_kind_is_not_drawn() -> None:
    """It could be a testimony."""
    assert refusal(kind=None) is Refusal.CLOSED


@pytest.mark.parametrize("closed", [2, 6, 7, 8])
def test_a_closed_field_that_could_forbid_it_keeps_it_from_being_drawn(closed: int) -> None:
    """Kind, people, terms and derivation have to be open."""
    line = partly_open(1023 ^ 1 << closed)
    assert refusal_of(deciding_fields(line), on=TODAY) is Refusal.CLOSED


def test_closed_fields_that_forbid_nothing_do_not_matter() -> None:
    """Name, origin, time, place and extra."""
    fields = deciding_fields(partly_open(1 | 4 | 64 | 128 | 256))
    assert fields is not None
    assert refusal_of(fields, on=TODAY) is None


def test_the_consent_form_of_an_item_is_known() -> None:
    """From an open and from a partly open line; there is none in a closed one."""
    terms = {"confidentiality": "public", "consent": {"given": True, "form_item": 7}}
    assert consent_form(partly_open(1023, terms)) == 7
    assert consent_form(partly_open(128, terms)) == 7
    assert consent_form(partly_open(1, terms)) is None
    assert consent_form(partly_open(1023)) is None


def partly_open(mask: int, terms: Any = None) -> Any:  # noqa: ANN401 - as above
    """Return the line of an item with some fields open."""
    item = Item(data=b"x", fields={"kind": MEDIA, "terms": terms})
    bundle = make_bundle([item], signers=[seed_signer("w-01")])
    data = reduce_items(bundle.files, bundle.bundle_id, [mask])["custody/items.jsonl"]
    return decode_item_line(data.rstrip(b"\n"), 1)


@pytest.mark.parametrize("consent", [{"guardian": "G-01"}, {"child_protocol": True}])
def test_where_a_guardian_consented_a_child_is_shown(consent: dict[str, Any]) -> None:
    """Also where nobody wrote that somebody is a minor."""
    terms = {"scopes": {"public": True}, "consent": {"given": True, **consent}}
    assert refusal(terms=terms) is Refusal.PERSONS
