"""What one revocation list or response says of one certificate, and what follows for a token (rule TS-15)."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from attrs import frozen
from cryptography import x509

from custody.format.hashes import HASHES
from custody.model.instant import Instant
from custody.proof.rfc3161.certificate import Certificate
from custody.report.stamp_code import StampCode

# Somebody else may have had the key before the day on which it was revoked. No reason given, and unspecified,
# may mean just that.
_COMPROMISED: Final = frozenset(
    {
        None,
        x509.ReasonFlags.unspecified,
        x509.ReasonFlags.key_compromise,
        x509.ReasonFlags.ca_compromise,
        x509.ReasonFlags.aa_compromise,
    }
)


@frozen(kw_only=True)
class Statement:
    """One statement, whose signature was verified.

    Attributes:
        this_update: the moment of which it speaks.
        next_update: when a newer one will be out, or None.
        covers: whether silence in it means that the certificate is not revoked.
        hash_name: of its signature, as `custody.format.hashes.HASHES` names it; None for Ed25519.
        revoked_at: the date of revocation; None: it is not revoked.
        reason: of the revocation, where one is given.
        invalid_since: when the key is thought to have been lost (RFC 5280, 5.3.2), where that is given.
    """

    this_update: datetime
    next_update: datetime | None = None
    covers: bool = True
    hash_name: str | None = None
    revoked_at: datetime | None = None
    reason: x509.ReasonFlags | None = None
    invalid_since: datetime | None = None

    @property
    def compromised(self) -> bool:
        """Whether the certificate is revoked because somebody else may have its key."""
        return self.revoked_at is not None and self.reason in _COMPROMISED

    @property
    def stolen(self) -> bool:
        """Whether a compromise of the key is stated as the reason: only this speaks of other certificates."""
        return self.compromised and self.reason not in {None, x509.ReasonFlags.unspecified}

    @property
    def held(self) -> bool:
        """Whether the certificate is on hold, which a later statement may end."""
        return self.revoked_at is not None and self.reason is x509.ReasonFlags.certificate_hold

    def clears(self, certificate: Certificate, generated_at: datetime) -> bool:
        """Tell whether it shows that a certificate was not revoked when a token was made.

        It must still have been good at genTime, and must speak of a time within the certificate's validity:
        authorities forget what has expired (RFC 5280, 3.3). Where it does not say until when it is good, it
        must be younger than the token. A signature over SHA-1 clears nobody.
        """
        good_until = self.this_update if self.next_update is None else self.next_update
        return (
            self.revoked_at is None
            and self.covers
            and (self.hash_name is None or self.hash_name in HASHES)
            and self.this_update <= certificate.not_after
            and self.this_update <= good_until
            and generated_at <= good_until
        )

    def codes(self, generated_at: datetime, not_after: datetime, judged_at: Instant) -> tuple[StampCode, ...]:
        """Return what a revocation makes of a token; nothing where the token does not suffer from it.

        Args:
            generated_at: genTime.
            not_after: the latest that genTime can mean.
            judged_at: the token is proven to be no younger, or the moment of verification.
        """
        revoked_at = self.revoked_at
        if revoked_at is None:
            return ()
        if self.held:
            return (StampCode.REVOKED_PERHAPS_BEFORE,) if revoked_at <= not_after else ()
        if revoked_at <= generated_at:
            return (StampCode.REVOKED,)
        if self.reason in _COMPROMISED:
            if revoked_at <= judged_at.moment:
                return (StampCode.REVOKED,)
            lost = self.invalid_since
            return () if lost is None or lost > judged_at.moment else (StampCode.REVOKED_PERHAPS_BEFORE,)
        return (StampCode.REVOKED_PERHAPS_BEFORE,) if revoked_at <= not_after else ()
