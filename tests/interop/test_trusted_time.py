"""The story of time: sealed offline, stamped later by two `openssl ts` authorities, renewed, and attacked.

Everything is done by the command line as a person would; the authorities answer on loopback.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from attrs import frozen

from custody.facade.moment import now
from custody.format.key_file import encode_public_key_file
from custody.model.instant import Instant
from tests.interop.sample_bundle import seal_files, write
from tests.interop.stamped_bundles import record_lines
from tests.tools.bundles import make_bundle, seed_signer
from tests.tools.openssl_authority import OpensslAuthority, make_openssl_authority
from tests.tools.timestamp_server import REPLY_TYPE, Exchange, says, serving
from tests.tools.verify_lines import TOOLS, type_lines

RequireTool = Callable[[str], str]
pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

STAMP_LINES = (0, 11)
IN_A_YEAR = Instant.from_datetime(now().moment + timedelta(days=365))
AFTER_BOTH_EXPIRED = "2060-01-01T00:00:00Z"


@frozen
class Story:
    """A folder with a bundle `b`, a trust, and two authorities that answer."""

    folder: Path

    def custody(self, *words: str, code: int = 0) -> str:
        """Run a command; returns what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "custody.cli", *words],
            cwd=self.folder,
            capture_output=True,
            encoding="utf-8",
            env={**os.environ, "PYTHONUTF8": "1"},
            check=False,
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr

    def verify(self, *words: str, bundle: str = "b", code: int = 0) -> dict[str, Any]:
        """Verify and return the report; every claim is required but completeness of time."""
        every = ("intact", "sealed-by", "existed-before", "custody-unbroken", "complete")
        required = [word for claim in every for word in ("--require", claim)]
        said = self.custody("verify", bundle, "--trust", "trust.json", "--json", *required, *words, code=code)
        report: dict[str, Any] = json.loads(said[: said.rindex("}") + 1])
        return report

    def copy(self, name: str) -> Path:
        """Copy the bundle."""
        shutil.copytree(self.folder / "b", self.folder / name)
        return self.folder / name


def answering(authority: OpensslAuthority) -> Callable[[Exchange], None]:
    """Answer as `openssl ts -reply` does."""

    def behave(exchange: Exchange) -> None:
        says(200, authority.reply(exchange.asked.body), kind=REPLY_TYPE)(exchange)

    return behave


@pytest.fixture(scope="module")
def authorities(
    require_tool: RequireTool, tmp_path_factory: pytest.TempPathFactory
) -> list[OpensslAuthority]:
    """Two, of two operators."""
    openssl = {tool: require_tool(tool) for tool in TOOLS}["openssl"]
    folder = tmp_path_factory.mktemp("authorities")
    return [
        make_openssl_authority(
            folder / name, name, operator=f"Operator {name}", openssl=openssl, unit_key=key
        )
        for name, key in (("first", "P-256"), ("second", "rsa-2048"))
    ]


@pytest.fixture
def story(authorities: list[OpensslAuthority], tmp_path: Path) -> Iterator[Story]:
    """A bundle that was sealed offline, and authorities that the trust names."""
    told = Story(tmp_path)
    signer = seed_signer("archive")
    write(tmp_path / "b", make_bundle(signers=[signer]).files)
    (tmp_path / "w-01.pub").write_bytes(encode_public_key_file(signer.identity))
    told.custody("trust", "new", "trust.json")
    told.custody("trust", "add", "trust.json", "w-01.pub", "--unconfirmed")
    with ExitStack() as stack:
        for authority in authorities:
            (tmp_path / f"{authority.name}.pem").write_bytes(authority.root_pem)
            url = stack.enter_context(serving(answering(authority))).url
            own = ("--url", url, "--root", f"{authority.name}.pem", "--operator", authority.operator)
            told.custody("trust", "add-authority", "trust.json", "--name", authority.name, *own)
        yield told


def stamp(story: Story) -> None:
    """Ask both authorities."""
    asked = ("--authority", "first", "--authority", "second")
    story.custody("stamp", "b", "--trust", "trust.json", *asked, "--no-revocation")


def test_a_bundle_sealed_offline_is_stamped_and_verified_now_and_after_all_certificates_expired(
    story: Story, authorities: list[OpensslAuthority]
) -> None:
    """By us at any time, and by the lines of VERIFY.txt under today's clock."""
    assert story.verify(code=3)["outcomes"]["existed-before"]["reasons"] == ["NOT_STAMPED"]
    stamp(story)
    assert story.verify()["outcomes"]["existed-before"]["outcome"] == "proven"
    later = story.verify("--at", AFTER_BOTH_EXPIRED)
    assert {code for one in later["stamps"] for code in one["codes"]} >= {"CERTIFICATE_EXPIRED_SINCE"}
    home = story.folder / "home"
    home.mkdir()
    (home / "roots.pem").write_bytes(b"".join(one.root_pem for one in authorities))
    by_hand = type_lines(story.folder / "b", STAMP_LINES, home=home)
    assert (by_hand.failed, by_hand.output.count("Verification: OK")) == (set(), 2)


