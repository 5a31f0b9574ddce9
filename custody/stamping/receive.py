"""From a question to a token that is kept, with what is kept beside it; each step survives the next one."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import define, field, frozen

from custody.errors import CustodyError, NetworkError
from custody.network.fault import ExchangeError
from custody.stamping.companions import Companions, gather_companions
from custody.stamping.desk import Desk, Postponed
from custody.stamping.exchange import Token, ask, examine
from custody.stamping.queue import Queue, Request, make_request
from custody.trust.trust import Authority


@frozen(kw_only=True)
class Received:
    """A token that holds, what it was asked for, and what is kept beside it."""

    request: Request
    token: Token
    companions: Companions

    @property
    def algorithm(self) -> str:
        """Name of the hash of its imprint."""
        return self.request.query.imprint_algorithm


@define
class Counter:
    """Where questions are put and answers are kept, and what went wrong there.

    Attributes:
        desk: the outside.
        queue: the questions under way.
        refused: by the name of an authority, why nothing came of asking it; it is not asked again.
        postponed: names of authorities that did not answer and may be asked again, after the others.
        notes: why some revocation data is not kept.
        waiting: how many tokens stay in the queue, for the trust does not know who gave them.
    """

    desk: Desk
    queue: Queue
    refused: dict[str, CustodyError] = field(factory=dict)
    postponed: set[str] = field(factory=set)
    notes: list[CustodyError] = field(factory=list)
    waiting: int = 0

    def receive(
        self, authority: Authority, kind: str, algorithm: str, leaves: Sequence[bytes]
    ) -> Received | None:
        """Ask for one token over many leaves and keep it; None where nothing came of it.

        Raises:
            StorageError: a question or a token could not be kept; a question that is not kept is not sent.
        """
        request = make_request(self.desk, authority, kind, algorithm, leaves)
        self.queue.keep(request)
        try:
            token = ask(self.desk, authority, request.query)
        except NetworkError as error:
            self.queue.drop(request)
            self._failed(authority, error)
            return None
        self.queue.keep_token(request, token)
        return self._with_companions(request, token)

    def _failed(self, authority: Authority, error: NetworkError) -> None:
        again = error.again_in_seconds if isinstance(error, ExchangeError) else None
        if again is None:
            self.refused[authority.name] = error
        else:
            self.postponed.add(authority.name)
            self.desk.postpones(Postponed(authority=authority.name, error=error, again_in_seconds=again))

    def receive_again(self, kind: str) -> Sequence[Received]:
        """Take up what an earlier run received and could not put away.

        A token that does not hold any more is dropped: what it was for is still pending.

        Raises:
            StorageError: the queue cannot be read.
        """
        known = {authority.name: authority for authority in self.desk.trust.authorities}
        found = []
        for request, data in self.queue.received():
            if request.kind != kind or request.authority not in known:
                self.waiting += 1
                continue
            try:
                token = examine(self.desk, known[request.authority], data, request.query)
            except NetworkError as error:
                self.queue.drop(request)
                self.notes.append(error)
                continue
            received = self._with_companions(request, token)
            found += [] if received is None else [received]
        return found

    def _with_companions(self, request: Request, token: Token) -> Received | None:
        try:
            companions = gather_companions(self.desk, token, request.query)
        except NetworkError as error:  # with what is said about revocation it does not hold
            self.queue.drop(request)
            self.refused[token.authority.name] = error
            return None
        self.notes = list({str(note): note for note in (*self.notes, *companions.failed)}.values())
        return Received(request=request, token=token, companions=companions)
