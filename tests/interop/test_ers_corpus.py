"""Evidence records of other implementations: each comes to what its makers expect of it.

Nobody trusts their authorities here, so a sound record is undetermined for want of a path, and says nothing
else against itself. Two records are known to disagree with what is recorded about them.
"""

from __future__ import annotations

import base64
from itertools import chain
from pathlib import Path

import pytest
from attrs import frozen

from custody.format.hashes import HASHES, digests_of
from custody.proof.evidence_record.record import decode_evidence_record, encode_evidence_record
from custody.proof.evidence_record.verify import verify_evidence_record
from custody.proof.rfc3161.certificate import decode_certificate
from custody.proof.rfc3161.token import decode_token
from custody.proof.stamp import DigestOf, RecordVerdict, StampQuestion
from custody.report.stamp_code import StampCode, StampOutcome
from custody.trust.trust import Authority, Trust, TrustedRoot
from tests.tools.records import day

# What a record may lack where nobody is trusted; SHA-224 is no hash that proofs of time may use.
WITHOUT_TRUST = {StampCode.RECORD_TOKEN, StampCode.PATH_MISSING}
OF_SHA224 = {*WITHOUT_TRUST, StampCode.IMPRINT_ALGORITHM, StampCode.SIGNATURE_ALGORITHM}


@frozen
class _Case:
    """A record, what it is asked about, and the faults that it has.

    Attributes:
        file: its name.
        document: bytes, the name of a file beside it, or digests in Base64 by their hash.
        faults: expected beside WITHOUT_TRUST, each.
        allowed: what may be said beside them.
    """

    file: str
    document: bytes | str | dict[str, str]
    faults: frozenset[StampCode] = frozenset()
    allowed: frozenset[StampCode] = frozenset()


def _fails(file: str, document: bytes | str | dict[str, str], *faults: StampCode) -> _Case:
    weak = frozenset({StampCode.SIGNATURE_ALGORITHM, StampCode.SIGNATURE_WEAK, StampCode.KEY_TOO_SHORT})
    return _Case(file, document, frozenset(faults), weak)


_FULL = "er-asn1-full-renewal"
_GROUP = {"sha256": "nOLX01D5QYQHQ58MoR3MEquffNsV+ezF7Kk1SCYCuHI="}
_SOUND = (
    _Case("ER-2Chains3ATS.ers", b"content of data object DO-01"),
    _Case("ER-2Chains3ATS.ers", b"content of data object DO-02"),
    *(
        _Case(f"{_FULL}{kind}.ers", b"\x03")
        for kind in (
            "",
            "-two-ats-chain",
            "-three-ats-chain",
            "-five-ats-chain",
            "-tst-renewal",
            "-tst-renewal-chain-renewal",
        )
    ),
    _Case(f"{_FULL}-duplicated-data.ers", b"\t"),
    _Case("er-asn1-one-level-hashtree.ers", b"\x02"),
    _Case("er-asn1-simple.ers", b"1"),
    _Case("er-asn1-on-tst.ers", "d-trust.tsr"),
    *(_Case(f"BIN-{number}_ER.ers", f"BIN-{number}.bin") for number in range(1, 5)),
    _Case("er-asn1-tst-renewal.ers", _GROUP),
    _Case("er-asn1-tst-renewal.ers", {"sha256": "7sxNM1LA6WX9iHle39GmDFrAmzwRAMBS67auC9NDKyY="}),
    _Case("evidencerecord.ers", {"sha256": "EPRF0uQcTYjnF+PyR1a52z9fXpKZEAUx3d+jQAFfPos="}),
    _Case("evidencerecord.ers", {"sha256": "zFMwgPw86LH0Py/DPEAqMA3uqMgatCJe0UwKJxifjD8="}),
    _Case(
        "LKSG_4.ers",
        {
            "sha256": "SMP/0kaannOThgfDF1Dly2qUG2Zbj5YMyNLSRZHWkO0=",
            "sha384": "EfWPNqRRVrdEffJtLzF/l13oPz9qGQ5IR/sbRZxglqIzS95wy128Yi/KBEGKaIIX",
        },
    ),
)
# First stamped in 2022 under certificates until 2023, and renewed in 2024.
_RENEWED_LATE = {
    f"{_FULL}{kind}.ers"
    for kind in (
        "-two-ats-chain",
        "-three-ats-chain",
        "-five-ats-chain",
        "-tst-renewal",
        "-tst-renewal-chain-renewal",
    )
}
_SHA224 = tuple(
    f"1_{name}.er" for name in ("0_Initial", "1_Renew_Unsorted", "2_Renew_Unsorted", "3_Renew_Unsorted")
)
_UNSOUND = (
    _fails("er-asn1-simple.ers", b"0", StampCode.RECORD_COVERS_OTHERS),
    *(_fails(f"BIN-{n}_ER.ers", b"other", StampCode.RECORD_COVERS_OTHERS) for n in (1, 2)),
    *(
        _fails(f"BIN-{n}_ER.ers", b"other", StampCode.RECORD_COVERS_OTHERS, StampCode.RECORD_CHAIN)
        for n in (3, 4)
    ),
    _fails("er-asn1-chain-renewal-invalid.ers", b"\t", StampCode.RECORD_CHAIN),
    _fails("er-asn1-chain-renewal-duplicated-data-invalid.ers", b"\t", StampCode.RECORD_CHAIN),
    _fails("er-asn1-tst-renewal-invalid.ers", _GROUP, StampCode.RECORD_ROOT, StampCode.RECORD_RENEWAL),
    _fails(
        "er-asn1-simple-invalid.ers",
        {"sha256": "nOPX01D5QYQHQ58MoR3MEquffNsV+ezF7Kk1SCYCuHI="},
        StampCode.RECORD_ROOT,
    ),
    # Its first list holds other values than the digest of the file that was published beside it.
    _fails("bsi_gov_vte-lza_002.ers", "bsi_gov_vte-lza_002.bin", StampCode.RECORD_COVERS_OTHERS),
)


