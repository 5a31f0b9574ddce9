"""Revocation from stored lists and responses alone (rule TS-15); nothing is fetched."""

from __future__ import annotations

from datetime import datetime

from attrs import frozen

from custody.model.instant import Instant
from custody.proof.rfc3161.path import Path
from custody.proof.stamp import Material
from custody.report.stamp_code import StampCode


@frozen(kw_only=True)
class RevocationResult:
    """What stored revocation data says of a path.

    Attributes:
        codes: REVOKED, REVOKED_PERHAPS_BEFORE, REVOCATION_REQUIRED; notes REVOCATION_NOT_CHECKED,
            REVOCATION_UNUSED.
        used: digests of the lists and responses that speak of a certificate of the path, 64 hex digits,
            ascending.
    """

    codes: tuple[StampCode, ...] = ()
    used: tuple[str, ...] = ()


def check_revocation(
    path: Path,
    material: Material,
    *,
    generated_at: datetime,
    judged_at: Instant,
    not_after: Instant | None = None,
    strict: bool = False,
) -> RevocationResult:
    """Judge every certificate of a path except the pinned one by what is stored.

    Args:
        path: as found.
        material: its `crls` (those in the token too) and `ocsps`; `certificates` are not looked at.
        generated_at: genTime, aware.
        judged_at: `StampQuestion.judged_at`: the token is proven to be no younger than this, or the moment of
            verification.
        not_after: the latest that genTime can mean (with its accuracy); None: genTime itself.
        strict: whether a certificate of which nothing usable speaks is REVOCATION_REQUIRED in place of the
            note REVOCATION_NOT_CHECKED.
    """
    return RevocationResult(codes=(StampCode.REVOCATION_NOT_CHECKED,))
