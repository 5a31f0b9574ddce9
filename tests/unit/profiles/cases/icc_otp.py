"""Examples for the profile `icc-otp`; its variant `iiim` differs in the recipient of I-02."""

from __future__ import annotations

from typing import Any

from custody.profiles.subject import Subject
from tests.tools.bundles import add_event, make_part
from tests.unit.profiles.case import Case
from tests.unit.profiles.subjects import ARCHIVE, LAWYER, checked, sealed, source

_ALL = 1023
_NAME, _TERMS = 1 << 1, 1 << 7
_KIND = {"title": "Letter", "document_type": "letter", "language": "ar"}
_CASE = {"title": "Case 7", "title_ar": "القضية 7", "description": "What, where, when, who, whom."}


def _numbered(*numbers: str) -> Subject:
    return source(*({"extra": {"exhibit_number": number}} for number in numbers))


def _indexed(**members: Any) -> Subject:  # noqa: ANN401 - JSON values
    origin = {"source_category": "open source"}
    return source({"kind": _KIND, "origin": origin, "time": {"document_date": "2025-04-03"}, **members})


def told_for(scope: str) -> dict[str, Any]:
    """Return the fields of a testimony with consent to one use."""
    terms = {"consent": {"given": True}, "scopes": {scope: True}, "confidentiality": "confidential"}
    return {"kind": {"kind": "testimony", "language": "ar"}, "terms": terms}


def _withdrawn() -> Subject:
    data = {"leaves": [0], "effective": "2026-02-01T00:00:00Z", "scopes": ["icc-otp"]}
    whole = sealed(told_for("icc-otp"), name="told")
    return checked(add_event(whole, "consent-withdrawn", data, signers=[ARCHIVE]))


def _part_without(field: int) -> Subject:
    whole = sealed(told_for("icc-otp"), name="told")
    return checked(make_part(whole, (_ALL & ~field,), signers=[ARCHIVE], to=LAWYER)[1])


def _index(language: str) -> Subject:
    return source({"kind": {"kind": "record", "document_type": "index", "language": language}})


def _translation(how: str, item: int) -> Subject:
    derivation = {"of": [{"item": item}], "how": how, "operator": "P-04"}
    original = {"kind": {"kind": "record", "language": "ar"}}
    return source(original, {"kind": {"kind": "derived", "language": "en-GB"}, "derivation": derivation})


CASES: dict[str, Case] = {
    "I-01": Case(
        holds=lambda: _numbered("ORG-0002", "ORG-0001", "ORG-0003"),
        fails=lambda: _numbered("ORG-0001", "ORG-0003"),
    ),
    "I-01b": Case(
        holds=_indexed,
        fails=lambda: _indexed(time={}),
    ),
    "I-02": Case(
        holds=lambda: source(told_for("icc-otp")),
        fails=_withdrawn,
        unclear=lambda: _part_without(_TERMS),
    ),
    "I-03": Case(
        holds=lambda: _index("en"),
        fails=lambda: _index("ar"),
    ),
    "I-03b": Case(
        holds=lambda: _translation("put into English", 1),
        fails=lambda: _translation("translation", 3),
    ),
    "I-03c": Case(
        holds=lambda: source({}, case=_CASE),
        fails=lambda: source({}, case={"title": "Case 7"}),
    ),
    "I-04": Case(
        holds=lambda: source({"terms": {"confidentiality": "public"}}),
        fails=lambda: source({"terms": {"confidentiality": "public"}}, {}),
        unclear=lambda: _part_without(_TERMS),
    ),
    "I-04b": Case(
        holds=lambda: source({"kind": {"kind": "testimony"}, "terms": {"protective_measures": False}}),
        fails=lambda: source(told_for("icc-otp")),
    ),
    "I-05": Case(
        holds=lambda: source({}, names=("W-01 testimony 2026-03-01 101500.txt",)),
        fails=lambda: source({}, names=("witness@example.org.txt",)),
        unclear=lambda: _part_without(_NAME),
    ),
    "I-06": Case(
        holds=lambda: checked(sealed({"kind": {"kind": "record", "media_type": "text/plain"}})),
        fails=lambda: checked(sealed()),
    ),
    "I-07": Case(
        holds=lambda: checked(sealed()),
        fails=lambda: checked(sealed().edit({"data/000001.txt": b"changed"})),
    ),
}
