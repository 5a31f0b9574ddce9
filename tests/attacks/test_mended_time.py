"""Attacks on time that once went through; each is named by what it tried."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable

import pytest
from attrs import evolve
from cryptography import x509

from custody.format.hashes import HASHES
from custody.model.instant import Instant, decode_instant
from custody.proof.evidence_record.record import encode_evidence_record
from custody.proof.evidence_record.renew import record_of_token, renewal_digest, with_renewal
from custody.report.claim import Claim, Outcome
from custody.report.reason import Reason
from custody.report.report import Report
from custody.report.stamp_code import StampCode
from custody.report.stamp_fact import StampFact
from custody.trust.trust import AlgorithmEnd, Authority, Trust
from custody.verification.time_findings import independent_operators
from custody.verification.verify import verify_source
from tests.tools.authority import (
    SIGNS_CERTIFICATES,
    Certified,
    TestAuthority,
    certify,
    der_of,
    make_key,
    make_name,
)
from tests.tools.bundles import Bundle, add_event, make_bundle, seed_signer
from tests.tools.memory import MemorySource, trusting
from tests.tools.renewals import place_renewal, renewal_folder, renewal_text
from tests.tools.token_shape import Unit

SEALER, RECEIVER, STRANGER = seed_signer("archive"), seed_signer("receiver"), seed_signer("stranger")


def at(text: str) -> Instant:
    """Read a day."""
    return decode_instant(f"{text}T00:00:00Z")


def strong(name: str) -> TestAuthority:
    """Make an authority that signs with SHA-512 and lasts."""
    return TestAuthority(
        name,
        operator=name,
        unit_key="p521",
        issuer_key="p521",
        root_key="p521",
        unit_valid=(at("2015-01-01"), at("2049-01-01")),
    )


LIVE = strong("live")
DEAD = TestAuthority("dead", operator="dead", root_valid=(at("2010-01-01"), at("2049-01-01")))
BUNDLE = make_bundle(signers=[SEALER], at=at("2028-01-01"))
SEAL = BUNDLE.path("").rstrip("/")
PROOF = BUNDLE.files[f"{SEAL}/proof.sha256"]
PEOPLE = trusting(SEALER, RECEIVER)


def pin(*authorities: Authority, ends: tuple[tuple[str, str], ...] = ()) -> Trust:
    """Trust the people and these authorities."""
    listed = tuple(AlgorithmEnd(algorithm=name, until=at(day)) for name, day in ends)
    return evolve(PEOPLE, authorities=authorities, algorithm_ends=listed)


def put(
    bundle: Bundle,
    proof: bytes,
    *,
    over: str = SEAL,
    ending: str = "tst",
    beside: dict[str, bytes] | None = None,
) -> Bundle:
    """Place a proof of time and its companions."""
    folder = f"{over}/stamps/{hashlib.sha256(proof).hexdigest()}"
    files = {f"{folder}/stamp.{ending}": proof}
    for kind, data in (beside or {}).items():
        files[f"{folder}/{hashlib.sha256(data).hexdigest()}.{kind}"] = data
    return bundle.edit(files)


def renewed(bundle: Bundle, when: str) -> Bundle:
    """Renew a bundle as it stands, stamped by an authority that lasts."""
    text = renewal_text(bundle, "sha512")
    folder = renewal_folder(text, "sha512")
    token = LIVE.stamp(text, hash="sha512", at=at(when))
    return put(place_renewal(bundle, text, "sha512"), token, over=folder)


def judged(bundle: Bundle, trust: Trust, now: str = "2031-06-01", before: str | None = None) -> Report:
    """Verify."""
    return verify_source(
        MemorySource(bundle.files), trust, verified_at=at(now), before=None if before is None else at(before)
    )


class LeakedRoot:
    """A token of 2020, made in 2029 below an authority that nobody certified; the root's key leaks later."""

    def __init__(self) -> None:
        """Make the token, and the certificate that the leaked key gives its authority afterwards."""
        self.key, unit_key = make_key("p256", b"attacker's authority"), make_key("p256", b"attacker's unit")
        validity = (at("2015-01-01"), at("2045-01-01"))
        self.says = Certified(
            subject=make_name("dead", "dead CA 7"),
            valid=validity,
            ca=True,
            key_usage=SIGNS_CERTIFICATES,
            purposes=(),
        )
        unit_says = Certified(subject=make_name("dead", "dead Unit 7"), valid=validity)
        unit = Unit(
            key=unit_key, certificate=certify(unit_says, unit_key, self.says.subject, self.key), pss=False
        )
        self.token = DEAD.stamp(
            PROOF, at=at("2020-01-01"), unit=unit, certificates=(der_of(unit.certificate),), hash="sha512"
        )

    @property
    def path_made_later(self) -> bytes:
        """What whoever has the leaked key adds."""
        root = DEAD.root
        return der_of(certify(self.says, self.key, root.certificate.subject, root.key))


