"""Whom an event may name as its recipient."""

from __future__ import annotations

from pathlib import Path

import pytest
from attrs import evolve

from custody.errors import FormatError, StorageError, UsageError
from custody.format.key_file import encode_public_key_file
from custody.model.identity import Identity, KeyAlgorithm, KeySet
from custody.model.instant import Instant, decode_instant
from custody.transfer.recipient import check_recipient, recipient_of
from custody.trust.trust import DatedKeySet, Role, Trust, TrustedIdentity
from tests.tools.bundles import seed_signer
from tests.tools.desks import APPROVER, HOLDER, NOW, RECIPIENT, STRANGER, trust_in

BEFORE = decode_instant("2026-05-01T00:00:00Z")
AFTER = decode_instant("2026-07-01T00:00:00Z")
NEW = seed_signer("w-02.new").identity.key_set


def dated(key_set: KeySet, start: Instant | None = None, end: Instant | None = None) -> DatedKeySet:
    """A set with a beginning and an end."""
    return DatedKeySet(key_set=key_set, valid_from=start, valid_until=end)


def trust_with(*sets: DatedKeySet) -> Trust:
    """A trust in which w-02 has these sets."""
    known = TrustedIdentity(name="w-02", roles=frozenset({Role.HOLDER}), sets=sets)
    return Trust(identities=(known,))


def test_an_identity_stands_for_itself() -> None:
    """Whoever has read the keys by other means."""
    assert recipient_of(STRANGER.identity, Trust.none(), NOW) is STRANGER.identity


def test_a_name_of_the_trust_stands_for_its_set() -> None:
    """Names are labels, keys are what is matched."""
    assert recipient_of("w-02", trust_in(), NOW) == RECIPIENT.identity


def test_a_public_key_file_is_read(tmp_path: Path) -> None:
    """As a path or as its text."""
    path = tmp_path / "w-99.pub"
    path.write_bytes(encode_public_key_file(STRANGER.identity))
    assert recipient_of(path, trust_in(), NOW) == STRANGER.identity
    assert recipient_of(str(path), trust_in(), NOW) == STRANGER.identity


def test_a_name_that_nobody_has_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With both ways to name somebody."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError) as caught:
        recipient_of("w-77", trust_in(), NOW)
    assert caught.value.code == "RECIPIENT_UNKNOWN"


def test_a_path_that_leads_nowhere_is_missing(tmp_path: Path) -> None:
    """It names no identity, so it can only be a path."""
    with pytest.raises(StorageError):
        recipient_of(str(tmp_path / "nowhere"), trust_in(), NOW)


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    """It names nobody."""
    (tmp_path / "x").write_bytes(b"hello")
    with pytest.raises(FormatError):
        recipient_of(tmp_path / "x", trust_in(), NOW)


def test_a_name_and_a_file_of_one_meaning_agree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file beside, named as the identity."""
    monkeypatch.chdir(tmp_path)
    Path("w-02").write_bytes(encode_public_key_file(RECIPIENT.identity))
    assert recipient_of("w-02", trust_in(), NOW) == RECIPIENT.identity


def test_a_name_and_a_file_of_two_meanings_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who releases to the wrong keys cannot take it back once it is received."""
    monkeypatch.chdir(tmp_path)
    Path("w-02").write_bytes(encode_public_key_file(STRANGER.identity))
    with pytest.raises(UsageError) as caught:
        recipient_of("w-02", trust_in(), NOW)
    assert caught.value.code == "RECIPIENT_AMBIGUOUS"
    assert recipient_of("./w-02", trust_in(), NOW) == STRANGER.identity
    assert recipient_of(Path("w-02"), trust_in(), NOW) == STRANGER.identity


def test_the_set_that_counts_now_is_meant() -> None:
    """Of an old one and a new one."""
    old = RECIPIENT.identity.key_set
    trust = trust_with(dated(old, None, BEFORE), dated(NEW, BEFORE))
    assert recipient_of("w-02", trust, NOW).key_set == NEW


def test_the_newest_of_several_that_count_is_meant() -> None:
    """While a rotation overlaps."""
    old = RECIPIENT.identity.key_set
    assert recipient_of("w-02", trust_with(dated(old), dated(NEW, BEFORE)), NOW).key_set == NEW


@pytest.mark.parametrize(
    ("sets", "code"),
    [
        ((dated(RECIPIENT.identity.key_set), dated(NEW)), "RECIPIENT_KEY_SET"),
        ((dated(RECIPIENT.identity.key_set, None, BEFORE),), "RECIPIENT_KEY_TIME"),
    ],
)
def test_a_name_without_one_clear_set_is_refused(sets: tuple[DatedKeySet, ...], code: str) -> None:
    """Two of one beginning, or none that counts."""
    with pytest.raises(UsageError) as caught:
        recipient_of("w-02", trust_with(*sets), NOW)
    assert caught.value.code == code


def test_a_recipient_is_known_or_not() -> None:
    """Both may receive; of a stranger the actor is told."""
    assert check_recipient(trust_in(), RECIPIENT.identity, HOLDER.identity, NOW)
    assert not check_recipient(trust_in(), STRANGER.identity, HOLDER.identity, NOW)


def test_nobody_gives_to_himself() -> None:
    """Neither with the same keys nor with others of the same identity."""
    other = seed_signer("w-01.second")
    both = TrustedIdentity(
        name="w-01",
        roles=frozenset({Role.HOLDER}),
        sets=(dated(HOLDER.identity.key_set), dated(other.identity.key_set)),
    )
    for to in (HOLDER.identity, other.identity):
        with pytest.raises(UsageError) as caught:
            check_recipient(Trust(identities=(both,)), to, HOLDER.identity, NOW)
        assert caught.value.code == "RECIPIENT_SELF"


def test_a_part_of_a_key_set_cannot_receive() -> None:
    """What it signs would be in doubt for ever."""
    whole = seed_signer("w-05", hybrid=True).identity
    ed25519 = [key for key in whole.key_set.keys if key.algorithm is KeyAlgorithm.ED25519]
    part = Identity(name="w-05", key_set=KeySet(keys=tuple(ed25519)))
    known = TrustedIdentity(name="w-05", roles=frozenset({Role.HOLDER}), sets=(dated(whole.key_set),))
    with pytest.raises(UsageError) as caught:
        check_recipient(Trust(identities=(known,)), part, HOLDER.identity, NOW)
    assert caught.value.code == "RECIPIENT_KEY_SET"


def test_keys_whose_time_is_over_cannot_receive() -> None:
    """Ended, not begun, or compromised."""
    keys = RECIPIENT.identity.key_set
    ended = (
        dated(keys, None, BEFORE),
        dated(keys, AFTER),
        evolve(dated(keys), compromised_since=BEFORE),
    )
    for one in ended:
        with pytest.raises(UsageError) as caught:
            check_recipient(trust_with(one), RECIPIENT.identity, APPROVER.identity, NOW)
        assert caught.value.code == "RECIPIENT_KEY_TIME"
