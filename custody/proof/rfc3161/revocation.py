"""Revocation from stored lists and responses alone (rule TS-15); nothing is fetched."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from itertools import pairwise
from typing import TypeAlias

from custody.errors import FormatError
from custody.model.instant import Instant
from custody.proof.rfc3161.best_path import RevocationResult
from custody.proof.rfc3161.certificate import Certificate
from custody.proof.rfc3161.ocsp_response import OcspResponse, decode_ocsp_response
from custody.proof.rfc3161.path import Path
from custody.proof.rfc3161.revocation_list import RevocationList, decode_revocation_list
from custody.proof.rfc3161.revocation_statement import Statement
from custody.proof.stamp import Material
from custody.report.stamp_code import StampCode

_Said: TypeAlias = tuple[str, Statement]
"""Digest of a list or response, and what it says of one certificate."""


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
    missing = StampCode.REVOCATION_REQUIRED if strict else StampCode.REVOCATION_NOT_CHECKED
    if not material.crls and not material.ocsps:  # most tokens
        return RevocationResult(codes=(missing,) if len(path.certificates) > 1 else ())
    lists, responses, unused = _read_all(material)
    codes: dict[StampCode, None] = {}
    used: set[str] = set()
    unchecked = False
    for certificate, issuer in pairwise(path.certificates):
        said, strange = _statements(certificate, issuer, lists, responses)
        unused = unused or strange
        revoked = _revocations(said)
        cleared = [one for one in said if one[1].clears(certificate, generated_at)]
        for _, statement in revoked:
            latest = generated_at if not_after is None else not_after.moment
            codes.update(dict.fromkeys(statement.codes(generated_at, latest, judged_at)))
        used.update(digest for digest, _ in (*revoked, *cleared))
        unchecked = unchecked or not (revoked or cleared)
    if unchecked:
        codes[missing] = None
    if unused:
        codes[StampCode.REVOCATION_UNUSED] = None
    return RevocationResult(codes=tuple(codes), used=tuple(sorted(used)))


def _read_all(
    material: Material,
) -> tuple[dict[str, RevocationList], dict[str, OcspResponse], bool]:
    """Read what there is, by its digest; tell also whether something could not be read."""
    lists: dict[str, RevocationList] = {}
    responses: dict[str, OcspResponse] = {}
    unread = False
    for der in material.crls:
        try:
            lists[sha256(der).hexdigest()] = decode_revocation_list(der)
        except FormatError:
            unread = True
    for der in material.ocsps:
        try:
            responses[sha256(der).hexdigest()] = decode_ocsp_response(der)
        except FormatError:
            unread = True
    return lists, responses, unread


def _statements(
    certificate: Certificate,
    issuer: Certificate,
    lists: dict[str, RevocationList],
    responses: dict[str, OcspResponse],
) -> tuple[list[_Said], bool]:
    """Collect what the issuer alone says of a certificate; tell also of lists that are not judged."""
    said: list[_Said] = []
    unused = False
    for digest, one in lists.items():
        if one.signed_by(issuer):
            if one.judged:
                said.append((digest, one.statement_on(certificate)))
            else:
                unused = True
    for digest, response in responses.items():
        found = response.statements_on(certificate, issuer)
        if found and response.signed_for(issuer):
            said.extend((digest, statement) for statement in found)
    return said, unused


def _revocations(said: Sequence[_Said]) -> list[_Said]:
    """Pick the statements that a certificate is revoked; it is on hold only until a later one lets it go."""
    return [
        (digest, statement)
        for digest, statement in said
        if statement.revoked_at is not None
        and not (
            statement.held
            and any(
                other.revoked_at is None and other.covers and other.this_update > statement.this_update
                for _, other in said
            )
        )
    ]
