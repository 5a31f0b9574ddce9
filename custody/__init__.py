"""Evidence bundles whose every claim a stranger can check, decades later, with stock tools.

    >>> from custody import Claim, Draft, NotProvenError, open_signer, seal, verify
    >>> signer = open_signer("w-01.key", passphrase=lambda: b"correct horse")  # unlocked once, used often
    >>> draft = Draft(case="Case 7").add("photo.jpg", kind="media").add("statement.txt", title="شهادة")
    >>> sealed = seal(draft, to=".", signer=signer)
    >>> report = verify(sealed.path, trust="w-01.pub")
    >>> report.require(Claim.INTACT, Claim.SEALED_BY).outcome(Claim.EXISTED_BEFORE)  # not stamped yet
    <Outcome.UNDETERMINED: 'undetermined'>
    >>> tamper(sealed.path)
    >>> try:
    ...     verify(sealed.path, trust="w-01.pub").require(Claim.INTACT)
    ... except NotProvenError as refusal:
    ...     print(refusal)
    intact refuted (FILE_DIGEST)

`Draft` and `seal` make bundles; `verify` gives a `Report`, which has no truth value: ask
`report.outcome(claim)`, or rely on claims by `report.require(claim, …)`, which raises. Nothing is trusted by
default. `stamp`, `stamp_all`, `renew`, `renew_all` and `fetch_anchors` ask the time authorities that they are
given; no other function opens a connection. What is read from a bundle before it is proven is named
`claimed_…`. Every error is a `CustodyError`.

For a court: `check_draft` and `check_bundle` compare with a profile (`load_profile`); `read_facts` with
`report_document`, `certify` with `certificate_document`, and `contact_sheet` give a `Document`, which
`render_pdf` and `render_html` set; `sign_pdf` signs it.

Streams are sealed from where they stand, and need `name=` to have a name; `progress` functions are told
increments. A secret key among the sources is refused, and so is a target inside a bundle or a source.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from custody.errors import (
        BundleError,
        CustodyError,
        ExistsError,
        FormatError,
        LimitError,
        LogError,
        NetworkError,
        SealError,
        SealExistsError,
        SignerError,
        SourceChangedError,
        SourceRefusedError,
        StorageError,
        UsageError,
        VersionError,
    )
    from custody.facade.checking import check_bundle, check_draft
    from custody.facade.cosigning import commit_cosigned, cosign, read_draft
    from custody.facade.exporting import export
    from custody.facade.merging import compare, merge
    from custody.facade.reading import open_item, open_public_key
    from custody.facade.sealing import seal
    from custody.facade.stamping import Service, fetch_anchors, renew, renew_all, stamp, stamp_all
    from custody.facade.statements import attest, reconcile, record_event, refuse, succeed
    from custody.facade.timeline import timeline
    from custody.facade.transfer import Received, receive, record_copy, release, withdraw, write_receipt
    from custody.facade.verifying import open_trust, verify
    from custody.filing.certificate import CertificateFacts
    from custody.filing.certificate_document import certificate_document
    from custody.filing.certifying import certify
    from custody.filing.declaration import Declaration, decode_declaration
    from custody.filing.document import Document
    from custody.filing.facts import FilingFacts
    from custody.filing.html_page import render_html
    from custody.filing.pdf_file import render_pdf
    from custody.filing.reading import read_facts
    from custody.filing.report_document import report_document
    from custody.filing.sheeting import contact_sheet
    from custody.filing.sign_pdf import sign_pdf
    from custody.filing.signing_key import SigningKey, decode_pem, decode_pkcs12
    from custody.keys.opener import open_signer
    from custody.keys.signer import Signer
    from custody.model.identity import Identity
    from custody.model.instant import Instant
    from custody.profiles.gaps import Gaps
    from custody.profiles.profile import Profile, load_profile, profile_names
    from custody.report.claim import Claim, Outcome
    from custody.report.finding import Finding
    from custody.report.reason import Reason
    from custody.report.report import NotProvenError, Predecessor, Report
    from custody.report.timeline import Timeline
    from custody.sealing.draft import Draft
    from custody.sealing.gather import gather
    from custody.sealing.seal import Sealed
    from custody.stamping.renew import RenewalOutcome
    from custody.stamping.stamp import StampOutcome
    from custody.transfer.compare import Comparison
    from custody.transfer.draft import EventDraft
    from custody.transfer.merge import Merged
    from custody.transfer.written import Written
    from custody.trust.trust import Trust

    __version__: str

__all__ = [
    "BundleError",
    "CertificateFacts",
    "Claim",
    "Comparison",
    "CustodyError",
    "Declaration",
    "Document",
    "Draft",
    "EventDraft",
    "ExistsError",
    "FilingFacts",
    "Finding",
    "FormatError",
    "Gaps",
    "Identity",
    "Instant",
    "LimitError",
    "LogError",
    "Merged",
    "NetworkError",
    "NotProvenError",
    "Outcome",
    "Predecessor",
    "Profile",
    "Reason",
    "Received",
    "RenewalOutcome",
    "Report",
    "SealError",
    "SealExistsError",
    "Sealed",
    "Service",
    "Signer",
    "SignerError",
    "SigningKey",
    "SourceChangedError",
    "SourceRefusedError",
    "StampOutcome",
    "StorageError",
    "Timeline",
    "Trust",
    "UsageError",
    "VersionError",
    "Written",
    "__version__",
    "attest",
    "certificate_document",
    "certify",
    "check_bundle",
    "check_draft",
    "commit_cosigned",
    "compare",
    "contact_sheet",
    "cosign",
    "decode_declaration",
    "decode_pem",
    "decode_pkcs12",
    "export",
    "fetch_anchors",
    "gather",
    "load_profile",
    "merge",
    "open_item",
    "open_public_key",
    "open_signer",
    "open_trust",
    "profile_names",
    "read_draft",
    "read_facts",
    "receive",
    "reconcile",
    "record_copy",
    "record_event",
    "refuse",
    "release",
    "render_html",
    "render_pdf",
    "renew",
    "renew_all",
    "report_document",
    "seal",
    "sign_pdf",
    "stamp",
    "stamp_all",
    "succeed",
    "timeline",
    "verify",
    "withdraw",
    "write_receipt",
]

# Loaded when first used: importing custody costs nothing that a program does not use.
_HOMES = {
    "BundleError": "custody.errors",
    "CertificateFacts": "custody.filing.certificate",
    "Claim": "custody.report.claim",
    "Comparison": "custody.transfer.compare",
    "CustodyError": "custody.errors",
    "Declaration": "custody.filing.declaration",
    "Document": "custody.filing.document",
    "Draft": "custody.sealing.draft",
    "EventDraft": "custody.transfer.draft",
    "ExistsError": "custody.errors",
    "FilingFacts": "custody.filing.facts",
    "Finding": "custody.report.finding",
    "FormatError": "custody.errors",
    "Gaps": "custody.profiles.gaps",
    "Identity": "custody.model.identity",
    "Instant": "custody.model.instant",
    "LimitError": "custody.errors",
    "LogError": "custody.errors",
    "Merged": "custody.transfer.merge",
    "NetworkError": "custody.errors",
    "NotProvenError": "custody.report.report",
    "Outcome": "custody.report.claim",
    "Predecessor": "custody.report.report",
    "Profile": "custody.profiles.profile",
    "Reason": "custody.report.reason",
    "Received": "custody.facade.transfer",
    "RenewalOutcome": "custody.stamping.renew",
    "Report": "custody.report.report",
    "SealError": "custody.errors",
    "SealExistsError": "custody.errors",
    "Sealed": "custody.sealing.seal",
    "Service": "custody.facade.stamping",
    "Signer": "custody.keys.signer",
    "SignerError": "custody.errors",
    "SigningKey": "custody.filing.signing_key",
    "SourceChangedError": "custody.errors",
    "SourceRefusedError": "custody.errors",
    "StampOutcome": "custody.stamping.stamp",
    "StorageError": "custody.errors",
    "Timeline": "custody.report.timeline",
    "Trust": "custody.trust.trust",
    "UsageError": "custody.errors",
    "VersionError": "custody.errors",
    "Written": "custody.transfer.written",
    "attest": "custody.facade.statements",
    "certificate_document": "custody.filing.certificate_document",
    "certify": "custody.filing.certifying",
    "check_bundle": "custody.facade.checking",
    "check_draft": "custody.facade.checking",
    "commit_cosigned": "custody.facade.cosigning",
    "compare": "custody.facade.merging",
    "contact_sheet": "custody.filing.sheeting",
    "cosign": "custody.facade.cosigning",
    "decode_declaration": "custody.filing.declaration",
    "decode_pem": "custody.filing.signing_key",
    "decode_pkcs12": "custody.filing.signing_key",
    "export": "custody.facade.exporting",
    "fetch_anchors": "custody.facade.stamping",
    "gather": "custody.sealing.gather",
    "load_profile": "custody.profiles.profile",
    "merge": "custody.facade.merging",
    "open_item": "custody.facade.reading",
    "open_public_key": "custody.facade.reading",
    "open_signer": "custody.keys.opener",
    "open_trust": "custody.facade.verifying",
    "profile_names": "custody.profiles.profile",
    "read_draft": "custody.facade.cosigning",
    "read_facts": "custody.filing.reading",
    "receive": "custody.facade.transfer",
    "reconcile": "custody.facade.statements",
    "record_copy": "custody.facade.transfer",
    "record_event": "custody.facade.statements",
    "refuse": "custody.facade.statements",
    "release": "custody.facade.transfer",
    "render_html": "custody.filing.html_page",
    "render_pdf": "custody.filing.pdf_file",
    "renew": "custody.facade.stamping",
    "renew_all": "custody.facade.stamping",
    "report_document": "custody.filing.report_document",
    "seal": "custody.facade.sealing",
    "sign_pdf": "custody.filing.sign_pdf",
    "stamp": "custody.facade.stamping",
    "stamp_all": "custody.facade.stamping",
    "succeed": "custody.facade.statements",
    "timeline": "custody.facade.timeline",
    "verify": "custody.facade.verifying",
    "withdraw": "custody.facade.transfer",
    "write_receipt": "custody.facade.transfer",
}


if not TYPE_CHECKING:  # a type checker shall see the names above and no others

    def __getattr__(name: str) -> object:
        """Load one of the public names."""
        if name == "__version__":
            from importlib.metadata import version  # noqa: PLC0415 - reading it costs more than importing custody

            globals()[name] = version("custody")
            return globals()[name]
        if name not in _HOMES:
            raise AttributeError(f"module 'custody' has no attribute {name!r}")
        value: object = getattr(importlib.import_module(_HOMES[name]), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    """List the public names."""
    return [*__all__, "__doc__", "__name__"]