def _case_id(case: _Case) -> str:
    about = case.document["sha256"][:4] if isinstance(case.document, dict) else case.document[-4:]
    return f"{case.file} {about!r}"


def _digests(folder: Path, document: bytes | str | dict[str, str]) -> DigestOf:
    if isinstance(document, dict):
        return lambda name: base64.b64decode(document[name])
    return digests_of(document if isinstance(document, bytes) else (folder / document).read_bytes())


def _judge(
    corpora: Path, file: str, document: bytes | str | dict[str, str], trust: Trust | None = None
) -> RecordVerdict:
    folder = corpora / "ers" / "asn1"
    question = StampQuestion(
        trust=trust or Trust.none(), now=day("2026-11-24"), digest_of=_digests(folder, document)
    )
    return verify_evidence_record((folder / file).read_bytes(), question)


def _faults(verdict: RecordVerdict) -> set[StampCode]:
    return {code for code in verdict.codes if not code.note}


@pytest.mark.parametrize("case", _SOUND, ids=_case_id)
def test_a_sound_record_lacks_nothing_but_trust(case: _Case, corpora: Path) -> None:
    """No rule of records is broken, and every token is sound up to its path."""
    verdict = _judge(corpora, case.file, case.document)
    assert _faults(verdict) == WITHOUT_TRUST
    assert verdict.outcome is StampOutcome.UNDETERMINED
    assert {token.faults for token in verdict.tokens} == {(StampCode.PATH_MISSING,)}


def _trust_in_tops(data: bytes) -> Trust:
    """Pin what the tokens of a record carry at the top of their chains, as if its reader knew them."""
    tops: dict[bytes, None] = {}
    for stamp in chain.from_iterable(decode_evidence_record(data).chains):
        carried = [decode_certificate(der) for der in decode_token(stamp.token).certificates]
        subjects = {one.subject for one in carried}
        tops.update(
            {one.der: None for one in carried if one.issuer == one.subject or one.issuer not in subjects}
        )
    roots = tuple(TrustedRoot(certificate=der) for der in tops)
    return Trust(authorities=(Authority(name="tops", operator="of the record", roots=roots),))


@pytest.mark.parametrize("case", _SOUND, ids=_case_id)
def test_a_sound_record_is_valid_for_whoever_trusts_its_roots(case: _Case, corpora: Path) -> None:
    """Some were renewed for show after their certificates had expired; that is said, and nothing else."""
    trust = _trust_in_tops((corpora / "ers" / "asn1" / case.file).read_bytes())
    late = {StampCode.RECORD_TOKEN, StampCode.CERTIFICATE_EXPIRED_BEFORE_RENEWAL}
    expected = late if case.file in _RENEWED_LATE else set()
    assert _faults(_judge(corpora, case.file, case.document, trust)) == expected


@pytest.mark.parametrize("file", _SHA224)
def test_a_record_that_begins_with_sha224_is_undetermined(file: str, corpora: Path) -> None:
    """The chains behind it are followed all the same: another document breaks them."""
    assert _faults(_judge(corpora, file, b"123456")) == OF_SHA224
    chains = decode_evidence_record((corpora / "ers" / "asn1" / file).read_bytes()).chains
    broken = {StampCode.RECORD_CHAIN} if len(chains) > 1 else set()
    assert _faults(_judge(corpora, file, b"other")) == OF_SHA224 | broken


@pytest.mark.parametrize("case", _UNSOUND, ids=_case_id)
def test_an_unsound_record_is_refused_with_its_reason(case: _Case, corpora: Path) -> None:
    """What its maker broke is what is said."""
    verdict = _judge(corpora, case.file, case.document)
    assert verdict.outcome is StampOutcome.INVALID
    assert _faults(verdict) - case.allowed == WITHOUT_TRUST | case.faults


def test_a_record_that_is_a_set_is_malformed(corpora: Path) -> None:
    """Its first octet was changed."""
    verdict = _judge(corpora, "BIN-1_ER_malformed.ers", "BIN-1.bin")
    assert verdict.codes == (StampCode.RECORD_MALFORMED,)


@pytest.mark.parametrize("document", [b"\x01", b"\x03"])
def test_both_documents_of_a_group_are_covered(document: bytes, corpora: Path) -> None:
    """Its publisher's tests expect this pair to fail together; each one's digest is in all first lists."""
    verdict = _judge(corpora, f"{_FULL}.ers", document)
    assert _faults(verdict) == WITHOUT_TRUST
    assert StampCode.RECORD_GROUP in verdict.codes


def test_values_that_stand_twice_are_said(corpora: Path) -> None:
    """They count as they stand."""
    verdict = _judge(corpora, f"{_FULL}-duplicated-data.ers", b"\t")
    assert StampCode.RECORD_REPEATS in verdict.codes


def test_every_record_is_written_as_it_was_read(corpora: Path) -> None:
    """Strict reading keeps every byte, tokens and chains too."""
    files = [one for one in (corpora / "ers" / "asn1").glob("*.er*") if one.stem != "BIN-1_ER_malformed"]
    assert len(files) > 20
    for file in files:
        data = file.read_bytes()
        assert encode_evidence_record(decode_evidence_record(data)) == data, file.name
    assert "sha224" not in HASHES
