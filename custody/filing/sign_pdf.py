"""Signing a PDF for a court: PAdES (ETSI EN 319 142-1), with a timestamp where a server is named.

The first signature certifies the document: afterwards forms may be filled in and others may sign, and every
other change shows. The time inside a signature is this machine's and a claim; a timestamp is what shows it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from custody.errors import FormatError
from custody.filing.extra import extra_missing
from custody.filing.given import check_given
from custody.filing.signing_key import SigningKey
from custody.model.instant import Instant

Timestamp: TypeAlias = Callable[[str, bytes], bytes]
"""Takes the name of a hash and a digest, and returns a token over it (RFC 3161), DER."""

PDF_BYTES: Final = 512 * 1024 * 1024
FIELD_NAME: Final = "Signature1"
_HEAD: Final = b"%PDF-"
_END: Final = b"%%EOF"
_LINE_ENDS: Final = (b"\n", b"\r")


def sign_pdf(
    pdf: bytes,
    *,
    signer: SigningKey,
    at: Instant,
    timestamp: Timestamp | None = None,
    field_name: str = FIELD_NAME,
    reason: str | None = None,
) -> bytes:
    """Return a PDF with a signature added behind what is there; not a byte before it changes.

    The subfilter is ETSI.CAdES.detached, level B-B, and with a timestamp B-T. A PDF that does not end its
    last line gets a line feed first, else the addition would break ISO 19005-3, 6.1.9.

    Args:
        pdf: what is signed.
        signer: key and certificates.
        at: the time that the signature claims.
        timestamp: asks a time authority; None for none. Called once.
        field_name: of the signature; one that is there and empty is used.
        reason: what the signature says of itself; shown by readers.

    Raises:
        FormatError: no PDF that can be added to: another form, damaged, or encrypted.
        UsageError: pdf or signer is something else, or pyhanko is not installed (`EXTRA_MISSING`).
        SignerError: CERTIFICATE_NOT_VALID; SIGNATURE_REFUSED: an earlier signature forbids another.
        NetworkError: no timestamp came; nothing is signed then.
    """
    check_given(pdf, bytes, "pdf")
    check_given(signer, SigningKey, "signer")
    ended = with_line_end(pdf)
    signer.check_valid(at)
    try:
        from custody.filing.pades import sign_with_pyhanko  # noqa: PLC0415 - the extra `court`
    except ImportError:
        raise extra_missing("pyhanko", "court") from None
    return sign_with_pyhanko(
        ended, signer=signer, at=at, timestamp=timestamp, field_name=field_name, reason=reason
    )


def with_line_end(pdf: bytes) -> bytes:
    """Return a PDF whose last line is ended.

    Raises:
        FormatError: it is no PDF, or does not end in its end-of-file marker.
    """
    if not pdf.startswith(_HEAD) or not pdf.rstrip(b"\r\n").endswith(_END):
        raise FormatError(
            "PDF", expected="a whole one, from %PDF- to %%EOF", found="another file, or a part of one"
        )
    return pdf if pdf.endswith(_LINE_ENDS) else pdf + b"\n"
