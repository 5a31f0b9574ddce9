"""What a path of certificates must fulfil whatever the time (TS-13; RFC 5280, 6.1), in our own reading."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID

from custody.format.hashes import HASHES
from custody.proof.rfc3161.certificate import WEAK_HASHES, Certificate, algorithm_names, key_codes
from custody.proof.rfc3161.name_constraints import name_constraints_hold
from custody.report.stamp_code import StampCode

# Policies are not compared along a path, and any will do (RFC 5280, 6.1.1 (c): any-policy); extensions that
# restrict them must be critical by that document, and are then refused like every unknown one.
_UNDERSTOOD: Final = frozenset(
    {
        ExtensionOID.BASIC_CONSTRAINTS,
        ExtensionOID.CERTIFICATE_POLICIES,
        ExtensionOID.EXTENDED_KEY_USAGE,
        ExtensionOID.KEY_USAGE,
        ExtensionOID.NAME_CONSTRAINTS,
        ExtensionOID.SUBJECT_ALTERNATIVE_NAME,
    }
)
_CHAINING: Final = (ExtendedKeyUsageOID.TIME_STAMPING, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE)


def path_algorithms(path: Sequence[Certificate]) -> tuple[str, ...]:
    """Name the hashes and signature algorithms by which each certificate vouches for the one below it."""
    names: set[str] = set()
    for below, issuer in pairwise(path):
        used = below.hash_name
        names.update(algorithm_names(issuer.key), () if used is None else (used,))
    return tuple(sorted(names))


def path_faults(path: Sequence[Certificate]) -> tuple[StampCode, ...]:
    """Return what a path breaks: PATH_REFUSED, SIGNATURE_WEAK, SIGNATURE_ALGORITHM, KEY_TOO_SHORT.

    The pinned certificate's own signature says nothing and is not looked at, nor are its purposes and its
    unknown extensions: whoever pinned it has decided about it. What limits it in certifying others holds.

    Args:
        path: signer first, pinned certificate last, each signed by the next.
    """
    faults: dict[StampCode, None] = {}
    if not all(_constraints_hold(path)):
        faults[StampCode.PATH_REFUSED] = None
    for below, issuer in pairwise(path):
        used = below.hash_name
        if used in WEAK_HASHES:
            faults[StampCode.SIGNATURE_WEAK] = None
        elif used is not None and used not in HASHES:
            faults[StampCode.SIGNATURE_ALGORITHM] = None
        faults.update(dict.fromkeys(key_codes(issuer.key)))
    return tuple(faults)


def _constraints_hold(path: Sequence[Certificate]) -> Iterator[bool]:
    last = len(path) - 1
    for place, certificate in enumerate(path):
        if place != last:
            yield all(not one.critical or one.oid in _UNDERSTOOD for one in certificate.extensions)
        if place:
            yield _may_certify(certificate, pinned=place == last)
            # RFC 5280, 6.1.4 (l): self-issued certificates between the two do not count.
            between = sum(one.subject != one.issuer for one in path[1:place])
            yield _length_holds(certificate, between)
            for number, below in enumerate(path[:place]):
                # RFC 5280, 6.1.3 (b): self-issued certificates are exempt, except the signer's own.
                yield (number > 0 and below.subject == below.issuer) or name_constraints_hold(
                    certificate, below
                )


def _may_certify(certificate: Certificate, *, pinned: bool) -> bool:
    limits = certificate.extension(x509.BasicConstraints)
    usage = certificate.extension(x509.KeyUsage)
    purpose = certificate.extension(x509.ExtendedKeyUsage)
    if limits is None:
        # Version 1 knows no extensions; a root of that kind is an authority because it is pinned as one.
        authority = pinned and certificate.parsed.version is x509.Version.v1
    else:
        authority = limits.value.ca
    signs = usage is None or usage.value.key_cert_sign
    # An authority that was restricted to other purposes cannot make time stamps (EKU chaining).
    purposeful = pinned or purpose is None or any(one in purpose.value for one in _CHAINING)
    return authority and signs and purposeful


def _length_holds(certificate: Certificate, between: int) -> bool:
    limits = certificate.extension(x509.BasicConstraints)
    length = None if limits is None else limits.value.path_length
    return length is None or between <= length
