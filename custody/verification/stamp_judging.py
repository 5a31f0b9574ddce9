"""Judging one stored stamp: loaded only where a bundle has one, for certificates take long to import."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from attrs import define, field

from custody.proof.evidence_record.verify import verify_evidence_record
from custody.proof.rfc3161.path import PathCache
from custody.proof.rfc3161.verify import verify_token
from custody.proof.stamp import RecordVerdict, StampQuestion, TokenVerdict
from custody.report.stamp_fact import StampFact
from custody.verification.stamps import StoredStamp


@define
class Judging:
    """Judges stamps with one trust; the paths of authorities are built once."""

    _paths: PathCache = field(factory=PathCache)

    def judge(self, stamp: StoredStamp, question: StampQuestion) -> StampFact:
        """Judge one stamp, or (without digests in the question) an anchor."""
        if stamp.kind == "ers":
            return _of_record(stamp, verify_evidence_record(stamp.data, question, paths=self._paths))
        return _of_token(stamp, verify_token(stamp.data, question, paths=self._paths), question)


def _of_token(stamp: StoredStamp, verdict: TokenVerdict, question: StampQuestion) -> StampFact:
    holds = not verdict.faults
    anchor = question.digest_of is None
    return StampFact(
        path=stamp.path,
        over=stamp.over,
        kind=stamp.kind,
        codes=verdict.codes,
        generated_at=verdict.generated_at,
        accuracy_ms=verdict.accuracy_ms,
        not_before=verdict.not_before if holds and anchor else None,
        not_after=verdict.not_after if holds and not anchor else None,
        **_named((verdict,)),
        weakens_at=verdict.weakens_at if holds else None,
    )


def _of_record(stamp: StoredStamp, verdict: RecordVerdict) -> StampFact:
    first = verdict.tokens[0] if verdict.tokens else None
    holds = all(code.note for code in verdict.codes)
    return StampFact(
        path=stamp.path,
        over=stamp.over,
        kind=stamp.kind,
        codes=verdict.codes,
        generated_at=None if first is None else first.generated_at,
        accuracy_ms=None if first is None else first.accuracy_ms,
        not_after=first.not_after if first is not None and holds else None,
        **_named(verdict.tokens),
        weakens_at=verdict.weakens_at if holds else None,
    )


def _named(tokens: Iterable[TokenVerdict]) -> dict[str, Any]:
    listed = tuple(tokens)
    authorities = [token.authority for token in listed]
    return {
        "operators": tuple("" if one is None else one.operator for one in authorities),
        "authorities": tuple("" if one is None else one.name for one in authorities),
        "root": hashlib.sha256(listed[0].chain[-1]).hexdigest() if listed and listed[0].chain else "",
        "signer_key": listed[0].signer_key if listed else "",
        "issuer_key": listed[0].issuer_key if listed else "",
        "token": listed[0].sha256 if listed else "",
    }
