"""What the use cases of time are given from outside: trust, clock, randomness, and the way to authorities."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from attrs import define, evolve, field, frozen

from custody.errors import NetworkError, UsageError
from custody.format.limits import STAMP_BYTES
from custody.model.instant import Instant
from custody.proof.rfc3161.path import PathCache
from custody.trust.trust import Authority, Trust


class Carrier(Protocol):
    """Carries questions to services and brings back what they answer, whatever that is.

    Everything here raises NetworkError with a stable code; `custody.network` has the only one that opens
    connections. An ExchangeError whose `again_in_seconds` is set means that asking once more may help: the
    carrier keeps the time by itself, and others may be asked before.
    """

    def ask(self, authority: Authority, query: bytes) -> bytes:
        """Send a timestamp query to an authority that has an address, and return the reply's bytes."""
        ...

    def fetch(self, url: str, limit_bytes: int) -> bytes:
        """Fetch a certificate revocation list."""
        ...

    def ask_status(self, url: str, query: bytes) -> bytes:
        """Send an OCSP request and return the response's bytes."""
        ...


@frozen(kw_only=True)
class Contact:
    """Somebody who is about to be contacted, and so learns the sender's address and the moment.

    Attributes:
        url: whom.
        purpose: "stamp", "crl" or "ocsp".
        authority: name of the authority in the trust.
    """

    url: str
    purpose: str
    authority: str


@frozen(kw_only=True)
class Postponed:
    """An authority that did not answer, and is asked once more after the others.

    Attributes:
        authority: its name in the trust.
        error: why nothing came.
        again_in_seconds: not before.
    """

    authority: str
    error: NetworkError
    again_in_seconds: float


def say_nothing(*_said: object) -> None:
    """Keep silent; programs that stamp say so themselves."""


@define(kw_only=True)
class Desk:
    """The outside, as far as stamping needs it.

    Attributes:
        trust: whose tokens are accepted.
        now: reads the clock.
        randomness: gives bytes from the system's generator.
        carrier: the way to the authorities.
        announce: told of each contact before it is made.
        postpones: told of each authority that is left for later, at once.
        queues: told when another run works in the same place, before that is waited for.
        revocation: whether revocation data is fetched and kept beside stamps.
    """

    trust: Trust
    now: Callable[[], Instant]
    randomness: Callable[[int], bytes]
    carrier: Carrier
    announce: Callable[[Contact], None] = say_nothing
    postpones: Callable[[Postponed], None] = say_nothing
    queues: Callable[[], None] = say_nothing
    revocation: bool = True
    _fetched: dict[tuple[str, bytes], bytes] = field(factory=dict, init=False, repr=False)
    _paths: dict[str | None, PathCache] = field(factory=dict, init=False, repr=False)

    def trust_in(self, authority: Authority) -> Trust:
        """Return the trust with this authority alone, so that no other one can answer in its place."""
        return evolve(self.trust, authorities=(authority,))

    def paths(self, authority: Authority | None = None) -> PathCache:
        """Return the paths built before, under the whole trust or under the trust in one authority."""
        return self._paths.setdefault(None if authority is None else authority.name, PathCache())

    def fetch(self, contact: Contact, query: bytes = b"") -> bytes:
        """Fetch a revocation list, or put an OCSP request to whom it is for; each once in a run.

        Raises:
            NetworkError: it was not answered, or with more than a companion may have.
        """
        kept = self._fetched.get((contact.url, query))
        if kept is None:
            self.announce(contact)
            ask = self.carrier.ask_status
            kept = ask(contact.url, query) if query else self.carrier.fetch(contact.url, STAMP_BYTES)
            if len(kept) > STAMP_BYTES:
                raise NetworkError(
                    f"authority {contact.authority}: expected at most {STAMP_BYTES} bytes about revocation, "
                    f"found {len(kept)}",
                    code="REPLY_TOO_LARGE",
                )
            self._fetched[contact.url, query] = kept
        return kept


def authorities_named(trust: Trust, names: Sequence[str]) -> tuple[Authority, ...]:
    """Return authorities of a trust by their names.

    Raises:
        UsageError: code AUTHORITY_UNKNOWN: the trust has none of this name; AUTHORITY_ADDRESS: it has no
            address; otherwise no name was given, or one twice.
    """
    known = {authority.name: authority for authority in trust.authorities}
    if not names or len(set(names)) != len(names):
        raise UsageError("authorities: expected at least one name, each once, found none or one twice")
    for name in names:
        if name not in known:
            listed = ", ".join(known) or "it has none"
            raise UsageError(
                f"authority {name}: expected one of the trust ({listed}), found none",
                code="AUTHORITY_UNKNOWN",
                hint="custody authority list, then custody trust add-authority",
            )
        if known[name].url is None:
            raise UsageError(
                f"authority {name}: expected an address to ask, found none",
                code="AUTHORITY_ADDRESS",
                hint="custody trust add-authority with --url",
            )
    return tuple(known[name] for name in names)
