"""Changes of a trust."""

from __future__ import annotations

import hashlib

import pytest
from attrs import evolve

from custody.errors import UsageError
from custody.model.identity import Identity
from custody.model.instant import decode_instant
from custody.trust.change import (
    with_algorithm_end,
    with_authority,
    with_authority_end,
    with_compromise,
    with_identity,
    without_authority,
    without_identity,
)
from custody.trust.trust import Authority, Role, Trust, TrustedRoot
from tests.tools.bundles import seed_signer

ONE, TWO = seed_signer("w-01").identity, seed_signer("w-02").identity
JUNE, JULY = decode_instant("2026-06-01T00:00:00Z"), decode_instant("2026-07-01T00:00:00Z")


def test_a_new_identity_gets_its_roles() -> None:
    """The trust before is left as it was."""
    before = Trust.none()
    after = with_identity(before, ONE, [Role.SEALER])
    assert (before.identities, after.identities[0].roles) == ((), frozenset({Role.SEALER}))


def test_a_known_identity_gets_another_key_set() -> None:
    """Roles add up, the old keys stay, others are untouched."""
    both = with_identity(with_identity(Trust.none(), ONE, [Role.SEALER]), TWO, [Role.HOLDER])
    rotated = Identity(name="w-01", key_set=seed_signer("w-03").identity.key_set)
    after = with_identity(both, rotated, [Role.APPROVER], second_set=True)
    assert [len(identity.sets) for identity in after.identities] == [2, 1]
    assert after.identities[0].roles == frozenset({Role.SEALER, Role.APPROVER})


def test_the_same_keys_under_another_name_are_refused() -> None:
    """They would count as two people."""
    with pytest.raises(UsageError, match="another name"):
        with_identity(
            with_identity(Trust.none(), ONE, [Role.SEALER]), evolve(ONE, name="w-09"), [Role.SEALER]
        )


def test_the_same_keys_again_add_up_the_roles() -> None:
    """There is still one key set."""
    after = with_identity(with_identity(Trust.none(), ONE, [Role.SEALER]), ONE, [Role.APPROVER])
    assert len(after.identities[0].sets) == 1
    assert after.identities[0].roles == frozenset({Role.SEALER, Role.APPROVER})


def test_a_second_key_set_must_be_meant() -> None:
    """Else whoever sends a file with a known name becomes that person."""
    with pytest.raises(UsageError) as refused:
        with_identity(
            with_identity(Trust.none(), ONE, [Role.SEALER]), evolve(TWO, name="w-01"), [Role.SEALER]
        )
    assert refused.value.code == "SECOND_SET"


def test_an_identity_is_taken_out_with_all_its_keys() -> None:
    """The others stay; a stranger cannot be taken out."""
    both = with_identity(with_identity(Trust.none(), ONE, [Role.SEALER]), TWO, [Role.HOLDER])
    assert [one.name for one in without_identity(both, "w-01").identities] == ["w-02"]
    with pytest.raises(UsageError):
        without_identity(both, "w-03")


def test_all_key_sets_of_an_identity_are_revoked() -> None:
    """Unless one is named."""
    trust = with_identity(
        with_identity(Trust.none(), ONE, [Role.SEALER]),
        evolve(TWO, name="w-01"),
        [Role.SEALER],
        second_set=True,
    )
    after = with_compromise(trust, "w-01", JUNE)
    assert [dated.compromised_since for dated in after.identities[0].sets] == [JUNE, JUNE]
    alone = with_compromise(trust, "w-01", JUNE, TWO.key_set.fingerprint)
    assert [dated.compromised_since for dated in alone.identities[0].sets] == [None, JUNE]


def test_an_earlier_moment_can_follow_and_a_later_one_cannot() -> None:
    """A compromise that is known does not become younger."""
    trust = with_compromise(with_identity(Trust.none(), ONE, [Role.SEALER]), "w-01", JULY)
    assert with_compromise(trust, "w-01", JUNE).identities[0].sets[0].compromised_since == JUNE
    with pytest.raises(UsageError, match="since"):
        with_compromise(with_compromise(trust, "w-01", JUNE), "w-01", JULY)


@pytest.mark.parametrize(("name", "fingerprint"), [("w-02", None), ("w-01", TWO.key_set.fingerprint)])
def test_a_stranger_cannot_be_revoked(name: str, fingerprint: str | None) -> None:
    """No such name, or no such key set."""
    with pytest.raises(UsageError):
        with_compromise(with_identity(Trust.none(), ONE, [Role.SEALER]), name, JUNE, fingerprint)


