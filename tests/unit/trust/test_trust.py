"""Whom a trust accepts: matching by keys, roles, dated key sets, thresholds."""

from __future__ import annotations

import hashlib

import pytest
from nacl.bindings import crypto_sign_seed_keypair

from custody.errors import UsageError
from custody.model.identity import Identity, KeyAlgorithm, KeySet, PublicKey
from custody.model.instant import Instant, decode_instant
from custody.trust.trust import (
    AlgorithmEnd,
    Authority,
    DatedKeySet,
    KeyStanding,
    Role,
    SetMatch,
    Threshold,
    Trust,
    TrustedIdentity,
    TrustedRoot,
)


def ed25519(number: int) -> PublicKey:
    """An honest key of its own for each number."""
    seed = hashlib.sha256(number.to_bytes(4, "big")).digest()
    return PublicKey.from_raw(KeyAlgorithm.ED25519, crypto_sign_seed_keypair(seed)[0])


def hybrid(number: int) -> KeySet:
    """A set of both algorithms."""
    return KeySet(
        keys=(ed25519(number), PublicKey.from_raw(KeyAlgorithm.MLDSA65, number.to_bytes(1952, "big")))
    )


def known(name: str, *sets: KeySet) -> TrustedIdentity:
    """An identity with undated sets."""
    return TrustedIdentity(
        name=name,
        roles=frozenset({Role.SEALER}),
        sets=tuple(DatedKeySet(key_set=key_set) for key_set in sets),
    )


ONE, TWO, OLD = hybrid(1), hybrid(2), hybrid(3)
TRUST = Trust(identities=(known("w-01", ONE, OLD), known("w-02", TWO)))


def test_a_whole_set_is_matched() -> None:
    """Exactly the keys of one set, in any order, speak for the identity."""
    match = TRUST.match(reversed(OLD.key_ids))
    assert match.match is SetMatch.WHOLE
    assert match.identity is not None
    assert match.identity.name == "w-01"
    assert match.dated_set is not None
    assert match.dated_set.key_set == OLD


@pytest.mark.parametrize(
    "listed",
    [
        pytest.param(ONE.key_ids[:1], id="shortened"),
        pytest.param((ONE.key_ids[0], OLD.key_ids[1]), id="mixed"),
        pytest.param((*ONE.key_ids, *OLD.key_ids), id="two sets"),
        pytest.param((*ONE.key_ids, "0" * 64), id="with a foreign key"),
    ],
)
def test_not_exactly_one_set_is_no_whole_set(listed: tuple[str, ...]) -> None:
    """Known keys that are not exactly one set of their identity are named, and are no match."""
    match = TRUST.match(listed)
    assert match.match is SetMatch.OTHER
    assert match.identity is not None
    assert match.identity.name == "w-01"
    assert match.dated_set is None


@pytest.mark.parametrize("listed", [(), ("0" * 64,), (*ONE.key_ids, *TWO.key_ids)])
def test_strangers_and_mixtures_of_people_are_unknown(listed: tuple[str, ...]) -> None:
    """No known key, or keys of two identities, are nobody."""
    match = TRUST.match(listed)
    assert match.match is SetMatch.UNKNOWN
    assert match.identity is None


def test_none_knows_nobody() -> None:
    """The empty trust matches nothing."""
    assert Trust.none().match(ONE.key_ids).match is SetMatch.UNKNOWN


def test_one_public_key_is_a_sealer_and_holder() -> None:
    """A trust of one identity accepts it as sealer and holder, and as nothing else."""
    trust = Trust.of_identity(Identity(name="w-01", key_set=ONE))
    match = trust.match(ONE.key_ids)
    assert match.identity is not None
    assert match.identity.roles == {Role.SEALER, Role.HOLDER}


def test_a_key_under_two_identities_is_refused() -> None:
    """One key cannot count as two people."""
    shorter = KeySet(keys=tuple(key for key in ONE.keys if key.algorithm is KeyAlgorithm.ED25519))
    with pytest.raises(UsageError, match="key of two identities"):
        Trust(identities=(known("w-01", ONE), known("w-02", shorter)))


def test_an_identity_twice_is_refused() -> None:
    """A name stands once."""
    with pytest.raises(UsageError, match="each identity once"):
        Trust(identities=(known("w-01", ONE), known("w-01", TWO)))


@pytest.mark.parametrize(
    "repeated",
    [
        {"thresholds": (Threshold(event_type="redacted", identities=2),) * 2},
        {"authorities": (Authority(name="a", operator="b", roots=(TrustedRoot(certificate=b"0"),)),) * 2},
        {
            "algorithm_ends": (
                AlgorithmEnd(algorithm="sha256", until=decode_instant("2050-01-01T00:00:00Z")),
            )
            * 2
        },
    ],
)
def test_anything_named_twice_is_refused(repeated: dict[str, tuple[object, ...]]) -> None:
    """Two statements about one thing could contradict each other."""
    with pytest.raises(UsageError, match="once, found one twice"):
        Trust(**repeated)  # type: ignore[arg-type]


