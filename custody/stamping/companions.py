"""What a token will need in decades: its whole path, and what its authorities said about revocation now.

The certificates come from the verified path. Lists and responses come from the addresses that these
certificates name, so nobody can send us elsewhere than the issuers of a pinned authority do. A certificate
list is asked for first, for it says nothing about which token is meant; where there is none, OCSP.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final

from attrs import define, field, frozen
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import AuthorityInformationAccessOID

from custody.errors import CustodyError, NetworkError
from custody.format.timestamp_query import Query
from custody.proof.rfc3161.certificate import UNREADABLE
from custody.stamping.desk import Contact, Desk
from custody.stamping.exchange import Token, examine
from custody.stamping.stored import material_of

_SCHEMES: Final = ("http://", "https://")


@frozen(kw_only=True)
class Companions:
    """What is kept beside a stamp.

    Attributes:
        files: bytes by name.
        failed: why revocation data of some certificate is not among them.
    """

    files: Mapping[str, bytes] = field(factory=dict, repr=False)
    failed: tuple[CustodyError, ...] = ()


def chain_files(chain: Sequence[bytes]) -> dict[str, bytes]:
    """Return certificates as companions: named by their digests."""
    return {f"{hashlib.sha256(der).hexdigest()}.cer": der for der in chain}


def gather_companions(desk: Desk, token: Token, query: Query) -> Companions:
    """Collect the path and the revocation data of a token; what was fetched is judged before it is kept.

    Raises:
        NetworkError: with this data the token does not hold, REVOKED for instance; nothing is stored.
    """
    files = chain_files(token.verdict.chain)
    if not desk.revocation:
        return Companions(files=files)
    collected = _Collected()
    for certificate, issuer in pairwise(token.verdict.chain):
        _collect(desk, token, collected, certificate, issuer)
    again = examine(desk, token.authority, token.data, query, material_of({**files, **collected.files}))
    used = {name: data for name, data in collected.files.items() if name[:64] in again.verdict.used}
    unused = len(collected.files) - len(used)
    if unused:
        collected.failed.append(
            NetworkError(
                f"authority {token.authority.name}: expected revocation data that speaks of its path, "
                f"found {unused} that does not",
                code="REVOCATION_UNUSED",
            )
        )
    return Companions(files={**files, **used}, failed=tuple(collected.failed))


@define
class _Collected:
    files: dict[str, bytes] = field(factory=dict)
    failed: list[CustodyError] = field(factory=list)


def _collect(desk: Desk, token: Token, collected: _Collected, der: bytes, issuer_der: bytes) -> None:
    """Fetch what is said of one certificate; the first source that answers is enough."""
    name = token.authority.name
    errors: list[CustodyError] = []
    for ending, url in _sources(der):
        contact = Contact(url=url, purpose=ending, authority=name)
        try:
            if ending == "crl":
                data = desk.fetch(contact)
                x509.load_der_x509_crl(data)
            else:
                data = desk.fetch(contact, _status_query(der, issuer_der))
                x509.ocsp.load_der_ocsp_response(data)
        except CustodyError as error:
            errors.append(error)
        except UNREADABLE:
            expected = "a certificate list" if ending == "crl" else "an OCSP response"
            errors.append(
                NetworkError(
                    f"authority {name}: expected {expected}, found something else",
                    code="REVOCATION_UNREADABLE",
                )
            )
        else:
            collected.files[f"{hashlib.sha256(data).hexdigest()}.{ending}"] = data
            return
    collected.failed += errors


def _sources(der: bytes) -> Iterator[tuple[str, str]]:
    """Yield where a certificate says that revocations are published: lists first, then OCSP."""
    extensions = x509.load_der_x509_certificate(der).extensions
    for extension in extensions:
        if isinstance(extension.value, x509.CRLDistributionPoints):
            for point in extension.value:
                for name in point.full_name or ():
                    yield from _web("crl", name)
    for extension in extensions:
        if isinstance(extension.value, x509.AuthorityInformationAccess):
            for access in extension.value:
                if access.access_method == AuthorityInformationAccessOID.OCSP:
                    yield from _web("ocsp", access.access_location)


def _web(ending: str, name: x509.GeneralName) -> Iterator[tuple[str, str]]:
    if isinstance(name, x509.UniformResourceIdentifier) and name.value.lower().startswith(_SCHEMES):
        yield ending, name.value


def _status_query(der: bytes, issuer_der: bytes) -> bytes:
    """Ask about one certificate; SHA-1 names it here, as RFC 5019 (2.1.1) has it, and protects nothing."""
    certificate, issuer = map(x509.load_der_x509_certificate, (der, issuer_der))
    builder = x509.ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, SHA1())  # noqa: S303 - a name
    return builder.build().public_bytes(Encoding.DER)
