"""Addresses of services: http and https URLs, read strictly, before anything is connected (RFC 3986)."""

from __future__ import annotations

import re
from ipaddress import IPv6Address
from typing import Final
from urllib.parse import urlsplit

from attrs import frozen

from custody.network.fault import ExchangeError, NetworkFault

_PORTS: Final = {"http": 80, "https": 443}
_MAX_PORT: Final = 65535
_MAX_HOST: Final = 253
# Printable ASCII without what RFC 3986 never allows: urlsplit would quietly drop line feeds and tabs.
_ALLOWED: Final = re.compile(r"[!#-;=?-\[\]_a-z~]{1,2048}")
_LABEL: Final = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_NAME: Final = re.compile(rf"{_LABEL}(?:\.{_LABEL})*\.?")


@frozen(kw_only=True)
class Address:
    """Where a service is.

    Attributes:
        secure: whether TLS is spoken there (https).
        host: a name, an IPv4 address, or an IPv6 address without its brackets.
        port: TCP port.
        target: path and query, as the first line of a request has them.
    """

    secure: bool
    host: str
    port: int
    target: str = "/"

    @property
    def place(self) -> str:
        """Host and port, an IPv6 address in brackets (RFC 3986, 3.2)."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"

    @property
    def host_header(self) -> str:
        """Host, and port unless it is the usual one (RFC 9110, 7.2)."""
        usual = self.port == _PORTS["https" if self.secure else "http"]
        return self.place.removesuffix(f":{self.port}") if usual else self.place

    @property
    def shown(self) -> str:
        """The address for messages; a query may be secret and is left out."""
        scheme = "https" if self.secure else "http"
        return f"{scheme}://{self.host_header}{self.target.partition('?')[0]}"


def decode_address(url: str, *, subject: str = "address") -> Address:
    """Read an http or https URL.

    A fragment is no part of a request and is refused, as are user name and password: they would travel with
    every request and end up in logs.

    Args:
        url: as a person, a trust file or a certificate gives it.
        subject: what errors call it.

    Raises:
        ExchangeError: URL.
    """
    try:
        parts = urlsplit(url) if _ALLOWED.fullmatch(url) else None
        port = parts.port if parts else None
    except ValueError:  # brackets that hold no IPv6 address, a port that is no number
        parts = port = None
    if parts is None or parts.scheme not in _PORTS or "#" in url or not _is_host(parts.hostname or ""):
        raise _refusal(subject, "an http or https address", "something else")
    if "@" in parts.netloc:
        raise _refusal(subject, "an address without user name and password", "one with them")
    port = _PORTS[parts.scheme] if port is None else port
    if not 0 < port <= _MAX_PORT:
        raise _refusal(subject, "a port from 1 to 65535", "another")
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Address(secure=parts.scheme == "https", host=parts.hostname or "", port=port, target=target)


def decode_proxy(url: str) -> Address:
    """Read the address of an HTTP proxy, which names a host and a port alone.

    Raises:
        ExchangeError: URL.
    """
    found = decode_address(url, subject="proxy")
    if found.secure or found.target != "/":
        raise _refusal("proxy", "an address such as http://proxy.example:3128", "another")
    return found


def _is_host(host: str) -> bool:
    if ":" in host:
        try:
            return IPv6Address(host).scope_id is None
        except ValueError:
            return False
    return len(host) <= _MAX_HOST and _NAME.fullmatch(host) is not None


def _refusal(subject: str, expected: str, found: str) -> ExchangeError:
    return ExchangeError(NetworkFault.URL, subject, expected=expected, found=found)
