"""One proof of time as verification found it."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from custody.model.instant import Instant
from custody.report.stamp_code import StampCode, StampOutcome, outcome_of


@frozen(kw_only=True)
class StampFact:
    """A stamp or an anchor, judged.

    Attributes:
        path: the folder of the stamp, or the file of the anchor, relative to the bundle.
        over: the folder of the event, attestation or renewal that it is over; of an anchor, whose part it is.
        kind: "tst" or "ers".
        codes: every fault, then what is only said.
        generated_at: the time of its (first) token; None where that could not be read.
        accuracy_ms: of that token, in milliseconds; None where it states none.
        not_before: of an anchor that holds: the signature was made after it.
        not_after: of a stamp that holds: what it is over existed before.
        operators: who runs the authorities of its tokens, the first token's first; "" where nobody trusted.
        authorities: their names in the trust.
        root: SHA-256 of the root that the first token's path ends at; "" where there is none.
        signer_key: SHA-256 of the public key that signed the first token; "" without a path.
        issuer_key: the same of what certified it.
        token: SHA-256 of the first token: what a renewal of it goes on with.
        weakens_at: the date by which it should be renewed.
    """

    path: str
    over: str
    kind: str
    codes: tuple[StampCode, ...] = ()
    generated_at: Instant | None = None
    accuracy_ms: int | None = None
    not_before: Instant | None = None
    not_after: Instant | None = None
    operators: tuple[str, ...] = ()
    authorities: tuple[str, ...] = ()
    root: str = ""
    signer_key: str = ""
    issuer_key: str = ""
    token: str = ""
    weakens_at: Instant | None = None

    @property
    def outcome(self) -> StampOutcome:
        """What the codes make of it."""
        return outcome_of(self.codes)

    @property
    def moments(self) -> Mapping[str, str]:
        """Its moments by the names of their members, as text; those that are not known are not there."""
        known = {
            "generated_at": self.generated_at,
            "not_before": self.not_before,
            "not_after": self.not_after,
            "weakens_at": self.weakens_at,
        }
        return {name: str(moment) for name, moment in known.items() if moment is not None}

    @property
    def holds(self) -> bool:
        """Whether it proves a time."""
        return self.outcome is StampOutcome.VALID and self.generated_at is not None
