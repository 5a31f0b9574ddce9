"""Bundles on a disk, and time authorities in this process, for tests of what adds proofs of time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from attrs import define, field

from custody.errors import NetworkError
from custody.model.instant import Instant, decode_instant
from custody.network.fault import ExchangeError, NetworkFault
from custody.stamping.desk import Carrier, Contact, Desk
from custody.trust.trust import Authority, Trust
from tests.tools.authority import TestAuthority
from tests.tools.bundles import Bundle, make_bundle, seed_signer, stream_of

NOW: Final = decode_instant("2026-06-01T12:00:00Z")
FIRST: Final = TestAuthority("first", operator="First operator")
SECOND: Final = TestAuthority("second", operator="Second operator")
SIGNER: Final = seed_signer("w-01")


@define
class Answers:
    """A carrier that answers in this process.

    Attributes:
        replies: what each authority makes of a query, by its name.
        lists: revocation lists by address.
        responses: OCSP responses by address.
        asked: names of the authorities that were asked, and addresses, in order.
    """

    replies: Mapping[str, Callable[[bytes], bytes]]
    lists: Mapping[str, bytes] = field(factory=dict)
    responses: Mapping[str, bytes] = field(factory=dict)
    asked: list[str] = field(factory=list)

    def ask(self, authority: Authority, query: bytes) -> bytes:
        """Answer as the authority of this name does; one without a reply is not reached."""
        self.asked.append(authority.name)
        reply = self.replies.get(authority.name)
        if reply is None:
            raise NetworkError("authority: expected an answer, found none", code="UNREACHABLE")
        return reply(query)

    def fetch(self, url: str, limit_bytes: int) -> bytes:
        """Give the list at an address."""
        self.asked.append(url)
        if url not in self.lists:
            raise NetworkError("list: expected it, found nothing", code="HTTP_STATUS")
        return self.lists[url][: limit_bytes + 1]

    def ask_status(self, url: str, query: bytes) -> bytes:
        """Give the response at an address."""
        self.asked.append(url)
        if not query or url not in self.responses:
            raise NetworkError("response: expected it, found nothing", code="HTTP_STATUS")
        return self.responses[url]


def answering(
    *authorities: TestAuthority, at: Callable[[], Instant] = lambda: NOW, **faults: Callable[[bytes], bytes]
) -> Answers:
    """Return a carrier to sound authorities, and by name to others."""
    sound = {one.name: _sound(one, at) for one in authorities}
    return Answers({**sound, **faults})


def passing() -> ExchangeError:
    """Return a failure after which asking again may help."""
    error = ExchangeError(NetworkFault.UNREACHABLE, "authority", expected="a connection to it", found="none")
    error.again_in_seconds = 1.0
    return error


def _sound(authority: TestAuthority, at: Callable[[], Instant]) -> Callable[[bytes], bytes]:
    return lambda query: authority.reply(query, at=at())


def trust_in(*authorities: TestAuthority) -> Trust:
    """Trust authorities, each with an address that nobody answers at."""
    return Trust(
        authorities=tuple(one.authority(url=f"http://{one.name}.example/tsa") for one in authorities)
    )


def make_desk(
    *authorities: TestAuthority,
    carrier: Carrier | None = None,
    at: Callable[[], Instant] = lambda: NOW,
    told: list[Contact] | None = None,
    seed: str = "desk",
) -> Desk:
    """Make a desk with authorities of this process, first and second unless others are given."""
    chosen = authorities or (FIRST, SECOND)
    return Desk(
        trust=trust_in(*chosen),
        now=at,
        randomness=stream_of(seed),
        carrier=carrier or answering(*chosen, at=at),
        announce=(told if told is not None else []).append,
    )


def write_bundle(bundle: Bundle, folder: Path) -> Path:
    """Write a bundle into a folder that does not exist yet."""
    for path, data in bundle.files.items():
        place = folder.joinpath(*path.split("/"))
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    (folder / "data").mkdir(exist_ok=True)
    return folder


def sealed_bundle(folder: Path, name: str = "bundle") -> Path:
    """Seal a small bundle and write it; equal names give equal bytes."""
    return write_bundle(make_bundle(signers=[SIGNER], name=name), folder)


def stamps_of(bundle: Path) -> dict[str, list[str]]:
    """Return the names of the files of every stamp in a bundle, by the path of its folder."""
    found: dict[str, list[str]] = {}
    for path in sorted(bundle.rglob("stamps/*/*")):
        found.setdefault(path.parent.relative_to(bundle).as_posix(), []).append(path.name)
    return found


def tree_of(folder: Path) -> dict[str, bytes]:
    """Return everything in a folder, locks left out."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.endswith(".lock")
    }
