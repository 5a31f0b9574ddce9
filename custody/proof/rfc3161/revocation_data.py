"""Revocation lists and responses of one origin, read once and found by what they are about (rule TS-15)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Final, TypeAlias

from attrs import field, frozen

from custody.errors import FormatError
from custody.proof.rfc3161.certificate import Certificate, Claims, algorithm_names
from custody.proof.rfc3161.names import NameKey, name_key
from custody.proof.rfc3161.ocsp_response import OcspResponse, decode_ocsp_response
from custody.proof.rfc3161.revocation_list import RevocationList, decode_revocation_list
from custody.proof.rfc3161.revocation_statement import Statement

_List: TypeAlias = tuple[str, RevocationList]
_Response: TypeAlias = tuple[str, OcspResponse]
# Lists that do not name a certificate can only clear it, for which one is enough; those that name it are all
# looked at, so that no number of others hides one.
_SILENT: Final = 64


@frozen(kw_only=True)
class Said:
    """What one list or response says of one certificate; its signature was verified.

    Attributes:
        digest: of the list or response, 64 hex digits.
        statement: None where its form is one that is not judged.
        algorithms: names of what its signature rests on, as in a trust's `algorithms`.
    """

    digest: str
    statement: Statement | None
    algorithms: tuple[str, ...]


@frozen(kw_only=True, eq=False)
class RevocationData:
    """Lists and responses, each once, in their order; whose they are was not looked at.

    Attributes:
        lists: with their digests, by the name of whoever signed them.
        responses: with their digests, by each serial number that they answer for.
        digests: of all that could be read, 64 hex digits each.
        unread: whether something cannot be read.
        identity: tells two apart without keeping what is in them.
    """

    lists: Mapping[NameKey, Sequence[_List]] = field(repr=False)
    responses: Mapping[int, Sequence[_Response]] = field(repr=False)
    digests: frozenset[str] = field(repr=False)
    unread: bool = False
    identity: object = field(factory=object, repr=False)

    def may_name(self, claims: Claims) -> bool:
        """Tell whether something here, whoever signed it, is about a certificate by its serial number."""
        lists = self.lists.get(name_key(claims.issuer), ())
        return claims.serial in self.responses or any(one.lists(claims.serial) for _, one in lists)

    def said_of(self, certificate: Certificate, issuer: Certificate) -> Iterator[Said]:
        """Collect what the issuer alone says of a certificate."""
        silent = 0
        for digest, one in self.lists.get(name_key(issuer.subject), ()):
            if not one.lists(certificate.serial):
                silent += 1
                if silent > _SILENT:
                    continue
            if one.signed_by(issuer):
                statement = one.statement_on(certificate) if one.judged else None
                yield Said(digest=digest, statement=statement, algorithms=_rests_on(one.hash_name, issuer))
        for digest, response in self.responses.get(certificate.serial, ()):
            found = response.statements_on(certificate, issuer)
            if not any(one.revoked_at for one in found):
                silent += 1
                if silent > _SILENT:
                    continue
            signer = response.signer_for(issuer) if found else None
            if signer is not None:
                algorithms = _rests_on(response.hash_name, signer)
                if signer != issuer:
                    algorithms = (*algorithms, *_rests_on(signer.hash_name, issuer))
                yield from (Said(digest=digest, statement=one, algorithms=algorithms) for one in found)


def _rests_on(hash_name: str | None, signer: Certificate) -> tuple[str, ...]:
    return (*algorithm_names(signer.key), *(() if hash_name is None else (hash_name,)))


def decode_revocation_data(crls: Sequence[bytes], ocsps: Sequence[bytes]) -> RevocationData:
    """Read lists and responses.

    Args:
        crls: lists, DER; rubbish and repeats too.
        ocsps: responses, DER; the same.
    """
    lists: dict[NameKey, list[_List]] = {}
    responses: dict[int, list[_Response]] = {}
    digests: set[str] = set()
    unread = False
    for der in dict.fromkeys(crls):
        try:
            one = decode_revocation_list(der)
        except FormatError:
            unread = True
        else:
            digests.add(digest := sha256(der).hexdigest())
            lists.setdefault(name_key(one.issuer), []).append((digest, one))
    for der in dict.fromkeys(ocsps):
        try:
            response = decode_ocsp_response(der)
        except FormatError:
            unread = True
        else:
            digests.add(digest := sha256(der).hexdigest())
            for serial in dict.fromkeys(answer.serial for answer in response.answers):
                responses.setdefault(serial, []).append((digest, response))
    return RevocationData(lists=lists, responses=responses, digests=frozenset(digests), unread=unread)
