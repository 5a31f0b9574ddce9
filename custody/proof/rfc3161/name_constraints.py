"""Name constraints of certification authorities (RFC 5280, 4.2.1.10), held against what lies below them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Final

from cryptography import x509

from custody.errors import FormatError
from custody.proof.rfc3161.certificate import Certificate
from custody.proof.rfc3161.names import decode_name

_MAILBOX: Final = bytes.fromhex("2a864886f70d010901")  # emailAddress, 1.2.840.113549.1.9.1
_URI_HOST: Final = re.compile(
    r"[A-Za-z][A-Za-z0-9+.-]*://(?:[^/?#@]*@)?([A-Za-z0-9.-]+)(?::[0-9]*)?(?:[/?#].*)?"
)


def name_constraints_hold(issuer: Certificate, below: Certificate) -> bool:
    """Tell whether the names of a certificate are those that an authority above it may certify.

    A name whose kind the constraints speak of and that cannot be compared counts as forbidden.
    """
    found = issuer.extension(x509.NameConstraints)
    if found is None:
        return True
    permitted, excluded = (found.value.permitted_subtrees or []), (found.value.excluded_subtrees or [])
    try:
        for kind, name in _names_of(below):
            allowed = [one for one in permitted if isinstance(one, kind)]
            if any(isinstance(one, kind) and _matches(name, one) for one in excluded):
                return False
            if allowed and not any(_matches(name, one) for one in allowed):
                return False
    except FormatError:
        return False
    return True


def _names_of(certificate: Certificate) -> Iterator[tuple[type[x509.GeneralName], object]]:
    """Yield kind and value; the value of a directory name is its folded form."""
    subject = decode_name(certificate.subject)
    if subject:
        yield x509.DirectoryName, subject
    alternative = certificate.extension(x509.SubjectAlternativeName)
    if alternative is None:
        # RFC 5280, 4.2.1.10: without alternative names, constraints on mailboxes apply to the subject's.
        yield from ((x509.RFC822Name, value) for part in subject for kind, value in part if kind == _MAILBOX)
        return
    for name in alternative.value:
        yield type(name), _value_of(name)


def _value_of(name: x509.GeneralName) -> object:
    return decode_name(name.value.public_bytes()) if isinstance(name, x509.DirectoryName) else name.value


def _matches(value: object, subtree: x509.GeneralName) -> bool:
    """Compare a name's value with a subtree of its kind; FormatError where that cannot be done."""
    limit = _value_of(subtree)
    match subtree, value, limit:
        case x509.DirectoryName(), tuple(), tuple():
            return value[: len(limit)] == limit
        case x509.DNSName(), str(), str():
            return _within(value, limit, below=True)
        case x509.RFC822Name(), str(), str():
            return _mailbox_matches(value, limit)
        case x509.UniformResourceIdentifier(), str(), str():
            found = _URI_HOST.fullmatch(value)
            if found is not None:
                return _within(found[1], limit, below=False)
        case x509.IPAddress(), IPv4Address() | IPv6Address(), IPv4Network() | IPv6Network():
            return value in limit
        case _:
            pass
    raise _incomparable()


def _incomparable() -> FormatError:
    return FormatError(
        "name constraints", expected="a name that can be compared", found="another", code="DER"
    )


def _within(host: str, subtree: str, *, below: bool) -> bool:
    """Compare hosts; a subtree that begins with a dot means what lies below it alone."""
    host, subtree = host.casefold(), subtree.casefold()
    if subtree.startswith("."):
        return host.endswith(subtree)
    return host == subtree or (below and (not subtree or host.endswith(f".{subtree}")))


def _mailbox_matches(mailbox: str, subtree: str) -> bool:
    local, at, host = mailbox.rpartition("@")
    if not at:
        raise _incomparable()
    if "@" in subtree:
        wanted, _, place = subtree.rpartition("@")
        return local == wanted and host.casefold() == place.casefold()
    return _within(host, subtree, below=False)
