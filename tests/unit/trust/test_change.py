"""Changes of a trust."""

from __future__ import annotations

import pytest
from attrs import evolve

from custody.errors import UsageError
from custody.model.identity import Identity
from custody.model.instant import decode_instant
from custody.trust.change import with_compromise, with_identity, without_identity
from custody.trust.trust import Role, Trust
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