def timed(name: str, *roots: bytes, operator: str = "Operator") -> Authority:
    """A time authority with roots that nobody looks into here."""
    return Authority(
        name=name, operator=operator, roots=tuple(TrustedRoot(certificate=root) for root in roots)
    )


CLOCK = timed("clock", b"root 1")


def test_an_authority_is_added() -> None:
    """Others stay; the trust before is left as it was."""
    before = with_authority(Trust.none(), CLOCK)
    after = with_authority(before, timed("other", b"root 2"))
    assert [one.name for one in after.authorities] == ["clock", "other"]
    assert before.authorities == (CLOCK,)


@pytest.mark.parametrize("name", ["clock", "other"])
def test_a_root_is_pinned_once(name: str) -> None:
    """Under two names it would look like two witnesses; under one it says nothing new."""
    with pytest.raises(UsageError) as refused:
        with_authority(with_authority(Trust.none(), CLOCK), timed(name, b"root 1"), further_roots=True)
    assert refused.value.code == "ROOT_PINNED"


def test_a_further_root_must_be_meant() -> None:
    """Whoever holds it makes the authority's time."""
    trust = with_authority(Trust.none(), CLOCK)
    further = evolve(timed("clock", b"root 2"), url="https://tsa.example")
    with pytest.raises(UsageError) as refused:
        with_authority(trust, further)
    assert refused.value.code == "SECOND_ROOT"
    (grown,) = with_authority(trust, further, further_roots=True).authorities
    assert [root.certificate for root in grown.roots] == [b"root 1", b"root 2"]
    assert grown.url == "https://tsa.example"


@pytest.mark.parametrize(
    "further",
    [timed("clock", b"root 2", operator="Another"), evolve(timed("clock", b"root 2"), policy="2.999.1")],
    ids=["operator", "policy"],
)
def test_a_further_root_changes_nothing_else(further: Authority) -> None:
    """Operator and policy are part of what was trusted."""
    with pytest.raises(UsageError, match="operator and policy"):
        with_authority(with_authority(Trust.none(), CLOCK), further, further_roots=True)


def test_an_authority_is_taken_out() -> None:
    """With all its roots; a stranger cannot be taken out."""
    trust = with_authority(with_authority(Trust.none(), CLOCK), timed("other", b"root 2"))
    assert [one.name for one in without_authority(trust, "clock").authorities] == ["other"]
    with pytest.raises(UsageError, match="one of the trust"):
        without_authority(trust, "nobody")


def test_an_authority_ends() -> None:
    """All its roots, or the one that is meant; a later word replaces an earlier one."""
    trust = with_authority(Trust.none(), timed("clock", b"root 1", b"root 2"))
    (both,) = with_authority_end(trust, "clock", JUNE).authorities
    assert [root.valid_until for root in both.roots] == [JUNE, JUNE]
    second = hashlib.sha256(b"root 2").hexdigest()
    ended = with_authority_end(with_authority_end(trust, "clock", JUNE), "clock", JULY, second)
    assert [root.valid_until for root in ended.authorities[0].roots] == [JUNE, JULY]


def test_ends_that_name_nothing_are_refused() -> None:
    """Another authority, another root, and an end before the start."""
    started = Authority(
        name="clock", operator="Operator", roots=(TrustedRoot(certificate=b"root 1", valid_from=JULY),)
    )
    trust = with_authority(Trust.none(), started)
    with pytest.raises(UsageError, match="one of the trust"):
        with_authority_end(trust, "nobody", JUNE)
    with pytest.raises(UsageError, match="one of this authority's"):
        with_authority_end(trust, "clock", JUNE, "0" * 64)
    with pytest.raises(UsageError, match="start before the end"):
        with_authority_end(trust, "clock", JUNE)


def test_an_algorithm_ends() -> None:
    """Once each; a later word replaces an earlier one."""
    trust = with_algorithm_end(with_algorithm_end(Trust.none(), "sha256", JULY), "rsa", JULY)
    after = with_algorithm_end(trust, "sha256", JUNE)
    assert (after.end_of("sha256"), after.end_of("rsa")) == (JUNE, JULY)
    assert len(after.algorithm_ends) == 2


def test_an_algorithm_that_nobody_asks_for_is_refused() -> None:
    """Its end would change nothing, and a misspelt name must be noticed."""
    for name in ("sha-256", "rsa-", "rsa-2560", "rsa-02048", "RSA"):
        with pytest.raises(UsageError, match="another name"):
            with_algorithm_end(Trust.none(), name, JUNE)
