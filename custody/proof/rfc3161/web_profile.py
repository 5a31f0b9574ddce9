"""A second opinion on a path: the verifier of `cryptography`, whose profile is that of the Web PKI.

It is a good deal stricter about form than RFC 5280 (no RSA-PSS keys, no GeneralizedTime before 2050), so it
can refuse the path of a sound authority. Such a path stands on our own checks alone, and that is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from cryptography import x509
from cryptography.x509.verification import (
    Criticality,
    ExtensionPolicy,
    PolicyBuilder,
    Store,
    VerificationError,
)

from custody.proof.rfc3161.certificate import Certificate

# Time stamping is our own demand (rule TS-11); the default policies of that verifier want a web server's.
_SIGNER: Final = ExtensionPolicy.permit_all().require_present(
    x509.ExtendedKeyUsage, Criticality.CRITICAL, None
)
_AUTHORITY: Final = ExtensionPolicy.permit_all().require_present(
    x509.BasicConstraints, Criticality.AGNOSTIC, None
)


def in_web_profile(path: Sequence[Certificate], at: datetime) -> bool:
    """Tell whether the verifier of `cryptography` accepts a path, offered nothing but this path.

    Args:
        path: signer first, pinned certificate last.
        at: a moment, whole seconds, at which all of them are valid.
    """
    signer, *between, anchor = (one.parsed for one in path)
    verifier = (
        PolicyBuilder()
        .store(Store([anchor]))
        .time(at)
        .extension_policies(ca_policy=_AUTHORITY, ee_policy=_SIGNER)
        .build_client_verifier()
    )
    try:
        verifier.verify(signer, between)
    except VerificationError:
        return False
    return True
