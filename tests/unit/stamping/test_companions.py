"""What is kept beside a stamp: its path, and what its authorities say about revocation."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.oid import AuthorityInformationAccessOID

from custody.errors import NetworkError
from custody.format.limits import STAMP_BYTES
from custody.format.timestamp_query import Query
from custody.model.instant import Instant, decode_instant
from custody.stamping.companions import gather_companions
from custody.stamping.desk import Contact, Desk
from custody.stamping.exchange import Token, ask, make_query
from custody.stamping.queue import QUEUE_FOLDER
from custody.stamping.stamp import StampOptions, StampOutcome, stamp_bundles
from custody.stamping.target import find_targets
from tests.tools.authority import SIGNS_CERTIFICATES, Certified, TestAuthority
from tests.tools.stamping import Answers, answering, make_desk, sealed_bundle, stamps_of

UNIT_LIST, CA_LIST = "http://crl.example/unit.crl", "http://crl.example/ca.crl"
STATUS = "http://ocsp.example/"
BEFORE, UNTIL = decode_instant("2026-05-30T00:00:00Z"), decode_instant("2026-07-01T00:00:00Z")


def points_to(url: str) -> tuple[x509.ExtensionType, bool]:
    """A certificate names where its list is; also a place that nobody can visit, and one by another name."""
    places = [
        x509.DistributionPoint(
            full_name=[x509.UniformResourceIdentifier(one)], relative_name=None, reasons=None, crl_issuer=None
        )
        for one in ("ldap://crl.example/list", url)
    ]
    named = x509.RelativeDistinguishedName([x509.NameAttribute(x509.NameOID.COMMON_NAME, "list")])
    other = x509.DistributionPoint(full_name=None, relative_name=named, reasons=None, crl_issuer=None)
    return x509.CRLDistributionPoints([other, *places]), False


def answers_at(url: str) -> tuple[x509.ExtensionType, bool]:
    """A certificate names who answers about it, and where its issuer's certificate is."""
    return (
        x509.AuthorityInformationAccess(
            [
                x509.AccessDescription(
                    AuthorityInformationAccessOID.CA_ISSUERS,
                    x509.UniformResourceIdentifier("http://x.example/"),
                ),
                x509.AccessDescription(
                    AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier(url)
                ),
            ]
        ),
        False,
    )


class Listing(TestAuthority):
    """An authority whose certificates say where revocations are published."""

    @cached_property
    def unit_says(self) -> Certified:
        """With a list and a responder."""
        extra = (points_to(UNIT_LIST), answers_at(STATUS))
        return Certified(subject=self.subject("Unit"), valid=self.unit_valid, extra=extra)

    @cached_property
    def issuer_says(self) -> Certified:
        """With a list."""
        return Certified(
            subject=self.subject("CA"),
            valid=self.issuer_valid,
            ca=True,
            key_usage=SIGNS_CERTIFICATES,
            purposes=(),
            extra=(points_to(CA_LIST),),
        )


TSA = Listing("first", operator="First operator")


def lists(
    authority: TestAuthority,
    revoked: tuple[tuple[x509.Certificate, Instant, x509.ReasonFlags | None], ...] = (),
) -> dict[str, bytes]:
    """Both lists, good for a month."""
    unit = authority.crl(revoked, at=BEFORE, until=UNTIL)
    return {UNIT_LIST: unit, CA_LIST: authority.crl(at=BEFORE, until=UNTIL, issuer=authority.root)}


def carrier_with(
    lists: Mapping[str, bytes] | None = None, responses: Mapping[str, bytes] | None = None
) -> Answers:
    """A carrier to the authority, its lists and its responder."""
    return Answers(answering(TSA).replies, lists=lists or {}, responses=responses or {})


def run(
    folder: Path, carrier: Answers, told: list[Contact] | None = None, *, revocation: bool = True
) -> StampOutcome:
    """Stamp bundle `b`."""
    desk = make_desk(TSA, carrier=carrier, told=told)
    desk.revocation = revocation
    return stamp_bundles(
        desk,
        [str(folder / "b")],
        desk.trust.authorities,
        queue=str(folder / QUEUE_FOLDER),
        options=StampOptions(operators=1),
    )


def endings(folder: Path) -> list[str]:
    """The endings of the companions of the only stamp."""
    [names] = stamps_of(folder / "b").values()
    return sorted(name.rpartition(".")[2] for name in names if not name.startswith("stamp."))


