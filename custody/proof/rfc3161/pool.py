"""Certificates that lie together, found by what they claim (RFC 5280, 4.1), so that none is read in vain.

Anybody may lay any number of certificates beside a token. What they claim is read once; after that, those
that nobody asks for cost nothing, however many there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import TypeVar

from attrs import field, frozen
from cryptography import x509

from custody.errors import FormatError
from custody.proof.rfc3161.certificate import Claims, claims_of, decode_certificate

_K = TypeVar("_K")


@frozen(kw_only=True, eq=False)
class Pool:
    """Certificates of one origin, each once.

    Attributes:
        claims: what they claim, in their order.
        by_subject: by subject's Name, DER; in their order.
        by_serial: by serial number; in their order.
        by_key: by SubjectPublicKeyInfo, DER; in their order.
        rubbish: what does not claim to be a certificate.
        identity: tells two apart without keeping what is in them.
    """

    claims: Mapping[bytes, Claims] = field(repr=False)
    by_subject: Mapping[bytes, tuple[Claims, ...]] = field(repr=False)
    by_serial: Mapping[int, tuple[Claims, ...]] = field(repr=False)
    by_key: Mapping[bytes, tuple[Claims, ...]] = field(repr=False)
    rubbish: tuple[bytes, ...] = field(repr=False)
    identity: object = field(factory=object, repr=False)

    def by_key_identifier(self, identifier: bytes) -> tuple[Claims, ...]:
        """Return the certificates with a subject key identifier, in their order.

        All are read for this, once: few tokens name their signers so.
        """
        return self._identified.get(identifier, ())

    @cached_property
    def _identified(self) -> Mapping[bytes, tuple[Claims, ...]]:
        return _grouped(self.claims.values(), _key_identifier)


def _key_identifier(claims: Claims) -> bytes:
    try:
        found = decode_certificate(claims.der).extension(x509.SubjectKeyIdentifier)
    except FormatError:
        return b""
    return b"" if found is None else found.value.digest


def _grouped(claims: Iterable[Claims], key: Callable[[Claims], _K]) -> dict[_K, tuple[Claims, ...]]:
    groups: dict[_K, list[Claims]] = {}
    for one in claims:
        groups.setdefault(key(one), []).append(one)
    return {name: tuple(group) for name, group in groups.items()}


def pool_of(ders: Iterable[bytes]) -> Pool:
    """Read what certificates claim.

    Args:
        ders: their bytes; rubbish and repeats too.
    """
    claims: dict[bytes, Claims] = {}
    rubbish: list[bytes] = []
    for der in dict.fromkeys(ders):
        try:
            claims[der] = claims_of(der)
        except FormatError:
            rubbish.append(der)
    return Pool(
        claims=claims,
        by_subject=_grouped(claims.values(), lambda one: one.subject),
        by_serial=_grouped(claims.values(), lambda one: one.serial),
        by_key=_grouped(claims.values(), lambda one: one.key_info),
        rubbish=tuple(rubbish),
    )
