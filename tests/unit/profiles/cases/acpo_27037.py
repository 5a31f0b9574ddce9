"""Examples for the profile `acpo-27037`."""

from __future__ import annotations

from typing import Any

from custody.model.instant import decode_instant
from custody.profiles.subject import Subject
from tests.tools.bundles import Bundle, add_event
from tests.tools.copies import party
from tests.unit.profiles.case import Case
from tests.unit.profiles.subjects import (
    ARCHIVE,
    EXPERT,
    LAWYER,
    checked,
    examined,
    handed_over,
    sealed,
    source,
)

_MEDIUM = {
    "make": "ACME",
    "model": "Phone 5",
    "serial": "77",
    "condition": "screen cracked",
    "seal_number": "S-12",
}
_FIELDS: dict[str, Any] = {
    "kind": {"kind": "media", "title": "telephone of W-01"},
    "origin": {
        "medium": _MEDIUM,
        "acquired_by": "P-07",
        "authority": "order of the court",
        "original_location": "safe 3",
    },
    "time": {"collected": "2026-01-01T10:00:00Z"},
    "place": {"description": "office"},
    "extra": {"collection_witness": "P-08"},
}
_REPEATED = {"leaves": [1], "method": "the recorded command, run again", "result": "the same digest"}


def device(**changes: Any) -> Subject:  # noqa: ANN401 - JSON values
    """Return one device before sealing; a change replaces a field, None takes it away."""
    fields = {name: value for name, value in {**_FIELDS, **changes}.items() if value is not None}
    return source(fields)


def _origin(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON values
    members = {**_FIELDS["origin"], **changes}
    return {name: value for name, value in members.items() if value is not None}


def _medium(*without: str) -> dict[str, Any]:
    return {name: value for name, value in _MEDIUM.items() if name not in without}


def _derived(**derivation: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON values
    return {"kind": {"kind": "derived"}, "derivation": {"of": [{"item": 1}], "how": "cut", **derivation}}


def _reproducible() -> Bundle:
    return sealed({}, _derived(reproducible=True))


def _received_late() -> Bundle:
    bundle = sealed()
    release = {"to": party(LAWYER), "root": bundle.root, "items": bundle.items}
    bundle = add_event(bundle, "released", release, signers=[ARCHIVE])
    late = decode_instant("2026-01-20T00:00:00Z")
    data = {"root": bundle.root, "result": "pass"}
    return add_event(bundle, "received", data, signers=[LAWYER], opens=True, at=late)


def _received_by_the_giver() -> Bundle:
    bundle = sealed()
    release = {"to": party(ARCHIVE), "root": bundle.root, "items": bundle.items}
    bundle = add_event(bundle, "released", release, signers=[ARCHIVE])
    data = {"root": bundle.root, "result": "pass"}
    return add_event(bundle, "received", data, signers=[ARCHIVE], opens=True)


def _with(type_: str, data: dict[str, Any], **fields: Any) -> Subject:  # noqa: ANN401 - JSON values
    return checked(add_event(sealed(), type_, data, signers=[ARCHIVE], fields=fields))


def _released(**fields: Any) -> Subject:  # noqa: ANN401 - JSON values
    base = sealed()
    release = {"to": party(LAWYER), "root": base.root, "items": base.items}
    return _with("released", release, **fields)


_SAID = {
    "place": {"description": "office"},
    "purpose": {"text": "for the trial"},
    "condition": {"text": "unharmed"},
}

CASES: dict[str, Case] = {
    "A-01": Case(
        holds=lambda: checked(handed_over(sealed())),
        fails=lambda: checked(_received_by_the_giver()),
        unclear=_released,
    ),
    "A-02": Case(
        holds=lambda: checked(handed_over(sealed())),
        fails=lambda: checked(handed_over(sealed(), result="fail")),
        unclear=_released,
    ),
    "A-03": Case(
        holds=lambda: checked(handed_over(sealed())),
        fails=lambda: checked(_received_late()),
        unclear=_released,
    ),
    "A-04": Case(
        holds=lambda: device(
            origin=_origin(changes="the telephone was switched on"),
            extra={"changes_reason": "it had to be kept from locking"},
        ),
        fails=lambda: device(origin=_origin(changes="the telephone was switched on")),
    ),
    "A-05": Case(
        holds=lambda: checked(examined(_reproducible(), "examined", _REPEATED, EXPERT)),
        fails=lambda: checked(_reproducible()),
    ),
    "A-05b": Case(
        holds=lambda: source({}, _derived(reproducible=False)),
        fails=lambda: source({}, _derived()),
    ),
    "A-06": Case(holds=device, fails=lambda: device(kind=None)),
    "A-07": Case(holds=device, fails=lambda: device(origin=_origin(medium=_medium("serial")))),
    "A-07b": Case(holds=device, fails=lambda: device(origin=_origin(medium=_medium("condition")))),
    "A-08": Case(holds=device, fails=lambda: device(time=None)),
    "A-08b": Case(holds=device, fails=lambda: device(place=None)),
    "A-08c": Case(holds=device, fails=lambda: device(extra=None)),
    "A-09": Case(holds=device, fails=lambda: device(origin=_origin(authority=None))),
    "A-10": Case(holds=device, fails=lambda: device(origin=_origin(original_location=None))),
    "A-11": Case(holds=lambda: _released(**_SAID), fails=_released),
    "A-12": Case(
        holds=lambda: _with("accessed", {"leaves": [0]}, purpose={"text": "to transcribe it"}),
        fails=lambda: _with("accessed", {"leaves": [0]}),
    ),
    "A-13": Case(
        holds=lambda: _with("closed", {"reason": "returned to its owner"}),
        fails=lambda: _with("closed", {}),
    ),
}
