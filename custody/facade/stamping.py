"""Proofs of time: stamps, their renewal, and anchors. The only functions that open connections.

Nobody is contacted but the authorities that are named, and where revocation data is wanted the addresses that
their verified certificates name. They get digests and nothing else; each sees the sender's address and the
moment, and so does whoever watches the way to it. `announce` is told before each contact.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from time import monotonic, sleep
from typing import Final, TypeAlias

from attrs import evolve, field, frozen

from custody.errors import StorageError, UsageError
from custody.facade.moment import Moment, instant_of, now
from custody.facade.verifying import trust_of
from custody.network.address import decode_proxy
from custody.network.fault import ExchangeError
from custody.network.pace import Pace, Pacer, Wait
from custody.network.revocation import ask_ocsp, fetch
from custody.network.timestamp import TIMEOUT_SECONDS, request_token
from custody.stamping.desk import Carrier, Contact, Desk, Postponed, authorities_named, say_nothing
from custody.stamping.fresh import fetch_anchors as fetch_anchor_tokens
from custody.stamping.queue import QUEUE_FOLDER
from custody.stamping.renew import RenewalOutcome, renew_bundles
from custody.stamping.stamp import HASHES_OFFERED, OPERATORS_WANTED, StampOptions, StampOutcome, stamp_bundles
from custody.stamping.target import Passed, check_bundle
from custody.storage.bundle_listing import find_bundles
from custody.storage.tree import base_name
from custody.trust.trust import Authority, Trust

AnyPath: TypeAlias = str | os.PathLike[str]
Names: TypeAlias = str | Sequence[str]
"""One name of an authority in the trust, or several."""
_RANDOM_BYTES: Final = 4


def _fraction() -> float:
    """Return a random number from 0 to 1, so that many programs do not come back together."""
    return int.from_bytes(os.urandom(_RANDOM_BYTES), "big") / 256**_RANDOM_BYTES


@frozen(kw_only=True)
class Internet:
    """The carrier that opens connections: patient with authorities, and with each for itself.

    Attributes:
        pacer: how often each authority is asked, and how it stood until now.
        proxy: URL of an HTTP proxy; None: straight. The environment is not asked.
        timeout_seconds: for each exchange with an authority, from the name to the last byte.
    """

    pacer: Pacer
    proxy: str | None = None
    timeout_seconds: float = TIMEOUT_SECONDS

    def ask(self, authority: Authority, query: bytes) -> bytes:
        """Send a timestamp query."""
        name = f"authority {authority.name}"

        def question() -> bytes:
            return request_token(
                authority.url or "",
                query,
                name=name,
                proxy=self.proxy,
                timeout_seconds=self.timeout_seconds,
            )

        return self.pacer.ask_once(name, question)

    def fetch(self, url: str, limit_bytes: int) -> bytes:
        """Fetch a revocation list."""
        return fetch(url, limit_bytes, proxy=self.proxy)

    def ask_status(self, url: str, query: bytes) -> bytes:
        """Send an OCSP request."""
        return ask_ocsp(url, query, proxy=self.proxy)


@frozen(kw_only=True)
class Service:
    """How authorities are reached and what is wanted of them.

    Attributes:
        proxy: URL of an HTTP proxy; None: straight.
        timeout_seconds: for each exchange with an authority, from the name to the last byte.
        revocation: fetch what is said about revocation and keep it beside stamps; later it cannot be had.
        pace: how patient to be with an authority that does not answer, or wants to be left alone.
        announce: told of each contact before it is made.
        waits: told of each wait before it begins, and why.
        postpones: told at once of an authority that does not answer and is asked again after the others.
        queues: told when another run works on the same folder, before that is waited for.
        carrier: another way to the authorities than the internet, for tests and closed networks.
    """

    proxy: str | None = None
    timeout_seconds: float = TIMEOUT_SECONDS
    revocation: bool = True
    pace: Pace = field(factory=Pace)
    announce: Callable[[Contact], None] = say_nothing
    waits: Callable[[Wait], None] = say_nothing
    postpones: Callable[[Postponed], None] = say_nothing
    queues: Callable[[], None] = say_nothing
    carrier: Carrier | None = None

    def __attrs_post_init__(self) -> None:
        """Refuse a proxy that is none, before anybody is told that he will be asked.

        Raises:
            UsageError: code URL.
        """
        if self.proxy is None:
            return
        try:
            decode_proxy(self.proxy)
        except ExchangeError as error:
            raise UsageError(
                str(error),
                code=error.code,
                hint="an HTTP proxy is named without path, user name and password",
            ) from None

    def desk(self, trust: Trust | AnyPath) -> Desk:
        """Return what stamping needs of the outside."""
        return Desk(
            trust=trust_of(trust),
            now=now,
            randomness=os.urandom,
            carrier=self.carrier or self._internet(),
            announce=self.announce,
            postpones=self.postpones,
            queues=self.queues,
            revocation=self.revocation,
        )

    def _internet(self) -> Internet:
        pacer = Pacer(self.pace, clock=monotonic, sleep=sleep, randomness=_fraction, waits=self.waits)
        return Internet(pacer=pacer, proxy=self.proxy, timeout_seconds=self.timeout_seconds)


def stamp(
    bundles: AnyPath | Iterable[AnyPath],
    *,
    authorities: Names,
    trust: Trust | AnyPath,
    hash: str = HASHES_OFFERED[0],  # noqa: A002 - the word of RFC 3161
    operators: int = OPERATORS_WANTED,
    single: bool = False,
    service: Service | None = None,
) -> StampOutcome:
    """Have everything in bundles stamped that an operator has not stamped yet: seals, events, attestations.

    Each seal gets a token of its own; what else is pending shares one, through a reduced hash tree
    (RFC 4998). What was stamped already is not asked for again, and a reply that does not hold is not stored.
    Each bundle is opened before anybody is asked. Look at `short`, `refused`, `passed` of the outcome.

    Args:
        bundles: the folder of one, or of several; a zip is never written to.
        authorities: names in the trust; of one operator the second is asked when the first fails.
        trust: whose tokens are accepted.
        hash: of the imprint: sha256 or sha512.
        operators: how many should have stamped each thing in the end.
        single: a token for each thing, which stock tools can check.
        service: how the authorities are reached.

    Raises:
        UsageError: an authority that the trust does not name, or without an address; AUTHORITY_UNKNOWN or
            AUTHORITY_ADDRESS.
        StorageError: one of them is missing or a zip, and nothing was done: MISSING, NOT_A_FOLDER; or
            requests cannot be kept beside a bundle: what was published until then stays.
        BundleError: a folder is no bundle, NO_BUNDLE; or the trust is malformed.
    """
    desk, named = _called(authorities, trust, service)
    options = StampOptions(hash=hash, operators=operators, single=single)
    outcome = StampOutcome()
    for folder, group in _by_folder(bundles).items():
        more = stamp_bundles(desk, group, named, queue=_queue(folder), options=options)
        outcome = outcome.and_then(more)
    return outcome


def stamp_all(
    folder: AnyPath,
    *,
    authorities: Names,
    trust: Trust | AnyPath,
    hash: str = HASHES_OFFERED[0],  # noqa: A002 - the word of RFC 3161
    operators: int = OPERATORS_WANTED,
    single: bool = False,
    service: Service | None = None,
) -> StampOutcome:
    """Have everything stamped that is pending in the bundles anywhere below a folder.

    One token serves all of them, through reduced hash trees (RFC 4998), whatever their number. A run that is
    killed loses no token that arrived: the next one goes on. `bundles` of the outcome is 0 where none is
    found; what is found and cannot be opened is in `passed`.

    Args:
        folder: where to look; requests under way are kept in `.custody-queue` in it.
        authorities: names in the trust.
        trust: whose tokens are accepted.
        hash: of the imprint: sha256 or sha512.
        operators: how many should have stamped each thing in the end.
        single: a token for each thing, which stock tools can check, in place of one for all.
        service: how the authorities are reached.

    Raises:
        UsageError: as `stamp`; TARGET_INSIDE: the folder is, or lies in, a bundle.
        StorageError: the folder cannot be used.
        BundleError: the trust is malformed.
    """
    desk, named = _called(authorities, trust, service)
    bundles, zips = find_bundles(os.fspath(folder))
    options = StampOptions(hash=hash, operators=operators, batch=not single, single=single)
    outcome = stamp_bundles(desk, bundles, named, queue=_queue(os.fspath(folder)), options=options)
    return evolve(outcome, passed=(*outcome.passed, *map(_zip_passed, zips)))


def renew(
    bundles: AnyPath | Iterable[AnyPath],
    *,
    authorities: Names,
    trust: Trust | AnyPath,
    weakens_before: Moment | None = None,
    service: Service | None = None,
) -> RenewalOutcome:
    """Renew the proofs of time in bundles by a new token over each; the old ones stay.

    Args:
        bundles: the folder of one, or of several.
        authorities: names in the trust; one of the proof's own operator is asked first.
        trust: whose tokens are accepted.
        weakens_before: renew what weakens until then; None renews every proof that holds.
        service: how the authorities are reached.

    Raises:
        CustodyError: as `stamp`.
    """
    desk, named = _called(authorities, trust, service)
    before = None if weakens_before is None else instant_of(weakens_before)
    outcome = RenewalOutcome()
    for folder, group in _by_folder(bundles).items():
        more = renew_bundles(desk, group, named, queue=_queue(folder), weakens_before=before)
        outcome = outcome.and_then(more)
    return outcome


def renew_all(
    folder: AnyPath,
    *,
    authorities: Names,
    trust: Trust | AnyPath,
    weakens_before: Moment | None = None,
    service: Service | None = None,
) -> RenewalOutcome:
    """Renew the proofs of time in all bundles below a folder; one token serves all of them.

    Raises:
        CustodyError: as `stamp_all`.
    """
    desk, named = _called(authorities, trust, service)
    before = None if weakens_before is None else instant_of(weakens_before)
    bundles, zips = find_bundles(os.fspath(folder))
    outcome = renew_bundles(desk, bundles, named, queue=_queue(os.fspath(folder)), weakens_before=before)
    return evolve(outcome, passed=(*outcome.passed, *map(_zip_passed, zips)))


def fetch_anchors(
    authorities: Names, *, trust: Trust | AnyPath, service: Service | None = None
) -> tuple[bytes, ...]:
    """Fetch tokens for `seal(anchors=…)`: they show that the seal was not made before them.

    What is stamped is random and tells nothing.

    Raises:
        UsageError: as `stamp`.
        NetworkError: an authority was not reached, or did not answer with a token that holds.
    """
    desk, named = _called(authorities, trust, service)
    return fetch_anchor_tokens(desk, named)


def _called(
    authorities: Names, trust: Trust | AnyPath, service: Service | None
) -> tuple[Desk, tuple[Authority, ...]]:
    desk = (service or Service()).desk(trust)
    names = (authorities,) if isinstance(authorities, str) else tuple(authorities)
    return desk, authorities_named(desk.trust, names)


def _by_folder(bundles: AnyPath | Iterable[AnyPath]) -> dict[str, list[str]]:
    """Group bundles by the folder that they lie in, beside which requests are kept; each can be opened."""
    listed = [bundles] if isinstance(bundles, str | os.PathLike) else list(bundles)
    found: dict[str, list[str]] = {}
    for path in dict.fromkeys(os.fspath(one) for one in listed):
        check_bundle(path)
        found.setdefault(str(Path(os.path.abspath(path)).parent), []).append(path)  # noqa: PTH100 - no links
    return found


def _queue(folder: str) -> str:
    return str(Path(folder) / QUEUE_FOLDER)


def _zip_passed(path: str) -> Passed:
    error = StorageError(
        f"{base_name(path)}: expected the folder of a bundle, found a zip",
        code="NOT_A_FOLDER",
        hint="a zip is never written to: custody unpack, add to the folder, then custody pack",
    )
    return Passed(bundle=path, folder="", error=error)
