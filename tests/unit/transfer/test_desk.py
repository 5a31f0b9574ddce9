"""Who writes, and what he accepts of himself."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from custody.errors import SignerError
from custody.facade.desk import desk_of
from custody.keys.opener import open_signer
from custody.model.identity import Identity, KeySet
from custody.model.instant import decode_instant
from custody.transfer.act import write_act
from custody.transfer.desk import with_own
from custody.trust.trust import DatedKeySet, Role, Trust, TrustedIdentity
from tests.tools.bundles import seed_signer
from tests.tools.desks import HOLDER, NOW, STRANGER, begin, incident, trust_in, unbroken

BOTH = seed_signer("w-01", hybrid=True).identity


def trusting(identity: Identity, **dates: object) -> Trust:
    """Trust one identity in the role of sealer."""
    dated = DatedKeySet(key_set=identity.key_set, **dates)  # type: ignore[arg-type]
    return Trust(
        identities=(TrustedIdentity(name=identity.name, roles=frozenset({Role.SEALER}), sets=(dated,)),)
    )


def test_who_is_trusted_stays_as_he_is() -> None:
    """With his roles."""
    assert with_own(trust_in(), HOLDER.identity, NOW) == trust_in()


def test_a_writer_accepts_himself() -> None:
    """As a holder; nobody else gains anything."""
    trust = with_own(trust_in(), STRANGER.identity, NOW)
    assert trust.identities[:-1] == trust_in().identities
    assert (trust.identities[-1].name, trust.identities[-1].roles) == ("w-99", frozenset({Role.HOLDER}))


def test_a_name_that_is_taken_is_no_identity() -> None:
    """Names are labels: the writer is another one, under another name."""
    other = Identity(name="w-01", key_set=STRANGER.identity.key_set)
    assert with_own(trust_in(), other, NOW).identities[-1].name == "w-01.own1"
    long = Identity(name="a" * 64, key_set=STRANGER.identity.key_set)
    trust = trusting(Identity(name="a" * 64, key_set=HOLDER.identity.key_set))
    assert with_own(trust, long, NOW).identities[-1].name == f"{'a' * 48}.own1"


def test_a_part_of_a_key_set_does_not_write() -> None:
    """What it signs would leave everything undetermined."""
    part = Identity(name="w-01", key_set=KeySet(keys=BOTH.key_set.keys[:1]))
    with pytest.raises(SignerError) as caught:
        with_own(trusting(BOTH), part, NOW)
    assert caught.value.code == "EVENT_KEY_SET"


@pytest.mark.parametrize(
    "dates",
    [
        {"valid_until": decode_instant("2026-01-01T00:00:00Z")},
        {"compromised_since": decode_instant("2026-01-01T00:00:00Z")},
    ],
    ids=["ended", "compromised"],
)
def test_a_key_set_whose_time_is_over_does_not_write(dates: dict[str, object]) -> None:
    """The trust says so."""
    with pytest.raises(SignerError) as caught:
        with_own(trusting(HOLDER.identity, **dates), HOLDER.identity, NOW)
    assert caught.value.code == "EVENT_KEY_TIME"


def test_one_key_has_one_memory_by_whichever_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Opened by a relative path, through a link to its folder, and used from another folder."""
    key = tmp_path / "keys/id"
    key.parent.mkdir()
    write_openssh(key)
    (tmp_path / "link").symlink_to("keys")
    monkeypatch.chdir(key.parent)
    found = {
        open_signer(path, name="w-01").memory for path in ("id", key, tmp_path / "link/id", "../keys/id")
    }
    assert found == {f"{os.path.realpath(key)}.published"}


def write_openssh(path: Path) -> None:
    """Write an OpenSSH key without a passphrase."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415
        Encoding,
        NoEncryption,
        PrivateFormat,
    )

    key = Ed25519PrivateKey.generate()
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()))
    path.chmod(0o600)


def test_a_desk_takes_its_memory_from_the_key(tmp_path: Path) -> None:
    """A signer of another kind has none."""
    desk = begin(tmp_path)
    signer = seed_signer("w-01")
    signer.memory = desk.memory
    found = desk_of(desk.bundle, signer=signer, trust=desk.trust)
    assert (found.memory, found.moved, found.bundle) == (desk.memory, False, desk.bundle)
    write_act(found, incident("x"))
    assert unbroken(desk)

    class Token:
        identity = signer.identity
        sign = signer.sign

    assert desk_of(Path(desk.bundle), signer=Token(), trust=desk.trust, key_moved=True).memory is None
