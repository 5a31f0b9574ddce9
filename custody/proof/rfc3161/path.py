"""Paths from a token's signer up to a pinned root, and what they are worth at a time (TS-13, TS-14, TS-17).

What a path is made of never changes, so it is searched for and checked once; what a moment makes of it is
judged afterwards, each time anew. Anchors come out of the verifier's trust alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from attrs import frozen

from custody.model.instant import Instant
from custody.proof.rfc3161.certificate import Certificate, decode_certificate
from custody.report.stamp_code import StampCode
from custody.trust.trust import Authority, Trust, TrustedRoot


@frozen(kw_only=True)
class Path:
    """One path to a pinned certificate.

    Attributes:
        authority: whose root it ends at.
        root: the pinned certificate and its trust interval.
        certificates: signer first, pinned certificate last; one when the signer itself is pinned.
        valid_from: the latest start of validity among them.
        valid_until: the earliest end of validity among them; that moment still counts.
        algorithms: names of hashes and signature algorithms, as in a trust's `algorithms`, by which the
            certificates below the pinned one are signed; ascending.
    """

    authority: Authority
    root: TrustedRoot
    certificates: tuple[Certificate, ...]
    valid_from: datetime
    valid_until: datetime
    algorithms: tuple[str, ...]

    @property
    def ders(self) -> tuple[bytes, ...]:
        """The certificates' bytes, signer first."""
        return tuple(one.der for one in self.certificates)

    def weakens_at(self, trust: Trust) -> Instant:
        """Return the earliest end among its certificates, the trust in its root and its algorithms."""
        raise NotImplementedError


@frozen(kw_only=True)
class PathResult:
    """The best path there is, and what is to be said of it.

    Attributes:
        codes: faults, then notes, without repeats.
        path: None when no valid signatures lead to a pinned certificate.
    """

    codes: tuple[StampCode, ...] = ()
    path: Path | None = None


class PathCache:
    """Certificates read and paths found before, so that many tokens of one authority cost one search.

    The one thing here that changes; whoever verifies many tokens makes one and hands it on. It holds nothing
    that depends on a time or on a token: results with and without it are the same. It is bounded, and it
    never mixes two trusts.
    """

    def certificate(self, der: bytes) -> Certificate:
        """Read a certificate, or return it as it was read before.

        Raises:
            FormatError: code CERTIFICATE: as of `decode_certificate`; failures are not kept.
        """
        return decode_certificate(der)


def find_path(
    signer: Certificate,
    pool: Sequence[bytes],
    trust: Trust,
    *,
    generated_at: datetime,
    judged_at: Instant,
    renewed_at: Instant | None = None,
    policy: str | None = None,
    cache: PathCache | None = None,
) -> PathResult:
    """Find the best path from a signer to a pinned root, and judge it.

    Of several paths and authorities the best outcome counts, then the fewest codes, then the shortest path,
    then the order of the trust. Faults that do not depend on a path (rule TS-11) are not looked at here:
    `Certificate.purpose_codes`.

    Args:
        signer: the certificate that the token's signature verifies under.
        pool: DER of every certificate that may help: those in the token first, then those beside it. May hold
            the signer, roots, strangers, duplicates and rubbish.
        trust: authorities with pinned roots, and ends of algorithms.
        generated_at: genTime, aware; its fraction of a second is not looked at.
        judged_at: `StampQuestion.judged_at`: roots and algorithms are judged then.
        renewed_at: `StampQuestion.renewed_at`.
        policy: the token's policy OID; an authority with another one gives POLICY_DIFFERS, found here
            because it decides which of several authorities is meant. None: policies are not compared.
        cache: what was found before, or None.

    Returns:
        Codes TS-13 (PATH_MISSING, PATH_REFUSED, CERTIFICATE_NOT_VALID, OUTSIDE_WEB_PROFILE), TS-14
        (ROOT_NOT_TRUSTED_THEN, ROOT_TRUST_ENDED), TS-17 (CERTIFICATE_EXPIRED_SINCE,
        CERTIFICATE_EXPIRED_BEFORE_RENEWAL, ALGORITHM_ENDED for the certificates' signatures), TS-10
        (SIGNATURE_WEAK, SIGNATURE_ALGORITHM, KEY_TOO_SHORT in a certificate), TS-6 (POLICY_DIFFERS) and
        TS-20 (CERTIFICATE_UNREADABLE: one that may be needed cannot be read).
    """
    return PathResult(codes=(StampCode.PATH_MISSING,))
