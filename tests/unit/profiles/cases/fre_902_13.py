"""Examples for the profile `fre-902-13`."""

from __future__ import annotations

from typing import Any

from custody.profiles.subject import Subject
from tests.unit.profiles.case import Case
from tests.unit.profiles.cases.fre_902_14 import DECLARATION, QUALIFICATIONS, filed
from tests.unit.profiles.subjects import source

URL = "https://example.org/post/7"
_SYSTEM = {
    "name": "capturer 3",
    "records": "it saves each response with its headers and the time of its clock",
    "accuracy": "it is compared with a known page each morning; redirects are its known limit",
    "exhibit": "the page is shown as it was saved",
    "configuration": "as delivered",
    "last_test": "2026-01-01, without deviation",
}
_ORIGIN: dict[str, Any] = {
    "method": "capture",
    "acquired_by": "P-07",
    "tool": {"name": "capturer", "version": "3", "build": "ab12", "validation": "self-test passed"},
    "url": URL,
    "capture": {"part": "page"},
}


def record(**origin: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON values
    """Return the fields of a captured page; None takes a member of its origin away."""
    members = {name: value for name, value in {**_ORIGIN, **origin}.items() if value is not None}
    return {"origin": members}


def derived(**derivation: Any) -> Subject:  # noqa: ANN401 - JSON values
    """Return a page and what was made from it."""
    made = {"of": [{"item": 1}], "how": "text recognition", **derivation}
    return source(record(), {"kind": {"kind": "derived"}, "derivation": made})


def described(**changes: Any) -> Subject:  # noqa: ANN401 - JSON values
    """Return a filing in which the declarant describes the system; None takes a member away."""
    system = {name: value for name, value in {**_SYSTEM, **changes}.items() if value is not None}
    return filed(system=system)


CASES: dict[str, Case] = {
    "F13-01": Case(
        holds=lambda: source(record()),
        fails=lambda: source(record(tool={"name": "capturer"})),
    ),
    "F13-01b": Case(holds=described, fails=lambda: described(records=None)),
    "F13-02": Case(
        holds=lambda: source(record(), record(capture={"part": "log"})),
        fails=lambda: source(record(), record(url="https://example.org/other", capture={"part": "log"})),
    ),
    "F13-03": Case(
        holds=lambda: source(record()),
        fails=lambda: source(record(tool={"name": "capturer", "version": "3"})),
    ),
    "F13-04": Case(holds=lambda: derived(machine_learning=False), fails=derived),
    "F13-04b": Case(
        holds=lambda: derived(machine_learning=True, reviewed_by="P-08"),
        fails=lambda: derived(machine_learning=True),
    ),
    "F13-05": Case(holds=described, fails=lambda: described(accuracy=None)),
    "F13-06": Case(holds=described, fails=lambda: described(exhibit=None)),
    "F13-07": Case(holds=described, fails=lambda: described(configuration=None)),
    "F13-07b": Case(holds=described, fails=lambda: described(last_test=None)),
    "F13-08": Case(
        holds=filed,
        fails=lambda: filed(
            declarant={**DECLARATION["declarant"], "qualifications": f"{QUALIFICATIONS[:60]} ______"}
        ),
    ),
    "F13-09": Case(holds=filed, fails=lambda: filed(identity="archive")),
    "F13-10": Case(
        holds=lambda: source(record()),
        fails=lambda: source(record(acquired_by=None)),
    ),
    "F13-11": Case(holds=filed, fails=lambda: filed(execution=None)),
    "F13-12": Case(holds=filed, fails=lambda: filed(notice=None)),
    "F13-13": Case(holds=filed, fails=lambda: filed(exhibits=[{"item": 1}, {"item": 2}])),
    "F13-14": Case(
        holds=lambda: source({"kind": {"kind": "record"}}),
        fails=lambda: source({"kind": {"kind": "other"}}),
    ),
}
