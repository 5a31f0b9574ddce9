"""Timestamp tokens before four judges: ours, `openssl ts`, rfc3161-client and pyhanko.

What is unsound must be refused here whatever others say, and what is sound accepted; where another verifier
judges otherwise, `token_disagreements` says why. A disagreement that is not listed fails, and so does an
entry that no longer holds.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from attrs import frozen
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from custody.proof.rfc3161.verify import verify_token
from custody.proof.stamp import Material, StampQuestion
from custody.report.stamp_code import StampOutcome
from custody.trust.trust import Authority, Trust, TrustedRoot
from tests.interop.token_disagreements import (
    ACCEPTED_FAULTS,
    ACCEPTED_REAL,
    REFUSED_REAL,
    REFUSED_VARIANTS,
    Table,
    listed,
)
from tests.tools.authority import POLICY
from tests.tools.token_faults import FAULTS
from tests.tools.token_makers import AT, AUTHORITY, DATA, NONCE, NOW, Case
from tests.tools.token_oracles import Asked, Oracle, openssl, pyhanko, rfc3161_client
from tests.tools.token_variants import VARIANTS

RequireTool = Callable[[str], str]
Unlisted = Callable[[str, set[str], Mapping[str, Table]], set[str]]
each_oracle = pytest.mark.parametrize("oracle", ["openssl", "rfc3161_client", "pyhanko"])


@frozen
class Judged:
    """What we say of a token, and what others are asked about it."""

    valid: bool
    asked: Asked


@pytest.fixture
def oracles(require_tool: RequireTool, tmp_path: Path) -> dict[str, Oracle]:
    """The other verifiers by name."""
    return {
        "openssl": openssl(tmp_path, require_tool("openssl")),
        "rfc3161_client": rfc3161_client,
        "pyhanko": pyhanko,
    }


def judged_cases(cases: Mapping[str, Case]) -> Iterator[tuple[str, Judged]]:
    """Judge tokens of the authority of this process."""
    for name, case in cases.items():
        token, question = case.make(AUTHORITY), case.question(AUTHORITY)
        verdict = verify_token(token, question, nonce=NONCE)
        valid = verdict.outcome is StampOutcome.VALID
        # Who asks knows his hash: the sound tokens were asked for under the hash that they name.
        hash_name = verdict.imprint_algorithm if valid and verdict.imprint_algorithm else "sha256"
        asked = Asked(
            token=token,
            roots=(AUTHORITY.chain[-1],),
            beside=question.material,
            at=(verdict.generated_at or AT).moment.replace(microsecond=0),
            hash=hash_name,
            digest=hashlib.new(hash_name, DATA).digest(),
            data=DATA,
            nonce=NONCE,
            policy=POLICY,
        )
        yield name, Judged(valid=valid, asked=asked)


def certificates_in(path: Path) -> tuple[bytes, ...]:
    """The certificates of a PEM file, DER; none where there is no file."""
    if not path.exists():
        return ()
    return tuple(one.public_bytes(Encoding.DER) for one in x509.load_pem_x509_certificates(path.read_bytes()))


def judged_corpus(corpora: Path) -> Iterator[tuple[str, Judged]]:
    """Judge the real tokens whose root is at hand."""
    for folder in sorted((corpora / "tsa").iterdir()):
        roots = certificates_in(folder / "root.pem")
        if not roots:
            continue
        facts = json.loads((folder / "meta.json").read_text("utf-8"))
        path = folder / "data.bin"
        data = path.read_bytes() if path.exists() else None
        imprint = bytes.fromhex(facts["imprint"])
        digest = imprint if data is None else hashlib.new(facts["imprint_alg"], data).digest()
        pinned = tuple(TrustedRoot(certificate=one) for one in roots)
        question = StampQuestion(
            trust=Trust(authorities=(Authority(name="real", operator="real", roots=pinned),)),
            now=NOW,
            digest_of=lambda _name, digest=digest: digest,  # type: ignore[misc]  # bound in each turn
            material=Material(certificates=certificates_in(folder / "chain.pem")),
        )
        token = (folder / "token.tst").read_bytes()
        verdict = verify_token(token, question)
        assert verdict.generated_at is not None
        asked = Asked(
            token=token,
            roots=roots,
            beside=question.material,
            at=verdict.generated_at.moment.replace(microsecond=0),
            hash=facts["imprint_alg"],
            digest=digest,
            data=data,
        )
        valid = verdict.outcome is StampOutcome.VALID
        yield folder.name.rpartition("-")[2], Judged(valid=valid, asked=asked)


@pytest.fixture(scope="session")
def unlisted(require_tool: RequireTool) -> Unlisted:
    """A function that compares what was found with a table: what is not listed, and what no longer holds.

    The tables know OpenSSL 3.0. Of another one only the unlisted counts: it may have learned more.
    """
    version = subprocess.run([require_tool("openssl"), "version"], capture_output=True, text=True, check=True)
    known = version.stdout.startswith("OpenSSL 3.0.")

    def compare(oracle: str, found: set[str], table: Mapping[str, Table]) -> set[str]:
        names = listed(table[oracle])
        return found ^ names if known or oracle != "openssl" else found - names

    return compare


def test_no_fault_is_accepted() -> None:
    """Not one of the tokens with a single fault is valid for us."""
    assert [name for name, judged in judged_cases(FAULTS) if judged.valid] == []


def test_every_sound_variant_is_accepted() -> None:
    """Every token that only looks odd is valid for us."""
    assert [name for name, judged in judged_cases(VARIANTS) if not judged.valid] == []


@each_oracle
def test_faults_accepted_by_others_are_listed(
    oracles: dict[str, Oracle], unlisted: Unlisted, oracle: str
) -> None:
    """Of the tokens with a single fault another verifier accepts exactly the listed ones."""
    accepted = {name for name, judged in judged_cases(FAULTS) if not oracles[oracle](judged.asked)}
    assert unlisted(oracle, accepted, ACCEPTED_FAULTS) == set()


@each_oracle
def test_sound_tokens_refused_by_others_are_listed(
    oracles: dict[str, Oracle], unlisted: Unlisted, oracle: str
) -> None:
    """Of the sound tokens another verifier refuses exactly the listed ones."""
    refused = {name for name, judged in judged_cases(VARIANTS) if oracles[oracle](judged.asked)}
    assert unlisted(oracle, refused, REFUSED_VARIANTS) == set()


@each_oracle
def test_disagreements_about_real_tokens_are_listed(
    corpora: Path, oracles: dict[str, Oracle], unlisted: Unlisted, oracle: str
) -> None:
    """Of the real tokens with a root another verifier judges exactly the listed ones otherwise."""
    accepted: set[str] = set()
    refused: set[str] = set()
    for name, judged in judged_corpus(corpora):
        accepts = not oracles[oracle](judged.asked)
        if accepts is not judged.valid:
            (accepted if accepts else refused).add(name)
    wrong = unlisted(oracle, accepted, ACCEPTED_REAL) | unlisted(oracle, refused, REFUSED_REAL)
    assert wrong == set()
