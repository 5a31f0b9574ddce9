"""What one proof of time is asked, and what it comes to; tokens and evidence records answer alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from attrs import field, frozen

from custody.model.instant import Instant
from custody.report.stamp_code import StampCode, StampOutcome, outcome_of
from custody.trust.trust import Authority, Trust

DigestOf: TypeAlias = Callable[[str], bytes]
"""Gives the digest of the stamped bytes under a hash named as in `custody.format.hashes.HASHES`."""


@frozen(kw_only=True)
class Material:
    """Certificates and revocation data, DER, each bytes exactly as stored; path material, never trust.

    Attributes:
        certificates: X.509 certificates.
        crls: certificate revocation lists (RFC 5280).
        ocsps: OCSP responses (RFC 6960, the OCSPResponse).
    """

    certificates: tuple[bytes, ...] = field(default=(), repr=False)
    crls: tuple[bytes, ...] = field(default=(), repr=False)
    ocsps: tuple[bytes, ...] = field(default=(), repr=False)


def joined_material(one: Material, other: Material) -> Material:
    """Put the material of two together; what comes first is looked at first."""
    return Material(
        certificates=one.certificates + other.certificates,
        crls=one.crls + other.crls,
        ocsps=one.ocsps + other.ocsps,
    )


@frozen(kw_only=True)
class StampQuestion:
    """From where a proof of time is looked at.

    Attributes:
        trust: authorities with pinned roots, and ends of algorithms.
        now: the moment of verification.
        digest_of: of what must have been stamped; None where anything will do (an anchor).
        material: what lies beside the proof, and may be younger than it.
        proven_material: what a renewal shows to be no younger than `proven_by`.
        proven_by: the proof itself is shown to be no younger than this, by a later one over it: algorithms,
            the trust in roots and revocations are judged then (rule TS-17), but for paths that need a
            certificate that may be younger. None: all of it is judged at `now`.
        material_proven_by: the same of `proven_material`, where it is shown by another proof than the token
            is: within an evidence record, of which tokens show tokens alone. None: as `proven_by`.
        renewed_at: within an evidence record, the time of the token that renews this one: certificates must
            have been valid till then (RFC 4998, 5.3). None: they must have been valid at genTime.
        strict_revocation: whether a stamp without revocation data is undetermined.
    """

    trust: Trust
    now: Instant
    digest_of: DigestOf | None = None
    material: Material = Material()
    proven_material: Material = Material()
    proven_by: Instant | None = None
    material_proven_by: Instant | None = None
    renewed_at: Instant | None = None
    strict_revocation: bool = False

    @property
    def judged_at(self) -> Instant:
        """The moment at which all is judged where the proof holds every certificate that it needs."""
        return self.now if self.proven_by is None else min(self.proven_by, self.now)

    @property
    def material_judged_at(self) -> Instant:
        """The same where `proven_material` is needed too: never before that is shown to have been there."""
        shown = self.proven_by if self.material_proven_by is None else self.material_proven_by
        return self.now if shown is None else max(self.judged_at, min(shown, self.now))


@frozen(kw_only=True)
class TokenVerdict:
    """What one timestamp token comes to.

    Attributes:
        sha256: digest of the token's bytes as given, 64 hex digits.
        codes: every fault that was met, then the notes; without repeats.
        generated_at: genTime, cut to milliseconds; None where it could not be read.
        accuracy_ms: accuracy in milliseconds, rounded up; None where the token states none.
        not_before: genTime minus the accuracy (one minute where unknown), rounded down.
        not_after: genTime plus the accuracy (one minute where unknown), rounded up.
        serial: the token's serial number.
        policy: policy OID, dotted.
        imprint_algorithm: name of the hash, such as "sha256"; the OID where it is not known.
        imprint: hex digits.
        authority: the authority of the trust whose root the path ends at; None without such a path.
        signer_key: SHA-256 of the SubjectPublicKeyInfo of the unit, hex; "" without a path.
        issuer_key: the same of what certified the unit in the path.
        chain: the certificates of the path, signer first, root last; DER.
        used: digests of the companions that the verdict rests on, ascending.
        weakens_at: the earliest end among the certificates of the path, the trust in the root and the
            algorithms used; None without a path.
    """

    sha256: str
    codes: tuple[StampCode, ...] = ()
    generated_at: Instant | None = None
    accuracy_ms: int | None = None
    not_before: Instant | None = None
    not_after: Instant | None = None
    serial: int | None = None
    policy: str | None = None
    imprint_algorithm: str | None = None
    imprint: str | None = None
    authority: Authority | None = None
    signer_key: str = ""
    issuer_key: str = ""
    chain: tuple[bytes, ...] = field(default=(), repr=False)
    used: tuple[str, ...] = ()
    weakens_at: Instant | None = None

    @property
    def outcome(self) -> StampOutcome:
        """VALID when every code is a note."""
        return outcome_of(self.codes)

    @property
    def faults(self) -> tuple[StampCode, ...]:
        """The codes that are no notes."""
        return tuple(code for code in self.codes if not code.note)


@frozen(kw_only=True)
class RecordVerdict:
    """What one evidence record comes to.

    Attributes:
        codes: faults of the record itself, then of its tokens; then notes; without repeats.
        tokens: every token, in the order of the record. The first one's time is the record's.
        weakens_at: as of its last token.
    """

    codes: tuple[StampCode, ...] = ()
    tokens: tuple[TokenVerdict, ...] = ()
    weakens_at: Instant | None = None

    @property
    def outcome(self) -> StampOutcome:
        """VALID when every code is a note."""
        return outcome_of(self.codes)