def test_a_stamp_for_many_bundles_is_checked_by_hand(
    story: Story, authorities: list[OpensslAuthority]
) -> None:
    """`stamp --all` leaves an evidence record for each authority, which the lines of the page check."""
    (story.folder / "other").mkdir()
    seal_files(story.folder / "other")
    asked = ("--authority", "first", "--authority", "second", "--no-revocation")
    story.custody("stamp", "--all", ".", "--trust", "trust.json", *asked)
    home = story.folder / "home"
    home.mkdir()
    (home / "roots.pem").write_bytes(b"".join(one.root_pem for one in authorities))
    by_hand = type_lines(story.folder / "b", STAMP_LINES, home=home, further=record_lines())
    assert "\nNOT CHECKED: 2\n" in by_hand.output
    assert (by_hand.failed, by_hand.output.count("Verification: OK")) == (set(), 2), by_hand.output


def test_it_is_renewed_by_token_and_by_hash(story: Story) -> None:
    """The renewals hold, and the time that is proven stays the first one."""
    stamp(story)
    first = story.verify()["events"][0]["not_after"]
    asked = ("--authority", "first", "--authority", "second", "--no-revocation")
    story.custody("trust", "end-authority", "trust.json", "first", "--until", str(IN_A_YEAR))
    renewed = story.custody("renew", "b", "--trust", "trust.json", *asked)
    assert "1 proofs renewed, 1 not due, 0 left" in renewed
    story.custody("renew", "b", "--trust", "none", "--hash", "sha512")
    stamp(story)
    report = story.verify()
    codes = [finding["code"] for finding in report["findings"]]
    assert {"STAMP_HOLDS", "RENEWAL_HOLDS"} <= set(codes)
    assert {one["kind"] for one in report["stamps"]} == {"tst", "ers"}
    assert report["events"][0]["not_after"] == first


def seal_stamps(bundle: Path) -> list[Path]:
    """Return the stamp folders of the seal."""
    return sorted(bundle.glob("custody/log/*/00000000/stamps/*"))


def rename(folder: Path) -> None:
    """Name a stamp folder by the digest that its stamp has now."""
    (proof,) = folder.glob("stamp.*")
    folder.rename(folder.parent / hashlib.sha256(proof.read_bytes()).hexdigest())


def forged(bundle: Path) -> None:
    """Change a byte of the signature, and name the folder by the new digest."""
    folder = seal_stamps(bundle)[0]
    proof = folder / "stamp.tst"
    data = bytearray(proof.read_bytes())
    data[-1] ^= 1
    proof.chmod(0o644)
    proof.write_bytes(data)
    rename(folder)


def misnamed(bundle: Path) -> None:
    """Change a byte and leave the name."""
    proof = seal_stamps(bundle)[0] / "stamp.tst"
    proof.chmod(0o644)
    proof.write_bytes(proof.read_bytes()[:-1] + b"?")


def stripped(bundle: Path) -> None:
    """Remove one of the two stamps."""
    shutil.rmtree(seal_stamps(bundle)[0])


def swapped(bundle: Path) -> None:
    """Exchange the tokens of the two folders."""
    one, other = (folder / "stamp.tst" for folder in seal_stamps(bundle))
    first, second = one.read_bytes(), other.read_bytes()
    for path, data in ((one, second), (other, first)):
        path.chmod(0o644)
        path.write_bytes(data)


@pytest.mark.parametrize(
    ("attack", "code"),
    [
        (forged, "STAMP_INVALID"),
        (misnamed, "STAMP_SET_ASIDE"),
        (stripped, "ONE_OPERATOR"),
        (swapped, "STAMP_SET_ASIDE"),
    ],
    ids=lambda one: getattr(one, "__name__", ""),
)
def test_forged_stripped_and_swapped_stamps_are_named(
    story: Story, attack: Callable[[Path], None], code: str
) -> None:
    """Nothing else changes: what is not about time stays proven."""
    stamp(story)
    attack(story.copy("attacked"))
    report = story.verify(bundle="attacked", code=3 if attack is swapped else 0)
    assert code in [finding["code"] for finding in report["findings"]]
    assert report["outcomes"]["intact"]["outcome"] == "proven"


def test_a_foreign_stamp_is_named(story: Story, authorities: list[OpensslAuthority]) -> None:
    """A sound token over other bytes, put where the stamp of this bundle should be."""
    token = authorities[0].stamp(b"another bundle")
    (seal,) = (story.folder / "b").glob("custody/log/*/00000000")
    place = seal / "stamps" / hashlib.sha256(token).hexdigest()
    place.mkdir(parents=True)
    (place / "stamp.tst").write_bytes(token)
    report = story.verify(code=3)
    (stamp_found,) = report["stamps"]
    assert (stamp_found["outcome"], stamp_found["codes"][0]) == ("invalid", "IMPRINT_DIFFERS")
    assert report["outcomes"]["existed-before"]["reasons"] == ["NO_STAMP_HOLDS"]