def test_lists_of_the_whole_path_are_kept(tmp_path: Path) -> None:
    """Later they could not be had; each address is announced before it is visited."""
    sealed_bundle(tmp_path / "b")
    told: list[Contact] = []
    outcome = run(tmp_path, carrier_with(lists(TSA)), told)
    assert (len(outcome.added), outcome.notes) == (1, ())
    assert endings(tmp_path) == ["cer", "cer", "cer", "crl", "crl"]
    assert [(one.url, one.purpose) for one in told][1:] == [(UNIT_LIST, "crl"), (CA_LIST, "crl")]
    targets, _ = find_targets(make_desk(TSA), str(tmp_path / "b"))
    assert len(targets[0].standing) == 1


def test_a_list_is_fetched_once_in_a_run() -> None:
    """However many tokens are asked for."""
    carrier = carrier_with(lists(TSA))
    desk = make_desk(TSA, carrier=carrier)
    for _ in range(2):
        token = given(desk)
        assert gather_companions(desk, *token).failed == ()
    assert carrier.asked == ["first", UNIT_LIST, CA_LIST, "first"]


def given(desk: Desk) -> tuple[Token, Query]:
    """A token over some digest, and the question for it."""
    authority = desk.trust.authorities[0]
    query = make_query(desk, authority, "sha256", hashlib.sha256(b"x").digest())
    return ask(desk, authority, query), query


def test_without_a_list_the_responder_is_asked(tmp_path: Path) -> None:
    """What it says is kept."""
    sealed_bundle(tmp_path / "b")
    response = TSA.ocsp(at=BEFORE, until=UNTIL)
    carrier = carrier_with({CA_LIST: lists(TSA)[CA_LIST]}, {STATUS: response})
    outcome = run(tmp_path, carrier)
    assert outcome.notes == ()
    assert endings(tmp_path) == ["cer", "cer", "cer", "crl", "ocsp"]
    assert carrier.asked == ["first", UNIT_LIST, STATUS, CA_LIST]


def test_a_stamp_without_revocation_data_is_kept_and_said(tmp_path: Path) -> None:
    """What is proven does not depend on it."""
    sealed_bundle(tmp_path / "b")
    outcome = run(tmp_path, carrier_with())
    assert [note.code for note in outcome.notes] == ["HTTP_STATUS", "HTTP_STATUS"]
    assert (len(outcome.added), endings(tmp_path)) == (1, ["cer", "cer", "cer"])


def test_it_can_be_left_out(tmp_path: Path) -> None:
    """Then nobody else is contacted."""
    sealed_bundle(tmp_path / "b")
    carrier = carrier_with(lists(TSA))
    outcome = run(tmp_path, carrier, revocation=False)
    assert (carrier.asked, outcome.notes) == (["first"], ())
    assert endings(tmp_path) == ["cer", "cer", "cer"]


@pytest.mark.parametrize(
    ("unit_list", "code"),
    [
        (b"<html>", "REVOCATION_UNREADABLE"),
        (bytes(STAMP_BYTES + 1), "REPLY_TOO_LARGE"),
        (TestAuthority("other").crl(at=BEFORE, until=UNTIL), "REVOCATION_UNUSED"),
    ],
)
def test_what_does_not_speak_of_the_path_is_not_kept(tmp_path: Path, unit_list: bytes, code: str) -> None:
    """A page, a flood, somebody else's list."""
    sealed_bundle(tmp_path / "b")
    outcome = run(tmp_path, carrier_with({**lists(TSA), UNIT_LIST: unit_list}, {STATUS: b"<html>"}))
    assert code in [note.code for note in outcome.notes]
    assert endings(tmp_path) == ["cer", "cer", "cer", "crl"]


def test_a_revoked_authority_gives_no_stamp(tmp_path: Path) -> None:
    """Its token is not kept, whatever it says of itself."""
    sealed_bundle(tmp_path / "b")
    revoked = ((TSA.unit.certificate, BEFORE, x509.ReasonFlags.key_compromise),)
    outcome = run(tmp_path, carrier_with(lists(TSA, revoked)))
    assert [error.code for error in outcome.refused] == ["REVOKED"]
    assert isinstance(outcome.refused[0], NetworkError)
    assert (outcome.added, stamps_of(tmp_path / "b")) == ((), {})
    assert not (tmp_path / QUEUE_FOLDER).exists()
