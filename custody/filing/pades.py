"""PAdES through pyHanko; imported only where somebody signs (extra `court`)."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from typing import Any, Final

from asn1crypto import cms
from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder
from pyhanko.sign.signers.pdf_signer import PdfSigningSession
from pyhanko.sign.timestamps import TimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore
from typing_extensions import override

from custody.errors import FormatError, NetworkError, SignerError
from custody.filing.signing_key import SigningKey
from custody.model.instant import Instant

_HASH: Final = "sha256"
_SIGNATURE_BYTES: Final = 8 * 1024  # attributes, names and the signature itself, without certificates
TOKEN_BYTES: Final = 24 * 1024
"""What is kept free for a timestamp; tokens with their certificates measure 3 to 8 KiB."""


# What pyHanko raises on bytes that it cannot read or go on from; much of it is no PdfError.
_UNREADABLE: Final = (
    PdfError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    NotImplementedError,
    RecursionError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)


class _Stamper(TimeStamper):
    """Lets our own network layer ask, once: pyHanko opens no connection, and makes no trial request."""

    def __init__(self, timestamp: Callable[[str, bytes], bytes]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # annotated in part
        self._timestamp = timestamp

    @override
    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> Any:
        token = self._timestamp(md_algorithm, message_digest)
        if len(token) > TOKEN_BYTES:
            raise NetworkError(
                f"timestamp: expected a token of at most {TOKEN_BYTES} bytes, found {len(token)}",
                code="REPLY_TOO_LARGE",
            )
        return cms.ContentInfo.load(token)


class _Writer(IncrementalPdfFileWriter):
    """Adds to a PDF and leaves its metadata as they are, so that title and dates go on agreeing."""

    @override
    def _update_meta(self) -> None:
        """Write no time of change: pyHanko would take the clock and the zone of this machine."""


class _Signer(PdfSigner):
    """Signs at a given moment, and follows no wishes of the PDF.

    pyHanko's own session asks whatever server a PDF names for a timestamp (seed values), and takes the clock
    in the zone of this machine, where it knows none that is written as POSIX writes it.
    """

    at: Instant

    @override
    def init_signing_session(
        self, pdf_out: BasePdfFileWriter, existing_fields_only: bool = False
    ) -> PdfSigningSession:
        """Begin to sign."""
        field_name = self.signature_meta.field_name
        steps = PdfCMSEmbedder().write_cms(field_name, pdf_out, existing_fields_only)
        field = next(steps).get_object()
        self.register_extensions(pdf_out, md_algorithm=_HASH)
        return PdfSigningSession(
            self,
            pdf_out,
            steps,
            field,
            _HASH,
            self.default_timestamper,
            SigSeedSubFilter.PADES,
            system_time=self.at.moment,
        )


def sign_with_pyhanko(
    pdf: bytes,
    *,
    signer: SigningKey,
    at: Instant,
    timestamp: Callable[[str, bytes], bytes] | None,
    field_name: str,
    reason: str | None,
) -> bytes:
    """Sign; see `custody.filing.sign_pdf.sign_pdf`."""
    output = io.BytesIO()
    try:
        writer = _Writer(io.BytesIO(pdf))
        signed_before = _signatures(writer.prev, field_name)
        made = _Signer(
            PdfSignatureMetadata(
                field_name=field_name,
                md_algorithm=_HASH,
                subfilter=SigSeedSubFilter.PADES,
                certify=not signed_before,
                docmdp_permissions=MDPPerm.FILL_FORMS,
                reason=reason,
            ),
            signer=_simple_signer(signer),
            timestamper=None if timestamp is None else _Stamper(timestamp),
        )
        made.at = at
        made.sign_pdf(writer, bytes_reserved=_reserved(signer, stamped=timestamp is not None), output=output)
    except SigningError as error:
        raise _refused(str(error).lower().rstrip(".")) from error
    except _UNREADABLE as error:
        raise FormatError(
            "PDF", expected="one that can be read", found="a damaged or encrypted one"
        ) from error
    return output.getvalue()


def _signatures(reader: Any, field_name: str) -> bool:  # noqa: ANN401 - pyhanko is annotated in part
    """Tell whether somebody has signed before.

    Raises:
        SignerError: SIGNATURE_REFUSED: a signature stands in this field, or forbids every change.
    """
    found = reader.embedded_signatures
    if any(one.field_name == field_name for one in found):
        raise _refused("a signature in the field of this name")
    if any(one.docmdp_level is MDPPerm.NO_CHANGES for one in found):
        raise _refused("a signature that forbids every change")
    return bool(found)


def _refused(found: str) -> SignerError:
    return SignerError(
        f"PDF: expected one to which a signature can be added, found {found}",
        code="SIGNATURE_REFUSED",
        hint="name another field for a second signature; what forbids changes stays as it is",
    )


def _simple_signer(signer: SigningKey) -> SimpleSigner:
    store = SimpleCertificateStore()  # type: ignore[no-untyped-call]  # as above
    store.register_multiple(
        asn1_x509.Certificate.load(one.public_bytes(Encoding.DER)) for one in signer.chain
    )
    key = signer.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return SimpleSigner(
        signing_cert=asn1_x509.Certificate.load(signer.certificate.public_bytes(Encoding.DER)),
        signing_key=asn1_keys.PrivateKeyInfo.load(key),
        cert_registry=store,
    )


def _reserved(signer: SigningKey, *, stamped: bool) -> int:
    """Return the hex digits kept free for the signature, so that no trial signature is needed."""
    certificates = sum(len(one.public_bytes(Encoding.DER)) for one in (signer.certificate, *signer.chain))
    return 2 * (certificates + _SIGNATURE_BYTES + (TOKEN_BYTES if stamped else 0))
