"""From a bundle on a disk to the facts of a certificate; for the command line, and for programs."""

from __future__ import annotations

import os
from contextlib import ExitStack
from importlib import metadata
from typing import Final

from attrs import evolve

from custody.errors import BundleError, CustodyError, UsageError
from custody.exporting.open_items import OpenItems
from custody.facade.moment import Moment, instant_of, now
from custody.facade.verifying import Watched, trust_of
from custody.filing.certificate import CertificateFacts, Kind, Program, certificate_facts
from custody.filing.declaration import Declaration
from custody.filing.given import check_given
from custody.model.instant import Instant
from custody.report.claim import DEFAULT_CLAIMS, Claim
from custody.report.report import NotProvenError, Report
from custody.storage.opening import open_bundle
from custody.storage.source import BundleSource, Progress
from custody.trust.trust import Trust
from custody.verification.standing import take_standing
from custody.verification.timeline import timeline_of
from custody.verification.verify import refused_report, verify_source

_NAME: Final = "custody"


def this_program() -> Program:
    """Return the program that runs, as a certificate names it."""
    return Program(name=_NAME, version=metadata.version(_NAME))


def certify(
    bundle: str | os.PathLike[str],
    *,
    kind: Kind | str,
    trust: Trust | str | os.PathLike[str],
    declarant: str,
    declaration: Declaration | None = None,
    at: Moment | None = None,
    expect_seal: str | None = None,
    progress: Progress | None = None,
) -> CertificateFacts:
    """Verify a bundle and gather the facts of a certificate; nothing is written.

    Args:
        bundle: its folder or zip.
        kind: which certificate, or its name: fre-902-13, fre-902-14 or statement.
        trust: whom the verifier accepts: a Trust, the path of a trust.json or public key file, or "none".
        declarant: the name that the trust gives the person who checked the files and will sign.
        declaration: what that person says besides.
        at: the moment that counts as now; this machine's clock unless given.
        expect_seal: the id of the seal, 64 hex digits, as known from another source than the bundle.
        progress: told the files and bytes that are done since it was told last.

    Raises:
        UsageError: there is no such kind.
        CustodyError: there is no certificate; the codes are those of `certificate_facts`. Or the bundle or
            the trust cannot be read, as in `custody.verify`.
    """
    asked = _kind_of(kind)
    check_given(declarant, str, "declarant")
    accepted = trust_of(trust)
    verified_at = now() if at is None else instant_of(at)
    with ExitStack() as closing:
        source = _open(bundle, verified_at, closing)
        watched = source if progress is None else Watched(source, progress)
        report = verify_source(watched, accepted, verified_at=verified_at, expect_seal=expect_seal)
        report.require(Claim.SEALED_BY)
        standing = take_standing(source, accepted, verified_at=verified_at, expect_seal=expect_seal)
        _refuse_other(report, standing.seal_id)
        facts = certificate_facts(
            asked,
            report,
            timeline_of(standing),
            OpenItems(source, bundle_id=report.bundle_id or "", root=report.root or ""),
            trust=accepted,
            declarant=declarant,
            declaration=declaration or Declaration(),
            program=this_program(),
        )
        return evolve(facts, moment_chosen=at is not None)


def _kind_of(kind: Kind | str) -> Kind:
    try:
        return Kind(kind)
    except (ValueError, TypeError):  # TypeError: something that is no name at all
        names = ", ".join(one.value for one in Kind)
        raise UsageError(f"kind: expected one of {names}, found another") from None


def _open(bundle: str | os.PathLike[str], verified_at: Instant, closing: ExitStack) -> BundleSource:
    """Open a bundle; a zip that is none is refuted, as verification has it.

    Raises:
        NotProvenError: a zip that cannot be read as a bundle.
        StorageError: it cannot be opened.
    """
    try:
        source = open_bundle(os.fspath(bundle))
    except CustodyError as error:
        report = refused_report(error, form="zip", verified_at=verified_at)
        raise NotProvenError(
            {claim: report.outcome(claim) for claim in DEFAULT_CLAIMS}, report.unmet(DEFAULT_CLAIMS)
        ) from error
    closing.callback(source.close)
    return source


def _refuse_other(report: Report, seal_id: str) -> None:
    if report.seal_id != seal_id:
        raise BundleError("seal: expected what was verified, found another", code="CHANGED_WHILE_READ")
