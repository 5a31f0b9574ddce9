"""Stamping as programs call it, with everything on the loopback interface."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from attrs import evolve
from cryptography import x509
from cryptography.x509.oid import AuthorityInformationAccessOID

import custody
from custody.facade.moment import now
from custody.format.der import encode_sequence
from custody.format.timestamp_query import decode_query
from custody.model.instant import decode_instant
from custody.network.pace import Pace
from custody.trust.trust import Trust
from tests.tools.authority import TestAuthority, encode_status
from tests.tools.stamping import FIRST, sealed_bundle, stamps_of
from tests.tools.timestamp_server import Exchange, authority_reply, says, serving, sound

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
ONCE = custody.Service(pace=Pace(tries=1, interval_seconds=0))
LONG = (decode_instant("2024-01-01T00:00:00Z"), decode_instant("2040-01-01T00:00:00Z"))
LASTING = TestAuthority("lasting", unit_valid=LONG)
YEAR_AGO = now().moment.replace(year=now().moment.year - 1)
LAST_YEAR = custody.Instant.from_datetime(YEAR_AGO)
NEXT_YEAR = custody.Instant.from_datetime(YEAR_AGO.replace(year=YEAR_AGO.year + 2))


def web(url: str) -> x509.UniformResourceIdentifier:
    """A name in a certificate."""
    return x509.UniformResourceIdentifier(url)


def lists_at(url: str) -> tuple[x509.ExtensionType, bool]:
    """Where a certificate says that revocations are listed."""
    point = x509.DistributionPoint(full_name=[web(url)], relative_name=None, reasons=None, crl_issuer=None)
    return x509.CRLDistributionPoints([point]), False


def responder_at(url: str) -> tuple[x509.ExtensionType, bool]:
    """Who a certificate says answers about it."""
    access = x509.AccessDescription(AuthorityInformationAccessOID.OCSP, web(url))
    return x509.AuthorityInformationAccess([access]), False


@pytest.mark.parametrize("kind", ["crl", "ocsp"])
def test_revocation_data_is_fetched_where_certificates_say(tmp_path: Path, kind: str) -> None:
    """One server is authority, list and responder; each is announced before it is asked."""
    bundle = sealed_bundle(tmp_path / "b")
    answers: dict[str, Callable[[Exchange], None]] = {}
    told: list[tuple[str, str]] = []
    with serving(lambda exchange: answers[exchange.asked.path.rpartition("/")[2]](exchange)) as server:
        authority = TestAuthority("own", intermediate=False)
        where = lists_at(f"{server.url}/list") if kind == "crl" else responder_at(f"{server.url}/status")
        unit = authority.other_unit(evolve(authority.unit_says, extra=(where,)))

        def reply(query: bytes) -> bytes:
            asked = decode_query(query)
            token = authority.stamp(digest=asked.digest, at=now(), nonce=asked.nonce, unit=unit)
            return encode_sequence(encode_status(0, None), token)

        answers["tsa"] = sound(reply)
        answers["list"] = says(200, authority.crl(at=LAST_YEAR, until=NEXT_YEAR), kind="application/x-any")
        status = authority.ocsp(unit.certificate, at=LAST_YEAR, until=NEXT_YEAR)
        answers["status"] = says(200, status, kind="application/ocsp-response")
        service = evolve(ONCE, announce=lambda contact: told.append((contact.purpose, contact.url)))
        trust = Trust(authorities=(authority.authority(url=f"{server.url}/tsa"),))
        outcome = custody.stamp(bundle, authorities="own", trust=trust, operators=1, service=service)
    assert (outcome.refused, outcome.notes, len(outcome.added)) == ((), (), 1)
    [names] = stamps_of(bundle).values()
    assert sum(name.endswith(f".{kind}") for name in names) == 1
    assert [purpose for purpose, _ in told] == ["stamp", kind]
    assert [one.path.rpartition("/")[2] for one in server.asked][1:] == [told[1][1].rpartition("/")[2]]


def test_bundles_of_several_folders_are_stamped(tmp_path: Path) -> None:
    """Requests are kept beside each, and what came is one outcome."""
    for name in ("x", "y"):
        (tmp_path / name).mkdir()
    bundles = [sealed_bundle(tmp_path / name / "b", name) for name in ("x", "y")]
    with serving(sound(authority_reply(FIRST, now))) as server:
        trust = Trust(authorities=(FIRST.authority(url=server.url),))
        stamped = custody.stamp(bundles, authorities="first", trust=trust, operators=1, service=ONCE)
    with serving(sound(authority_reply(LASTING, now))) as server:
        trust = Trust(authorities=(FIRST.authority(), LASTING.authority(url=server.url)))
        renewed = custody.renew(bundles, authorities="lasting", trust=trust, service=ONCE)
        sooner = custody.renew_all(
            tmp_path, authorities="lasting", trust=trust, weakens_before="2026-01-01T00:00:00Z", service=ONCE
        )
    assert (len(stamped.added), stamped.bundles) == (2, 2)
    assert (len(renewed.added), renewed.bundles) == (2, 2)
    assert (len(sooner.added), sooner.sound) == (0, 2)


def test_a_folder_that_is_a_bundle_is_refused(tmp_path: Path) -> None:
    """Requests would lie in it."""
    bundle = sealed_bundle(tmp_path / "b")
    trust = Trust(authorities=(FIRST.authority(url="http://127.0.0.1:9/"),))
    with pytest.raises(custody.UsageError) as refused:
        custody.stamp_all(bundle, authorities="first", trust=trust, service=ONCE)
    assert refused.value.code == "TARGET_INSIDE"


def test_zips_below_a_folder_are_named(tmp_path: Path) -> None:
    """They are never written to, and never passed over in silence."""
    (tmp_path / "a.zip").write_bytes(b"PK")
    trust = Trust(authorities=(FIRST.authority(url="http://127.0.0.1:9/"),))
    stamped = custody.stamp_all(tmp_path, authorities="first", trust=trust, service=ONCE)
    renewed = custody.renew_all(tmp_path, authorities="first", trust=trust, service=ONCE)
    assert [one.error.code for one in (*stamped.passed, *renewed.passed)] == ["NOT_A_FOLDER"] * 2


@pytest.mark.parametrize("verb", [custody.stamp, custody.renew])
def test_a_named_bundle_that_cannot_be_opened_is_an_error(
    tmp_path: Path, verb: Callable[..., object]
) -> None:
    """Nobody is asked, even where the other one is sound."""
    (tmp_path / "photos").mkdir()
    (tmp_path / "b.zip").write_bytes(b"PK")
    sealed_bundle(tmp_path / "b")
    trust = Trust(authorities=(FIRST.authority(url="http://127.0.0.1:9/"),))
    for name, kind, code in (
        ("nowhere", custody.StorageError, "MISSING"),
        ("b.zip", custody.StorageError, "NOT_A_FOLDER"),
        ("photos", custody.BundleError, "NO_BUNDLE"),
    ):
        with pytest.raises(kind) as refused:
            verb([tmp_path / "b", tmp_path / name], authorities="first", trust=trust, service=ONCE)
        assert refused.value.code == code


def test_a_folder_without_bundles_has_none(tmp_path: Path) -> None:
    """A program that stamps whatever has come in sees that nothing has."""
    trust = Trust(authorities=(FIRST.authority(url="http://127.0.0.1:9/"),))
    outcome = custody.stamp_all(tmp_path, authorities="first", trust=trust, service=ONCE)
    assert outcome == custody.StampOutcome()
