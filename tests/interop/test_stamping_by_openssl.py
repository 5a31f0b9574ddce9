"""Bundles stamped over HTTP by two authorities that are not ours, checked by a verifier that is not ours."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

import custody
from custody.facade.moment import now
from custody.network.pace import Pace
from custody.trust.change import with_authority_end
from custody.trust.trust import DatedKeySet, Role, Trust, TrustedIdentity
from tests.tools.openssl_authority import OpensslAuthority, make_openssl_authority
from tests.tools.stamping import SIGNER, stamps_of
from tests.tools.timestamp_server import serving, sound

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
ONCE = custody.Service(pace=Pace(tries=1, interval_seconds=0))
FIRST_ENDS = custody.Instant.from_datetime(now().moment + timedelta(days=365))
NAMES = ("first", "second")


@pytest.fixture(scope="module")
def authorities(
    tmp_path_factory: pytest.TempPathFactory, require_tool: Callable[[str], str]
) -> tuple[OpensslAuthority, ...]:
    """Two, of two operators, with keys of two kinds."""
    openssl, folder = require_tool("openssl"), tmp_path_factory.mktemp("authorities")
    kinds = zip(NAMES, ("P-256", "rsa-3072"), strict=True)
    return tuple(
        make_openssl_authority(
            folder / name, name, operator=f"Operator {name}", openssl=openssl, unit_key=kind
        )
        for name, kind in kinds
    )


@contextmanager
def answering(authorities: tuple[OpensslAuthority, ...]) -> Iterator[Trust]:
    """Run a server for each, and give the trust in them and in the signer."""
    keys = (DatedKeySet(key_set=SIGNER.identity.key_set),)
    signer = TrustedIdentity(name="w-01", roles=frozenset({Role.SEALER}), sets=keys)
    with ExitStack() as running:
        named = [
            one.authority(url=running.enter_context(serving(sound(one.reply))).url) for one in authorities
        ]
        yield Trust(identities=(signer,), authorities=tuple(named))


def seal(folder: Path, *anchors: bytes) -> Path:
    """Seal one file, without any connection."""
    folder.mkdir()
    (folder / "a.txt").write_text("ما رأيت\n", "utf-8")
    draft = custody.Draft(case="C").add(folder / "a.txt")
    return Path(custody.seal(draft, to=folder, signer=SIGNER, anchors=anchors).path)


def test_sealed_offline_and_stamped_later(tmp_path: Path, authorities: tuple[OpensslAuthority, ...]) -> None:
    """Our verification proves the time by both, and openssl accepts each token over the same file."""
    bundle = seal(tmp_path / "x")
    with answering(authorities) as trust:
        outcome = custody.stamp(bundle, authorities=NAMES, trust=trust, service=ONCE)
    assert ([one.operator for one in outcome.added], outcome.short) == (
        ["Operator first", "Operator second"],
        (),
    )
    report = custody.verify(bundle, trust=trust)
    assert report.outcome(custody.Claim.EXISTED_BEFORE) is custody.Outcome.PROVEN
    proof = next(bundle.rglob("proof.sha256"))
    for added in outcome.added:
        [by] = [one for one in authorities if one.operator == added.operator]
        token = proof.parent / "stamps" / added.sha256 / "stamp.tst"
        command = [by.openssl, "ts", "-verify", "-token_in", "-in", str(token), "-data", str(proof)]
        done = subprocess.run(
            [*command, "-CAfile", "root.pem", "-untrusted", "chain.pem"],
            cwd=by.folder,
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode()
        assert b"Verification: OK" in done.stdout + done.stderr


def test_many_are_stamped_by_one_token_and_renewed_by_another(
    tmp_path: Path, authorities: tuple[OpensslAuthority, ...]
) -> None:
    """Each bundle by itself proves its time, with nothing of the others."""
    for name in ("x", "y", "z"):
        seal(tmp_path / name)
    with answering(authorities) as trust:
        stamped = custody.stamp_all(tmp_path, authorities=NAMES, trust=trust, service=ONCE)
        before_it = with_authority_end(trust, "first", FIRST_ENDS)
        renewed = custody.renew_all(
            tmp_path, authorities=NAMES, trust=before_it, weakens_before=FIRST_ENDS, service=ONCE
        )
    assert (len(stamped.added), len(renewed.added), renewed.left) == (6, 3, 0)
    assert {one.authority for one in renewed.added} == {"second"}
    for bundle in {Path(one.bundle) for one in stamped.added}:
        assert len(stamps_of(bundle)) == 3
        report = custody.verify(bundle, trust=before_it)
        assert report.outcome(custody.Claim.EXISTED_BEFORE) is custody.Outcome.PROVEN


def test_a_fresh_seal_is_not_older_than_its_anchor(
    tmp_path: Path, authorities: tuple[OpensslAuthority, ...]
) -> None:
    """The anchor stands in the seal, and holds."""
    with answering(authorities) as trust:
        anchors = custody.fetch_anchors(NAMES, trust=trust, service=ONCE)
    bundle = seal(tmp_path / "x", *anchors)
    report = custody.verify(bundle, trust=trust)
    assert report.outcome(custody.Claim.INTACT) is custody.Outcome.PROVEN
    assert len(list(bundle.rglob("anchors/*.tst"))) == 2