LEAK = LeakedRoot()


def by_renewal(beside: dict[str, bytes]) -> Bundle:
    """An honest archivist renewed everything in 2029, the token without a path among it."""
    return put(renewed(put(BUNDLE, LEAK.token), "2029-01-01"), LEAK.token, beside=beside)


def by_record(beside: dict[str, bytes]) -> Bundle:
    """An evidence record goes on from the token in 2029."""
    sha512 = HASHES["sha512"]
    record = record_of_token(LEAK.token, sha512)
    later = LIVE.stamp(digest=renewal_digest(record, sha512), hash="sha512", at=at("2029-01-01"))
    return put(BUNDLE, encode_evidence_record(with_renewal(record, later)), ending="ers", beside=beside)


ENDED_ROOT = pin(LIVE.authority(), DEAD.authority(valid_until=at("2030-06-01")))
ENDED_ALGORITHM = pin(LIVE.authority(), DEAD.authority(), ends=(("ecdsa-p256", "2030-06-01"),))


@pytest.mark.parametrize("kept", [by_renewal, by_record])
@pytest.mark.parametrize("trust", [ENDED_ROOT, ENDED_ALGORITHM], ids=["root", "algorithm"])
def test_a_path_that_is_made_after_the_end_of_its_root_dates_nothing(
    kept: Callable[[dict[str, bytes]], Bundle], trust: Trust
) -> None:
    """What vouches for a token vouches for its bytes, not for certificates that are brought later."""
    forged = judged(kept({"cer": LEAK.path_made_later}), trust, before="2021-01-01")
    assert forged.outcome(Claim.EXISTED_BEFORE) is not Outcome.PROVEN


def test_a_list_signed_after_the_end_of_its_root_destroys_nothing() -> None:
    """A leaked key cannot revoke what was stamped and renewed in time."""
    honest = DEAD.stamp(PROOF, at=at("2028-02-01"), hash="sha512")
    kept = renewed(put(BUNDLE, honest), "2029-01-01")
    entry = (DEAD.issuer.certificate, at("2021-01-01"), None)
    crl = DEAD.crl((entry,), at=at("2021-02-01"), until=at("2021-03-01"), issuer=DEAD.root)
    report = judged(put(kept, honest, beside={"crl": crl}), ENDED_ROOT, before="2028-06-01")
    assert report.outcome(Claim.EXISTED_BEFORE) is Outcome.PROVEN


def test_the_end_of_a_root_binds_its_key_under_every_certificate() -> None:
    """Another pinned root once certified the same key: that opens no way around the end."""
    other = strong("other")
    root = DEAD.root
    says = Certified(
        subject=root.certificate.subject,
        valid=(at("2015-01-01"), at("2045-01-01")),
        ca=True,
        key_usage=SIGNS_CERTIFICATES,
        purposes=(),
    )
    crossed = certify(says, root.key, other.root.certificate.subject, other.root.key)
    embedded = (*DEAD.embedded, der_of(crossed))
    token = DEAD.stamp(PROOF, at=at("2029-01-01"), certificates=embedded)
    report = judged(
        put(BUNDLE, token), evolve(ENDED_ROOT, authorities=(*ENDED_ROOT.authorities, other.authority()))
    )
    assert report.outcome(Claim.EXISTED_BEFORE) is not Outcome.PROVEN


