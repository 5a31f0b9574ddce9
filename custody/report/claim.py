"""Claims, outcomes and the rule by which findings add up to an outcome (DESIGN, "Verification")."""

from __future__ import annotations

from enum import Enum


class Outcome(Enum):
    """The three answers; there is no boolean verdict."""

    PROVEN = "proven"
    REFUTED = "refuted"
    UNDETERMINED = "undetermined"


class Claim(Enum):
    """What a reader may want to rely on.

    INTACT: the open items are unchanged since the seal.
    SEALED_BY: the seal was signed by a trusted identity in the role of sealer.
    EXISTED_BEFORE: the seal and its signatures existed before a proven instant.
    CUSTODY_UNBROKEN: the recorded handovers have no gap, up to each head.
    COMPLETE: every sealed item and every field is here and open.
    """

    INTACT = "intact"
    SEALED_BY = "sealed-by"
    EXISTED_BEFORE = "existed-before"
    CUSTODY_UNBROKEN = "custody-unbroken"
    COMPLETE = "complete"


DEFAULT_CLAIMS = (Claim.INTACT, Claim.SEALED_BY)

# The numbers of the findings that must be proven before a claim is; silence is undetermined.
NEEDED: dict[Claim, frozenset[int]] = {
    Claim.INTACT: frozenset({1, 2, 3, 4, 5, 8, 9}),
    Claim.SEALED_BY: frozenset({5, 8}),
    Claim.EXISTED_BEFORE: frozenset({5, 7}),
    Claim.CUSTODY_UNBROKEN: frozenset({5, 6, 8}),
    Claim.COMPLETE: frozenset({1, 2, 3, 4, 5, 8, 9}),
}