def test_a_root_of_two_operators_is_refused() -> None:
    """One root cannot count as two witnesses; two services of one operator may share it."""
    root = (TrustedRoot(certificate=b"0"),)
    one, same, other = (
        Authority(name=name, operator=operator, roots=root)
        for name, operator in (("a", "x"), ("b", "x"), ("c", "y"))
    )
    assert Trust(authorities=(one, same)).authorities == (one, same)
    with pytest.raises(UsageError, match="root of two operators"):
        Trust(authorities=(one, other))


def test_the_same_set_twice_is_refused() -> None:
    """One set has one pair of dates."""
    with pytest.raises(UsageError, match="different key sets"):
        known("w-01", ONE, ONE)


def test_an_identity_without_keys_is_refused() -> None:
    """An identity is known by its keys."""
    with pytest.raises(UsageError, match="at least one"):
        known("w-01")


def test_a_name_that_is_none_is_refused() -> None:
    """A label has the letters of an identity."""
    with pytest.raises(UsageError):
        known("W 01", ONE)


def moment(day: int) -> Instant:
    """A day of January 2026, midnight."""
    return decode_instant(f"2026-01-{day:02d}T00:00:00Z")


def test_an_interval_without_a_moment_is_refused() -> None:
    """A set and a root that end when they start are mistakes."""
    with pytest.raises(UsageError, match="start before the end"):
        DatedKeySet(key_set=ONE, valid_from=moment(2), valid_until=moment(2))
    with pytest.raises(UsageError, match="start before the end"):
        TrustedRoot(certificate=b"0", valid_from=moment(2), valid_until=moment(1))


@pytest.mark.parametrize(
    ("not_after", "not_before", "standing"),
    [
        (9, None, KeyStanding.TOO_EARLY),
        (10, None, KeyStanding.COUNTS),
        (14, 13, KeyStanding.COUNTS),
        (15, None, KeyStanding.PERHAPS_COMPROMISED),
        (15, 14, KeyStanding.PERHAPS_COMPROMISED),
        (25, None, KeyStanding.PERHAPS_COMPROMISED),
        (16, 15, KeyStanding.COMPROMISED),
        (25, 20, KeyStanding.COMPROMISED),
    ],
)
def test_standing_with_a_compromise(not_after: int, not_before: int | None, standing: KeyStanding) -> None:
    """Half-open bounds; only a proven lower bound makes a compromise certain."""
    dated = DatedKeySet(
        key_set=ONE, valid_from=moment(10), valid_until=moment(20), compromised_since=moment(15)
    )
    bound = None if not_before is None else moment(not_before)
    assert dated.standing(not_after=moment(not_after), not_before=bound) is standing


@pytest.mark.parametrize(
    ("not_after", "standing"),
    [
        (1, KeyStanding.COUNTS),
        (19, KeyStanding.COUNTS),
        (20, KeyStanding.TOO_LATE),
        (21, KeyStanding.TOO_LATE),
    ],
)
def test_standing_with_an_end(not_after: int, standing: KeyStanding) -> None:
    """A set no longer counts from its end on."""
    assert DatedKeySet(key_set=ONE, valid_until=moment(20)).standing(not_after=moment(not_after)) is standing


def test_an_undated_set_always_counts() -> None:
    """Without dates there is nothing to judge."""
    assert DatedKeySet(key_set=ONE).standing(not_after=moment(1)) is KeyStanding.COUNTS


@pytest.mark.parametrize(
    ("event_type", "demanded", "needed"),
    [("redacted", None, 1), ("redacted", 3, 3), ("erased", None, 2), ("erased", 1, 2), ("erased", 3, 3)],
)
def test_thresholds_only_rise(event_type: str, demanded: int | None, needed: int) -> None:
    """A trust may demand more signers than the format, never fewer."""
    listed = () if demanded is None else (Threshold(event_type=event_type, identities=demanded),)
    assert Trust(thresholds=listed).signers_needed(event_type) == needed


@pytest.mark.parametrize("name", ["sha-256", "ml-dsa-65", "rsa2048", "rsa-2560", "p256", "SHA256", ""])
def test_an_end_of_what_nobody_asks_for_is_refused(name: str) -> None:
    """It would end nothing, and whoever wrote it would never know."""
    with pytest.raises(UsageError, match="one that verification looks at") as caught:
        AlgorithmEnd(algorithm=name, until=moment(20))
    assert "sha256, " in (caught.value.hint or "")


def test_ends_of_algorithms() -> None:
    """An end is found by its algorithm's name."""
    trust = Trust(algorithm_ends=(AlgorithmEnd(algorithm="ed25519", until=moment(20)),))
    assert trust.end_of("ed25519") == moment(20)
    assert trust.end_of("mldsa65") is None
