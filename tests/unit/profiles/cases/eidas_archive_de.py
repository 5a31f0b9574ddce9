"""Examples for the profile `eidas-archive-de`."""

from __future__ import annotations

from attrs import evolve

from custody.model.instant import decode_instant
from tests.unit.profiles.case import Case
from tests.unit.profiles.stamping import BUNDLE, LATER, not_revoked, put, record, recorded, says, token
from tests.unit.profiles.subjects import FIRST, SEALED_AT, SECOND, TRUST, checked

RECORDED = recorded(BUNDLE, record((SECOND, "2026-02-01")))
READ = {
    "method": "dss-evidence-record",
    "tool": {"name": "EU DSS", "version": "6.2"},
    "result": "readable",
}
_FIRST_ENDS = evolve(
    TRUST,
    authorities=(
        FIRST.authority(valid_until=decode_instant("2026-02-01T00:00:00Z")),
        SECOND.authority(),
    ),
)

CASES: dict[str, Case] = {
    "L-01": Case(
        holds=lambda: checked(RECORDED),
        fails=lambda: checked(put(BUNDLE, token())),
        unclear=lambda: checked(RECORDED, trust=evolve(TRUST, authorities=())),
    ),
    "L-01b": Case(
        holds=lambda: checked(recorded(BUNDLE, record(), not_revoked(FIRST, at=SEALED_AT, until=LATER))),
        fails=lambda: checked(RECORDED),
    ),
    "L-02": Case(
        holds=lambda: checked(RECORDED),
        fails=lambda: checked(recorded(BUNDLE, record((SECOND, "2025-06-01")))),
        unclear=lambda: checked(recorded(BUNDLE, record()), trust=_FIRST_ENDS),
    ),
    "L-03": Case(
        holds=lambda: checked(RECORDED),
        fails=lambda: checked(put(BUNDLE, token()), trust=_FIRST_ENDS),
        unclear=lambda: checked(RECORDED, trust=evolve(TRUST, authorities=())),
    ),
    "L-04": Case(
        holds=lambda: checked(RECORDED),
        fails=lambda: checked(recorded(BUNDLE, record((FIRST, "2026-02-01")))),
        unclear=lambda: checked(RECORDED, trust=evolve(TRUST, authorities=(FIRST.authority(),))),
    ),
    "L-05": Case(
        holds=lambda: checked(says(RECORDED, READ)),
        fails=lambda: checked(RECORDED),
    ),
}