def test_two_tokens_of_one_key_are_one_witness() -> None:
    """However many roots certify it."""
    other = strong("other")
    says = Certified(
        subject=LIVE.issuer.certificate.subject,
        valid=(at("2015-01-01"), at("2045-01-01")),
        ca=True,
        key_usage=SIGNS_CERTIFICATES,
        purposes=(),
    )
    crossed = certify(says, LIVE.issuer.key, other.root.certificate.subject, other.root.key)
    tokens = (
        LIVE.stamp(PROOF, at=at("2028-02-01"), serial=1),
        LIVE.stamp(
            PROOF,
            at=at("2028-02-02"),
            serial=2,
            certificates=(der_of(LIVE.unit.certificate), der_of(crossed)),
        ),
    )
    bundle = put(put(BUNDLE, tokens[0]), tokens[1])
    report = judged(bundle, pin(LIVE.authority(), other.authority())).require(Claim.EXISTED_BEFORE)
    assert Reason.ONE_OPERATOR in report.reasons()


def test_what_is_said_of_revocation_beside_one_stamp_speaks_of_all() -> None:
    """A second token of the compromised unit, where the list does not lie."""
    compromise = (LIVE.unit.certificate, at("2020-01-01"), x509.ReasonFlags.key_compromise)
    crl = LIVE.crl((compromise,), at=at("2028-03-01"), until=at("2028-04-01"))
    first, second = (LIVE.stamp(PROOF, at=at(day)) for day in ("2028-03-02", "2028-03-03"))
    report = judged(put(put(BUNDLE, first, beside={"crl": crl}), second), pin(LIVE.authority()))
    assert [StampCode.REVOKED in stamp.codes for stamp in report.stamps] == [True, True]


STOLEN = (DEAD.unit.certificate, at("2024-06-01"), x509.ReasonFlags.key_compromise)
STOLEN_LIST = DEAD.crl((STOLEN,), at=at("2028-03-01"), until=at("2028-04-01"))
BY_THIEF = DEAD.stamp(PROOF, at=at("2025-03-01"), hash="sha512")


def kept_with_its_list(bundle: Bundle) -> Bundle:
    """The archive renews a stolen unit's token and the list that names the unit, in 2029."""
    other = LIVE.stamp(PROOF, at=at("2028-03-02"))
    return renewed(put(put(bundle, other, beside={"crl": STOLEN_LIST}), BY_THIEF), "2029-01-01")


def proven_in_2025(report: Report) -> bool:
    """Whether the thief's time is believed."""
    return any(one.token == hashlib.sha256(BY_THIEF).hexdigest() and one.holds for one in report.stamps)


def test_a_copy_of_a_list_takes_nothing_from_its_date() -> None:
    """The list was shown to exist before its root ended; a copy elsewhere is the same list."""
    kept = kept_with_its_list(BUNDLE)
    assert not proven_in_2025(judged(kept, ENDED_ROOT))
    copied = put(kept, BY_THIEF, beside={"crl": STOLEN_LIST})
    assert not proven_in_2025(judged(copied, ENDED_ROOT))


def test_an_older_renewal_takes_nothing_from_the_date_of_a_list() -> None:
    """The thief had his token renewed a year before the archive renewed it together with the list."""
    assert not proven_in_2025(
        judged(kept_with_its_list(renewed(put(BUNDLE, BY_THIEF), "2028-06-01")), ENDED_ROOT)
    )


def test_zeros_crowd_no_list_out() -> None:
    """What is no DER value takes no room, beside the stamp or anywhere."""
    bundle = put(BUNDLE, BY_THIEF, beside={"crl": STOLEN_LIST})
    for number in range(70):
        zeros = bytes(256 * 1024 - number)
        name = f"{hashlib.sha256(zeros).hexdigest()}.crl"
        bundle = bundle.edit({f"{SEAL}/stamps/{'0' * 64}/{name}": zeros})
    report = judged(bundle, pin(DEAD.authority()))
    assert [StampCode.REVOKED in stamp.codes for stamp in report.stamps] == [True]


@pytest.mark.parametrize(
    ("marks", "expected"),
    [
        ([("A", "r1", "k1", "i1"), ("B", "r2", "k1", "i1"), ("A", "r2", "k2", "i2")], 1),
        ([("A", "r1", "k1", "i1"), ("B", "r2", "k2", "i2")], 2),
    ],
)
def test_witnesses_are_counted_by_what_they_share(marks: list[tuple[str, ...]], expected: int) -> None:
    """A third one that shares something with both makes one of two."""
    stamps = [
        StampFact(
            path="",
            over="",
            kind="tst",
            operators=(one[0],),
            root=one[1],
            signer_key=one[2],
            issuer_key=one[3],
        )
        for one in marks
    ]
    assert independent_operators(stamps) == expected


