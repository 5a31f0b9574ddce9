"""Examples for the profile `eidas`."""

from __future__ import annotations

from typing import Any

from attrs import evolve

from custody.model.instant import decode_instant
from custody.trust.trust import AlgorithmEnd
from tests.tools.authority import TestAuthority
from tests.tools.bundles import Bundle
from tests.unit.profiles.case import Case
from tests.unit.profiles.stamping import BUNDLE, LATER, not_revoked, put, says, token
from tests.unit.profiles.subjects import (
    FIRST,
    SEALED_AT,
    TRUST,
    checked,
    sealed,
    stamped,
)

STAMPED = put(BUNDLE, token())
ELSEWHERE = TestAuthority("elsewhere", operator="Operator nobody trusts")
_PINNED_LATER = evolve(
    TRUST, authorities=(FIRST.authority(valid_from=decode_instant("2026-02-01T00:00:00Z")),)
)
_ENDED = evolve(
    TRUST,
    algorithm_ends=(AlgorithmEnd(algorithm="sha256", until=decode_instant("2026-02-01T00:00:00Z")),),
)
_MANY_PURPOSES = FIRST.other_unit(evolve(FIRST.unit_says, purposes_critical=False))
QUALIFIED = {
    "method": "trusted-list",
    "tool": {"name": "trusted list of a member state", "version": "57 2026-01-01"},
    "result": "qualified",
}
PASSED = {
    "method": "dss-report",
    "tool": {"name": "EU DSS", "version": "6.2"},
    "result": "PASSED QTSA",
    "statement": f"kept as report.xml, SHA-256 {'0' * 64}",
}


def _qualified(**changes: Any) -> Bundle:  # noqa: ANN401 - JSON values
    return says(STAMPED, {**QUALIFIED, **changes})


CASES: dict[str, Case] = {
    "E-01": Case(
        holds=lambda: checked(STAMPED),
        fails=lambda: checked(put(BUNDLE, FIRST.stamp(b"something else", at=SEALED_AT))),
        unclear=lambda: checked(put(BUNDLE, token(certificates=False))),
    ),
    "E-02": Case(
        holds=lambda: checked(STAMPED),
        fails=lambda: checked(put(BUNDLE, token(hash="sha1"))),
        unclear=lambda: checked(STAMPED, trust=_ENDED),
    ),
    "E-03": Case(
        holds=lambda: checked(STAMPED),
        fails=lambda: checked(put(BUNDLE, token(unit=_MANY_PURPOSES))),
        unclear=lambda: checked(put(BUNDLE, token(ELSEWHERE))),
    ),
    "E-04": Case(
        holds=lambda: checked(STAMPED),
        fails=lambda: checked(STAMPED, trust=_PINNED_LATER),
        unclear=lambda: checked(put(BUNDLE, token(ELSEWHERE))),
    ),
    "E-04b": Case(
        holds=lambda: checked(_qualified()),
        fails=lambda: checked(_qualified(tool={"name": "trusted list of a member state"})),
    ),
    "E-04c": Case(
        holds=lambda: checked(_qualified()),
        fails=lambda: checked(_qualified(tool={"name": "trusted list of a member state"})),
    ),
    "E-05": Case(
        holds=lambda: checked(put(BUNDLE, token(), beside=not_revoked(FIRST, at=SEALED_AT, until=LATER))),
        fails=lambda: checked(STAMPED),
        unclear=lambda: checked(put(BUNDLE, token(ELSEWHERE))),
    ),
    "E-06": Case(
        holds=lambda: checked(says(STAMPED, PASSED)),
        fails=lambda: checked(says(STAMPED, {**PASSED, "result": "INDETERMINATE"})),
    ),
    "E-07": Case(
        holds=lambda: checked(STAMPED),
        fails=lambda: checked(stamped(sealed(at=decode_instant("2026-01-09T00:00:00Z")))),
        unclear=lambda: checked(put(BUNDLE, token(ELSEWHERE))),
    ),
    "E-08": Case(
        holds=lambda: checked(STAMPED),
        fails=lambda: checked(STAMPED, now=decode_instant("2034-12-01T00:00:00Z")),
        unclear=lambda: checked(put(BUNDLE, token(ELSEWHERE))),
    ),
}
