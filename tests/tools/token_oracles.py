"""Other people's verifiers of timestamp tokens, each asked the same: does it accept this token?

All are given what they can be given: pinned roots, what lies beside the token, genTime as the moment, the
stamped bytes, nonce and policy.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import subprocess
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from asn1crypto import cms
from asn1crypto import crl as asn1_crl
from asn1crypto import ocsp as asn1_ocsp
from asn1crypto import x509 as asn1_x509
from attrs import frozen
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.sign.general import CMSExtractionError
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import validate_tst_signed_data
from pyhanko.sign.validation.status import TimestampSignatureStatus
from pyhanko_certvalidator import ValidationContext
from rfc3161_client import VerificationError, VerifierBuilder, decode_timestamp_response

from custody.format.der import encode_boolean, encode_integer, encode_oid, encode_sequence
from custody.proof.stamp import Material
from tests.tools.token_shape import encode_imprint


@frozen(kw_only=True)
class Asked:
    """What every verifier is given.

    Attributes:
        token: as it stands.
        roots: pinned certificates, DER.
        beside: what lies beside the token.
        at: the moment at which certificates are judged.
        hash: under which the stamping was asked for.
        data: the stamped bytes, where they are known.
        digest: their digest under that hash.
        nonce: of the request, or None.
        policy: the only one that is accepted, or None for any.
    """

    token: bytes
    roots: tuple[bytes, ...]
    beside: Material
    at: datetime
    hash: str
    digest: bytes
    data: bytes | None = None
    nonce: int | None = None
    policy: str | None = None


Oracle = Callable[[Asked], str]
"""Returns "" where it accepts, else what it says."""


def _pem(certificates: tuple[bytes, ...]) -> bytes:
    return b"".join(x509.load_der_x509_certificate(one).public_bytes(Encoding.PEM) for one in certificates)


def openssl(folder: Path, program: str = "openssl") -> Oracle:
    """`openssl ts -verify` with the query, so that it compares nonce and policy too.

    Args:
        folder: for its files.
        program: its path.
    """

    def ask(asked: Asked) -> str:
        members = [encode_integer(1), encode_imprint(asked.hash, asked.digest)]
        if asked.policy is not None:
            members.append(encode_oid(asked.policy))
        if asked.nonce is not None:
            members.append(encode_integer(asked.nonce))
        query = encode_sequence(*members, encode_boolean(value=True))
        for name, data in {
            "query.tsq": query,
            "stamp.tst": asked.token,
            "roots.pem": _pem(asked.roots),
            "beside.pem": _pem(asked.beside.certificates or asked.roots),
        }.items():
            (folder / name).write_bytes(data)
        trusted = ["-CAfile", "roots.pem", "-untrusted", "beside.pem"]
        command = [program, "ts", "-verify", "-queryfile", "query.tsq", "-token_in", "-in", "stamp.tst"]
        command += [*trusted, "-attime", str(int(asked.at.timestamp()))]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        good = done.returncode == 0 and "Verification: OK" in done.stdout
        return "" if good else done.stderr or "failed"

    return ask


def rfc3161_client(asked: Asked) -> str:
    """The library of Trail of Bits, as sigstore uses it."""
    reply = encode_sequence(encode_sequence(encode_integer(0)), asked.token)
    try:
        response = decode_timestamp_response(reply)
        verifier = VerifierBuilder(
            roots=[x509.load_der_x509_certificate(one) for one in asked.roots],
            intermediates=[x509.load_der_x509_certificate(one) for one in asked.beside.certificates],
            nonce=asked.nonce,
            policy_id=None if asked.policy is None else x509.ObjectIdentifier(asked.policy),
        ).build()
        if asked.data is not None:
            verifier.verify_message(response, asked.data)
        else:
            verifier.verify(response, asked.digest)
    except (VerificationError, ValueError) as error:
        return str(error) or "refused"
    return ""


# IndexError: an empty list of certificate ids.
_PYHANKO_REFUSES: Final = (
    SignatureValidationError,
    CMSExtractionError,
    ValueError,
    KeyError,
    TypeError,
    IndexError,
)


async def _pyhanko(asked: Asked) -> TimestampSignatureStatus:
    content: Any = cms.ContentInfo.load(asked.token, strict=True)
    context = ValidationContext(
        trust_roots=[asn1_x509.Certificate.load(one) for one in asked.roots],
        other_certs=[asn1_x509.Certificate.load(one) for one in asked.beside.certificates],
        crls=[asn1_crl.CertificateList.load(one) for one in asked.beside.crls],
        ocsps=[asn1_ocsp.OCSPResponse.load(one) for one in asked.beside.ocsps],
        moment=asked.at,
        allow_fetching=False,
    )

    def digest_of(name: str) -> bytes:
        return asked.digest if asked.data is None else hashlib.new(name, asked.data).digest()

    return TimestampSignatureStatus(**await validate_tst_signed_data(content["content"], context, digest_of))


def pyhanko(asked: Asked) -> str:
    """PyHanko's validation of timestamp tokens."""
    logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
    logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)
    try:
        status = asyncio.run(_pyhanko(asked))
    except _PYHANKO_REFUSES as error:
        return f"{type(error).__name__}: {error}"
    return "" if status.intact and status.valid and status.trusted else str(status.summary())