def test_the_time_is_ascribed_to_whoever_says_it() -> None:
    """Another authority that saw the seal later is named with its own time."""
    other = strong("other")
    bundle = put(put(BUNDLE, LIVE.stamp(PROOF, at=at("2028-02-01"))), other.stamp(PROOF, at=at("2030-02-01")))
    report = judged(bundle, pin(LIVE.authority(), other.authority()))
    (existed,) = (finding for finding in report.findings if finding.reason is Reason.EXISTED_BEFORE)
    assert existed.arguments["authority"] == "live"
    assert existed.arguments["also"] == "other: 2030-02-01T00:00:01Z"


def test_a_wrong_clock_hands_nobody_a_dispute() -> None:
    """A withdrawal before the receipt stands; a backdated stamp over it makes the dispute open, not lost."""
    other = strong("other")
    trust = pin(LIVE.authority(), other.authority())
    party = {"identity": "receiver", "keys": list(RECEIVER.identity.key_set.key_ids)}
    root = {"root": BUNDLE.root, "items": BUNDLE.items}
    released = add_event(BUNDLE, "released", {"to": party, **root}, signers=[SEALER], at=at("2028-01-02"))
    anchors = [LIVE.stamp(b"%d" % n, at=at(day)) for n, day in enumerate(("2028-02-06", "2028-02-10"))]
    withdrawn = add_event(
        released,
        "withdrawn",
        {"event": released.head},
        signers=[SEALER],
        anchors={hashlib.sha256(anchors[0]).hexdigest(): anchors[0]},
    )
    received = add_event(
        evolve(released, files=withdrawn.files),
        "received",
        {"root": BUNDLE.root, "result": "pass"},
        signers=[RECEIVER],
        opens=True,
        anchors={hashlib.sha256(anchors[1]).hexdigest(): anchors[1]},
    )
    bundle = received
    for event, day in ((withdrawn, "2028-02-07"), (received, "2028-02-11")):
        over = f"custody/log/{event.holding}/{event.seq:08d}"
        bundle = put(bundle, LIVE.stamp(bundle.files[f"{over}/proof.sha256"], at=at(day)), over=over)
    honest = judged(bundle, trust)
    assert Reason.DISPUTE_WON in honest.reasons()
    over = f"custody/log/{withdrawn.holding}/{withdrawn.seq:08d}"
    slow = other.stamp(bundle.files[f"{over}/proof.sha256"], at=at("2028-02-05"))
    report = judged(put(bundle, slow, over=over), trust)
    assert Reason.DISPUTED in report.reasons(Claim.CUSTODY_UNBROKEN)
    assert Reason.DISPUTE_WON not in report.reasons()


@pytest.mark.parametrize("when", ["2034-06-01", "2035-02-01"], ids=["in time", "after the end"])
def test_renewals_upon_renewals_take_no_time(when: str) -> None:
    """Each lists all before it; anybody can make them, and they are looked at once each."""
    bundle = BUNDLE
    for _ in range(24):
        bundle = renewed(bundle, when)
    ends = (("sha256", "2035-01-01"), ("sha512", "2036-01-01"))
    begun = time.process_time()
    report = judged(bundle, pin(LIVE.authority(), ends=ends), now="2037-01-01")
    assert report.outcome(Claim.INTACT) is Outcome.UNDETERMINED
    assert time.process_time() - begun < 10


def test_a_stranger_cannot_erase_what_a_renewal_keeps() -> None:
    """A self-signed erasure beside a renewed bundle changes no claim, before or after the end of the hash."""
    kept = renewed(BUNDLE, "2034-06-01")
    data = {"leaves": [0], "ground": "none"}
    planted = evolve(kept, files=add_event(kept, "erased", data, signers=[STRANGER]).files)
    trust = pin(LIVE.authority(), ends=(("sha256", "2035-01-01"),))
    for now in ("2034-12-01", "2036-01-01"):
        one, other = (judged(bundle, trust, now=now) for bundle in (kept, planted))
        assert [one.outcome(claim) for claim in Claim] == [other.outcome(claim) for claim in Claim]
