"""Views of a bundle in the vocabularies of others: W3C PROV, PREMIS 3, CASE/UCO."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Literal, TypeAlias

from custody.errors import CustodyError, UsageError
from custody.exporting.case import encode_case
from custody.exporting.premis import encode_premis
from custody.exporting.prov import encode_prov
from custody.exporting.reading import not_proven, read_view
from custody.exporting.view import ExportView
from custody.facade.moment import Moment, instant_of, now
from custody.facade.verifying import Watched, trust_of
from custody.report.claim import Claim
from custody.storage.opening import open_bundle
from custody.storage.source import BundleSource, Progress
from custody.trust.trust import Trust
from custody.verification.run import Question
from custody.verification.verify import refused_report, verify_source

Vocabulary: TypeAlias = Literal["prov", "premis", "case"]
_ENCODERS: dict[str, Callable[[ExportView], Iterator[bytes]]] = {
    "prov": encode_prov,
    "premis": encode_premis,
    "case": encode_case,
}
VOCABULARIES = tuple(_ENCODERS)


def export(
    bundle: str | os.PathLike[str],
    *,
    vocabulary: Vocabulary,
    trust: Trust | str | os.PathLike[str],
    at: Moment | None = None,
    expect_seal: str | None = None,
) -> bytes:
    """Verify a bundle and return what is open in it, in another vocabulary; see `export_blocks`."""
    return b"".join(export_blocks(bundle, vocabulary=vocabulary, trust=trust, at=at, expect_seal=expect_seal))


def export_blocks(
    bundle: str | os.PathLike[str],
    *,
    vocabulary: Vocabulary,
    trust: Trust | str | os.PathLike[str],
    at: Moment | None = None,
    before: Moment | None = None,
    expect_seal: str | None = None,
    progress: Progress | None = None,
) -> Iterator[bytes]:
    """Verify a bundle and yield a view of what is open in it, block by block; no view before the last one.

    The view is unsigned and says so. Nothing in it stands for what the bundle keeps closed. The same bytes,
    trust and moment give the same view.

    Args:
        bundle: its folder or zip.
        vocabulary: "prov" (PROV-JSON), "premis" (PREMIS 3 XML) or "case" (CASE/UCO as JSON-LD).
        trust: whom the verifier accepts: a Trust, the path of a trust.json or public key file, or "none". It
            gives the names; an event whose signers it does not know does not count and is left out.
        at: the moment that counts as now; this machine's clock unless given.
        before: the seal must be proven to have existed before this moment.
        expect_seal: the id of the seal, 64 hex digits, as known from another source than the bundle.
        progress: told the files and bytes that are done since it was told last.

    Raises:
        NotProvenError: INTACT or SEALED_BY is refuted, or there is no seal; or `before` is not shown.
        BundleError: the trust is malformed, or the bundle changed while it was read.
        StorageError: the bundle or the trust cannot be opened or read.
        UsageError: another vocabulary, a moment without its zone, or no trust at all.
    """
    if vocabulary not in _ENCODERS:
        raise UsageError(f"vocabulary: expected one of {', '.join(VOCABULARIES)}, found another word")
    question = Question(
        trust=trust_of(trust),
        verified_at=now() if at is None else instant_of(at),
        before=None if before is None else instant_of(before),
        expect_seal=expect_seal,
    )
    try:
        source = open_bundle(os.fspath(bundle))
    except CustodyError as error:
        raise not_proven(refused_report(error, form="zip", verified_at=question.verified_at)) from error
    try:
        yield from _ENCODERS[vocabulary](_verified_view(source, question, progress))
    finally:
        source.close()


def _verified_view(source: BundleSource, question: Question, progress: Progress | None) -> ExportView:
    report = verify_source(
        source if progress is None else Watched(source, progress),
        question.trust,
        verified_at=question.verified_at,
        before=question.before,
        expect_seal=question.expect_seal,
    )
    if question.before is not None:
        report.require(Claim.EXISTED_BEFORE)
    return read_view(source, report, question.trust, expect_seal=question.expect_seal)
