"""Who writes in which bundle, and what he accepts."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain, count
from typing import Final

from attrs import evolve, field, frozen

from custody.errors import SignerError
from custody.keys.event_writer import Randomness
from custody.keys.signer import Signer
from custody.model.identity import Identity
from custody.model.instant import Instant
from custody.storage.folder import open_folder
from custody.trust.trust import DatedKeySet, KeyStanding, Role, SetMatch, Trust, TrustedIdentity
from custody.verification.standing import Standing, take_standing

_STEM: Final = 48  # characters of a name that stay when a number must follow it


@frozen(kw_only=True)
class Desk:
    """Everything that the verbs of the log share.

    Attributes:
        bundle: path of the bundle's folder.
        trust: whom the writer accepts; `with_own` has added his own keys.
        signer: who acts.
        cosigners: who else signs here and now, with keys at hand.
        randomness: gives bytes from the operating system's generator.
        now: reads the clock.
        memory: the folder in which the signer's key remembers what it has published; None where there is no
            place beside the key (a token, a test): then no restored copy is recognised.
        moved: the signer says that the key has moved, and that no other copy of the bundle goes on elsewhere:
            what the memory does not know may be continued.
        expect_seal: id of the seal as known from elsewhere.
    """

    bundle: str
    trust: Trust = field(repr=False)
    signer: Signer = field(repr=False)
    cosigners: tuple[Signer, ...] = field(default=(), repr=False)
    randomness: Randomness = field(repr=False)
    now: Callable[[], Instant] = field(repr=False)
    memory: str | None = field(default=None, repr=False)
    moved: bool = False
    expect_seal: str | None = None


def with_own(trust: Trust, identity: Identity, at: Instant) -> Trust:
    """Return a trust that also knows the writer himself, as a holder: what he signs must count for him.

    Raises:
        SignerError: code EVENT_KEY_SET: the trust knows some of the keys, yet not as this set;
            EVENT_KEY_TIME: it says that they do not count at this moment.
    """
    found = trust.match(identity.key_set.key_ids)
    if found.match is SetMatch.OTHER:
        raise SignerError(
            "signer: expected a whole key set of the trust, found a part of one",
            code="EVENT_KEY_SET",
            hint="sign with the whole key set, or correct the trust file",
        )
    if found.dated_set is not None:
        if found.dated_set.standing(not_after=at) is not KeyStanding.COUNTS:
            raise SignerError(
                "signer: expected keys that count now, found a set whose time the trust has ended",
                code="EVENT_KEY_TIME",
                hint="sign with the present key set of this identity",
            )
        return trust
    taken = {one.name for one in trust.identities}
    names = (f"{identity.name[:_STEM]}.own{number}" for number in count(1))
    name = next(name for name in chain([identity.name], names) if name not in taken)
    own = TrustedIdentity(
        name=name, roles=frozenset({Role.HOLDER}), sets=(DatedKeySet(key_set=identity.key_set),)
    )
    return evolve(trust, identities=(*trust.identities, own))


def stand(desk: Desk) -> Standing:
    """Judge the log as it lies on the disk.

    Raises:
        BundleError, StorageError: it cannot be read as one.
    """
    source = open_folder(desk.bundle)
    try:
        return take_standing(source, desk.trust, verified_at=desk.now(), expect_seal=desk.expect_seal)
    finally:
        source.close()
