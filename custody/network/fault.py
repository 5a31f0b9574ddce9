"""What can go wrong in an exchange with a service: a closed list of codes, and the error that carries one."""

from __future__ import annotations

from enum import Enum, auto

from custody.errors import NetworkError


class NetworkFault(Enum):
    """Codes; the name is the stable code of the error."""

    URL = auto()
    """The address is none that custody uses."""
    UNREACHABLE = auto()
    """No name, no way, or nobody who listens."""
    TIMEOUT = auto()
    """The whole exchange took longer than its deadline."""
    TLS = auto()
    """The certificate of the server, or its TLS, is not accepted."""
    PROXY = auto()
    """The proxy refuses to pass the exchange on."""
    REDIRECT = auto()
    """The service points to another address; custody goes only where it was sent."""
    TOO_MANY_REQUESTS = auto()
    """Status 429."""
    UNAVAILABLE = auto()
    """Status 500, 502, 503 or 504."""
    HTTP_STATUS = auto()
    """Any other status than 200."""
    HTTP_MALFORMED = auto()
    """What came is not HTTP."""
    CONTENT_TYPE = auto()
    """Another kind of content: mostly a page for people."""
    REPLY_TOO_LARGE = auto()
    """More bytes than a reply may have."""
    REPLY_TRUNCATED = auto()
    """The connection ended before the reply did."""
    PAUSED = auto()
    """Not asked: it failed before, or wants to be left alone for a while."""

    @property
    def retryable(self) -> bool:
        """Whether the same exchange may succeed a little later."""
        return self in _PASSING


_PASSING = {
    NetworkFault.UNREACHABLE,
    NetworkFault.TIMEOUT,
    NetworkFault.TOO_MANY_REQUESTS,
    NetworkFault.UNAVAILABLE,
    NetworkFault.REPLY_TRUNCATED,
}
_HINTS = {
    NetworkFault.URL: "give an address such as http://tsa.example/path, without user name and password",
    NetworkFault.UNREACHABLE: "check the address and the connection to the internet; nothing was lost",
    NetworkFault.TIMEOUT: "try again, or give it more time; nothing was lost",
    NetworkFault.TLS: "check this computer's clock and the address; a network that reads along shows so too",
    NetworkFault.PROXY: "check --proxy; one that wants a password is not supported",
    NetworkFault.REDIRECT: "ask the operator for the new address and give that one",
    NetworkFault.TOO_MANY_REQUESTS: "wait, or name another authority",
    NetworkFault.UNAVAILABLE: "try again later, or name another authority",
    NetworkFault.HTTP_STATUS: "check the address, or name another authority",
    NetworkFault.HTTP_MALFORMED: "check the address and the port",
    NetworkFault.CONTENT_TYPE: "check the address; a network that wants a sign-in answers like this too",
    NetworkFault.REPLY_TOO_LARGE: "check the address",
    NetworkFault.REPLY_TRUNCATED: "try again; nothing was lost",
    NetworkFault.PAUSED: "try again later, or name another authority",
}


class ExchangeError(NetworkError):
    """One exchange with a service failed; nothing of what it sent is kept or shown.

    Attributes:
        fault: what went wrong; its name is `code`.
        retry_after_seconds: how long the service asks to be left alone; None where it says nothing.
        again_in_seconds: when asking once more may help and is within the caller's patience; else None.
            Whoever keeps the pace sets it (`custody.network.pace`).
    """

    def __init__(
        self,
        fault: NetworkFault,
        subject: str,
        *,
        expected: str,
        found: str,
        retry_after_seconds: float | None = None,
    ) -> None:
        """Build the message `subject: expected …, found …` with the hint of the fault.

        Args:
            fault: what went wrong.
            subject: the name or address that the caller gave the service.
            expected: what an answer should have been.
            found: a description of what came instead, never the content itself.
            retry_after_seconds: see the class.
        """
        message = f"{subject}: expected {expected}, found {found}"
        super().__init__(message, code=fault.name, hint=_HINTS[fault])
        self.fault = fault
        self.retry_after_seconds = retry_after_seconds
        self.again_in_seconds: float | None = None
