"""A connected socket that keeps a deadline and counts what it receives."""

from __future__ import annotations

import io
import socket
from typing import TYPE_CHECKING

from custody.network.deadline import Deadline

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


class TooMuchError(Exception):
    """More bytes came than all of an exchange may have; it never leaves this package."""


class Wire:
    """A socket as `http.client.HTTPResponse` wants one, with two limits of its own.

    Each step may take what is left of the whole time, and no more bytes are received than the budget: a
    chunk whose size is negative makes `http.client` read without end.
    """

    def __init__(self, connected: socket.socket, deadline: Deadline, budget_bytes: int) -> None:
        """Take over a connected socket."""
        self._socket = connected
        self._deadline = deadline
        self._left_bytes = budget_bytes

    def send(self, data: bytes) -> None:
        """Send all of these bytes.

        Raises:
            OSError: TimeoutError when the deadline passes, another when the connection is lost.
        """
        self._socket.settimeout(self._deadline.remaining_seconds())
        self._socket.sendall(data)

    def receive_into(self, buffer: WriteableBuffer) -> int:
        """Receive some bytes; 0 at the end.

        Raises:
            OSError: as `send`.
            TooMuchError: the budget is used up.
        """
        self._socket.settimeout(self._deadline.remaining_seconds())
        count = self._socket.recv_into(buffer)
        self._left_bytes -= count
        if self._left_bytes < 0:
            raise TooMuchError
        return count

    def makefile(self, _mode: str) -> io.BufferedReader:
        """Return a reader over what is received."""
        return io.BufferedReader(_Incoming(self))


class _Incoming(io.RawIOBase):
    """The receiving side of a wire."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def readable(self) -> bool:
        """Whether it can be read: always."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Receive some bytes."""
        return self._wire.receive_into(buffer)
