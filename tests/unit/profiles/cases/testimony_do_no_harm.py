"""Examples for the profile `testimony-do-no-harm`."""

from __future__ import annotations

from typing import Any

from custody.model.instant import decode_instant
from custody.profiles.subject import Subject
from tests.tools.bundles import Bundle, add_event, make_part
from tests.unit.profiles.case import Case
from tests.unit.profiles.subjects import ARCHIVE, EXPERT, LAWYER, checked, examined, sealed, source

_WITHDRAWN_AT = "2026-02-01T00:00:00Z"
_BEFORE = decode_instant("2026-01-20T00:00:00Z")
_AFTER = decode_instant("2026-02-02T00:00:00Z")


def testimony(**members: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON values
    """Return the fields of a testimony with consent for the mechanism; members of terms."""
    terms = {"consent": {"given": True}, "scopes": {"iiim": True}, **members}
    return {"kind": {"kind": "testimony"}, "terms": terms}


def _explained(**members: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON values
    told = [f"{name}_explained" for name in ("purposes", "risks", "confidentiality", "withdrawal")]
    given = {"given": True, "date": "2026-01-01", "method": "written", **dict.fromkeys(told, True)}
    return testimony(consent={**given, **members})


def _submitted(purpose: str | None, *, at: Any = _BEFORE, bundle: Bundle | None = None) -> Bundle:  # noqa: ANN401 - an instant
    fields = {} if purpose is None else {"purpose": {"text": purpose}}
    data = {"to": {"identity": "mechanism"}}
    return add_event(
        bundle or sealed(testimony(), name="told"),
        "submitted",
        data,
        signers=[ARCHIVE],
        at=at,
        fields=fields,
    )


def _withdrawn(bundle: Bundle) -> Bundle:
    data = {"leaves": [0], "effective": _WITHDRAWN_AT}
    return add_event(bundle, "consent-withdrawn", data, signers=[ARCHIVE], at=_AFTER)


def _notified(*, told: bool) -> Subject:
    submitted = _submitted("iiim")
    bundle = _withdrawn(submitted)
    about = submitted.head if told else bundle.head
    return checked(add_event(bundle, "annotated", {"event": about}, signers=[ARCHIVE], at=_AFTER))


def _part_without_terms() -> Subject:
    bundle = _submitted("iiim")
    return checked(make_part(bundle, (1023 & ~(1 << 7),), signers=[ARCHIVE], to=LAWYER)[1])


def _searched(method: str, result: str = "None found.") -> Subject:
    return checked(examined(sealed(), "examined", {"method": method, "result": result}, EXPERT))


def _translated(**members: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON values
    derivation = {"of": [{"item": 1}], "how": "translation", **members}
    return {"kind": {"kind": "derived", "language": "en"}, "derivation": derivation}


def _accessed(purpose: str | None) -> Subject:
    fields = {} if purpose is None else {"purpose": {"text": purpose}}
    return checked(add_event(sealed(), "accessed", {"leaves": [0]}, signers=[ARCHIVE], fields=fields))


def _minor(**members: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON values
    return testimony(consent={"given": True, "minor": True, **members})


def _young(**members: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON values
    persons = [{"id": "W-01"}, {"id": "W-02", "minor": True}]
    return {**testimony(consent={"given": True, **members}), "people": {"persons": persons}}


CASES: dict[str, Case] = {
    "T-01": Case(
        holds=lambda: checked(_submitted("iiim: case 7")),
        fails=lambda: checked(_submitted("media: a film")),
        unclear=_part_without_terms,
    ),
    "T-01b": Case(
        holds=lambda: source(testimony(), _translated()),
        fails=lambda: source(testimony(consent={"given": False})),
    ),
    "T-01c": Case(
        holds=lambda: source(_explained(language="ar")),
        fails=lambda: source(_explained()),
    ),
    "T-02": Case(
        holds=lambda: source(testimony(), names=("W-01 2026-03-01.txt",)),
        fails=lambda: source(
            {**testimony(), "people": {"persons": [{"id": "Example Person"}]}}, names=("example.txt",)
        ),
    ),
    "T-02b": Case(
        holds=lambda: source(testimony(), case={"title": "Case 7"}),
        fails=lambda: source(testimony(), case={"title": "Case 7", "description": "call +963 11 5550 123"}),
    ),
    "T-02c": Case(
        holds=lambda: source({"people": {"persons": [{"id": "W-01", "role": "witness"}]}}),
        fails=lambda: source({"people": {"persons": [{"id": "W-01", "contact": "by telephone"}]}}),
    ),
    "T-02d": Case(
        holds=lambda: _searched("identity-scan"),
        fails=lambda: _searched("identity-scan", "names found: 12"),
    ),
    "T-03": Case(
        holds=lambda: source(testimony(review="2026-03-01")),
        fails=lambda: source(testimony(review="2026-02-28")),
        unclear=_part_without_terms,
    ),
    "T-03b": Case(
        holds=lambda: source(testimony(review="2026-02-28")),
        fails=lambda: source(testimony()),
    ),
    "T-04": Case(
        holds=lambda: checked(_withdrawn(_submitted("iiim"))),
        fails=lambda: checked(
            _submitted("iiim", at=_AFTER, bundle=_withdrawn(sealed(testimony(), name="told")))
        ),
        unclear=_part_without_terms,
    ),
    "T-04b": Case(
        holds=lambda: _notified(told=True),
        fails=lambda: _notified(told=False),
    ),
    "T-05": Case(
        holds=lambda: source(_minor(guardian="G-01")),
        fails=lambda: source(_minor()),
    ),
    "T-05b": Case(
        holds=lambda: source(_young(child_protocol="protocol 2")),
        fails=lambda: source(_young()),
    ),
    "T-06": Case(
        holds=lambda: source(testimony(), _translated(operator="P-04")),
        fails=lambda: source(testimony(), _translated(of=[{"item": 3}], operator="P-04")),
    ),
    "T-06b": Case(
        holds=lambda: source(testimony(), _translated(operator="P-04", translator_declaration="true to it")),
        fails=lambda: source(testimony(), _translated(operator="P-04")),
    ),
    "T-07": Case(
        holds=lambda: _accessed("to plan a second interview"),
        fails=lambda: _accessed(None),
    ),
    "T-07b": Case(
        holds=lambda: _searched("access-review"),
        fails=lambda: _searched("identity-scan"),
    ),
    "T-08": Case(
        holds=lambda: source(testimony()),
        fails=lambda: source({"kind": {"kind": "record"}}),
    ),
}
