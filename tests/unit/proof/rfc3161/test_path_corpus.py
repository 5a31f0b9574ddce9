"""Paths of real time authorities, each from the signer's certificate to the root that the corpus names."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

from cryptography import x509

from custody.model.instant import Instant
from custody.proof.rfc3161.best_path import PathResult, TokenClaims, find_path
from custody.proof.rfc3161.certificate import decode_certificate
from custody.proof.stamp import StampQuestion
from custody.report.stamp_code import StampCode
from tests.tools.authority import der_of
from tests.tools.path_makers import NOW, trust_in

# An RSA-PSS key, and dates before 2050 as GeneralizedTime.
OUTSIDE = {
    "d-trust-ca-1-3-2017",
    "ee-certification-centre-root-ca",
    "test-of-ee-certification-centre-root-ca",
}
YEAR_MONTH_DAY_DIGEST = 4


def paths(corpora: Path, judged_at: Instant | None) -> dict[str, PathResult]:
    """Find the path of each token that has a root; judged at a moment, or at genTime."""
    found = {}
    for folder in sorted(one.parent for one in (corpora / "tsa").glob("*/root.pem")):
        chain = [der_of(one) for one in x509.load_pem_x509_certificates((folder / "chain.pem").read_bytes())]
        root = der_of(x509.load_pem_x509_certificate((folder / "root.pem").read_bytes()))
        generated_at = datetime.fromisoformat(json.loads((folder / "meta.json").read_text())["gen_time"])
        found[folder.name] = find_path(
            decode_certificate(chain[0]),
            (root, *chain[::-1]),
            StampQuestion(trust=trust_in(root), now=judged_at or Instant.from_datetime(generated_at)),
            TokenClaims(generated_at=generated_at),
        )
    return found


def test_every_real_path_holds_at_gentime(corpora: Path) -> None:
    """Thirty-eight tokens have a root; six of them lie outside the profile of the Web PKI."""
    found = paths(corpora, None)
    assert len(found) == 38
    noted = {name for name, result in found.items() if result.codes == (StampCode.OUTSIDE_WEB_PROFILE,)}
    assert {name.rsplit("-", YEAR_MONTH_DAY_DIGEST)[0] for name in noted} == OUTSIDE
    assert len(noted) == 6
    assert all(result.codes == () for name, result in found.items() if name not in noted)


def test_real_certificates_that_have_expired_are_only_said_to_have(corpora: Path) -> None:
    """Judged long after, no outcome changes."""
    notes = {StampCode.OUTSIDE_WEB_PROFILE, StampCode.CERTIFICATE_EXPIRED_SINCE}
    found = paths(corpora, NOW)
    assert all(set(result.codes) <= notes for result in found.values())
    assert any(StampCode.CERTIFICATE_EXPIRED_SINCE in result.codes for result in found.values())
