"""A second opinion on a path: the verifier of `cryptography`, whose profile is that of the Web PKI.

It is a good deal stricter about form than RFC 5280 (no RSA-PSS keys, no GeneralizedTime before 2050), so it
can refuse the path of a sound authority. Such a path stands on our own checks alone, and that is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from cryptography import x509
from cryptography.x509.verification import (
    Criticality,
    ExtensionPolicy,
    PolicyBuilder,
    Store,
    VerificationError,
)

from custody.proof.rfc3161.certificate import UNREADABLE, Certificate
from custody.proof.rfc3161.unwarned import unwarned

# Time stamping is our own demand (rule TS-11); the default policies of that verifier want a web server's.
_SIGNER: Final = ExtensionPolicy.permit_all().require_present(
    x509.ExtendedKeyUsage, Criticality.CRITICAL, None
)
_AUTHORITY: Final = ExtensionPolicy.permit_all().require_present(
    x509.BasicConstraints, Criticality.AGNOSTIC, None
)


def web_path(
    signer: Certificate, others: Sequence[Certificate], anchors: Sequence[Certificate]
) -> tuple[Certificate, ...]:
    """Return a path that the verifier of `cryptography` accepts, every signature on it verified; or nothing.

    It is asked about a moment at which all these certificates are valid; where there is none, not at all.

    Args:
        signer: where the path starts.
        others: certificates that may lie on it.
        anchors: where it must end.

    Returns:
        Signer first, one of the anchors last; empty when it accepts none.
    """
    everything = (signer, *others, *anchors)
    at = max(one.not_before for one in everything)
    if not anchors or at > min(one.not_after for one in everything):
        return ()
    verifier = (
        PolicyBuilder()
        .store(Store([one.parsed for one in anchors]))
        .time(at)
        .extension_policies(ca_policy=_AUTHORITY, ee_policy=_SIGNER)
        .build_client_verifier()
    )
    try:
        with unwarned():
            accepted = verifier.verify(signer.parsed, [one.parsed for one in others])
    except (VerificationError, *UNREADABLE):  # it reads the subject only to name what it refuses
        return ()
    known = {one.parsed: one for one in everything}
    return tuple(known[one] for one in accepted.chain)
