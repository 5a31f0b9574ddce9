"""Examples for the profile `core`."""

from __future__ import annotations

from typing import Any

from custody.format.layout import event_path
from tests.tools.bundles import Bundle, add_event, make_part
from tests.unit.profiles.case import Case
from tests.unit.profiles.subjects import (
    ARCHIVE,
    LAWYER,
    SECOND,
    STRANGER,
    checked,
    examined,
    sealed,
    source,
    stamped,
)

BUNDLE = sealed({}, {})
PAYLOAD = next(path for path in BUNDLE.files if path.startswith("data/"))
_DERIVED = {
    "of": [{"item": 1}],
    "how": "transcribed",
    "tool": {"name": "scribe", "version": "2"},
    "parameters": "none",
    "operator": "P-02",
}


def _derived(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON values
    members = {name: value for name, value in {**_DERIVED, **changes}.items() if value is not None}
    return {"kind": {"kind": "derived"}, "derivation": members}


def _broken_log() -> Bundle:
    bundle = add_event(BUNDLE, "annotated", {"event": BUNDLE.seal_id}, signers=[ARCHIVE])
    path = f"{event_path(bundle.holding, bundle.seq)}/1.sshsig"
    other = examined(BUNDLE, "examined", {"result": "x"})
    foreign = next(
        data for name, data in other.files.items() if "/attestations/" in name and name.endswith("1.sshsig")
    )
    return bundle.edit({path: foreign})


def _part(*, content: bool) -> Bundle:
    """Disclose two items, the first of which is marked as sealed, with or without its content."""
    whole = sealed({"terms": {"confidentiality": "sealed"}}, {}, name="part")
    masks = (1023 if content else 1023 & ~1 & ~64, 0)
    return make_part(whole, masks, signers=[ARCHIVE], to=LAWYER)[1]


CASES: dict[str, Case] = {
    "C-01": Case(
        holds=lambda: checked(BUNDLE),
        fails=lambda: checked(BUNDLE.edit({"data/surplus.txt": b"x"})),
    ),
    "C-02": Case(
        holds=lambda: checked(BUNDLE),
        fails=lambda: checked(BUNDLE.edit({PAYLOAD: b"changed"})),
    ),
    "C-02b": Case(
        holds=lambda: checked(sealed({}, sha3_256=True)),
        fails=lambda: checked(BUNDLE),
    ),
    "C-03": Case(
        holds=lambda: checked(BUNDLE),
        fails=lambda: checked(BUNDLE.edit({"custody/a\u202egnp.exe": b"x"})),
    ),
    "C-03b": Case(
        holds=lambda: source({}, {}, names=("a.txt", "b.txt")),
        fails=lambda: source({}, {}, names=("a.txt", "A.TXT")),
    ),
    "C-04": Case(
        holds=lambda: checked(BUNDLE),
        fails=lambda: checked(_broken_log()),
    ),
    "C-05": Case(
        holds=lambda: checked(BUNDLE),
        fails=lambda: checked(BUNDLE.edit({BUNDLE.path("1.sshsig"): None})),
        unclear=lambda: checked(sealed({}, signers=[STRANGER])),
    ),
    "C-06": Case(
        holds=lambda: checked(stamped(BUNDLE)),
        fails=lambda: checked(BUNDLE),
    ),
    "C-06b": Case(
        holds=lambda: checked(stamped(stamped(BUNDLE), SECOND)),
        fails=lambda: checked(stamped(BUNDLE)),
    ),
    "C-07": Case(
        holds=lambda: source({}, _derived()),
        fails=lambda: source({}, _derived(operator=None)),
    ),
    "C-08": Case(
        holds=lambda: checked(_part(content=False)),
        fails=lambda: checked(_part(content=True)),
    ),
    "C-09": Case(
        holds=lambda: checked(BUNDLE),
        fails=lambda: checked(BUNDLE.edit({"custody/VERIFY.txt": b"all is well\n"})),
        unclear=lambda: checked(BUNDLE.edit({"bag-info.txt": b"x"})),
    ),
    "C-10": Case(
        holds=lambda: source({"time": {"captured": "2025-04-03T11:00:00Z", "offset": "+03:00"}}),
        fails=lambda: source({"time": {"captured": "2025-04-03T11:00:00Z"}}),
    ),
    "C-11": Case(
        holds=lambda: source({}, case={"title": "Case 7"}),
        fails=lambda: source({}),
    ),
    "C-12": Case(
        holds=lambda: source(
            {"origin": {"acquired_by": "W-01"}, "time": {"collected": "2025-04-03T11:00:00Z"}}
        ),
        fails=lambda: source({"origin": {"acquired_by": "W-01"}}),
    ),
}
