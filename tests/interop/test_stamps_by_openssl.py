"""Stamps of independent `openssl ts` authorities, checked by the lines of the bundle's own VERIFY.txt.

Today, and under a clock set twenty years ahead, when every certificate has expired: the lines judge a stamp
at its own time.
"""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from attrs import frozen

from tests.interop.sample_bundle import make_sample, seal_files, write
from tests.tools.openssl_authority import OpensslAuthority, make_openssl_authority
from tests.tools.verify_lines import TOOLS, WHOLE, Transcript, type_lines

RequireTool = Callable[[str], str]

STAMPS = 11
AHEAD = ("faketime", "-f", "+20y")


@frozen(kw_only=True)
class Authorities:
    """Two that are trusted, one that is not, and the home of a person with roots.pem."""

    first: OpensslAuthority
    second: OpensslAuthority
    stranger: OpensslAuthority
    home: Path

    def check(
        self, bundle: Path, steps: tuple[int, ...] = (0, STAMPS), *, under: tuple[str, ...] = ()
    ) -> Transcript:
        """Type the lines of some steps."""
        return type_lines(bundle, steps, home=self.home, under=under)


@pytest.fixture(scope="module")
def authorities(require_tool: RequireTool, tmp_path_factory: pytest.TempPathFactory) -> Authorities:
    """Authorities of three operators, made for this module."""
    tools = {tool: require_tool(tool) for tool in TOOLS}
    folder = tmp_path_factory.mktemp("authorities")
    first, second, stranger = (
        make_openssl_authority(
            folder / name, name, operator=f"Operator {name}", openssl=tools["openssl"], unit_key=key
        )
        for name, key in (("first", "P-256"), ("second", "rsa-2048"), ("stranger", "P-384"))
    )
    home = folder / "home"
    write(home, {"roots.pem": first.root_pem + second.root_pem})
    return Authorities(first=first, second=second, stranger=stranger, home=home)


def seal_of(bundle: Path) -> Path:
    """The folder of the seal."""
    return next((bundle / "custody" / "log").glob("*/00000000"))


def add_stamp(event: Path, token: bytes, authority: OpensslAuthority) -> Path:
    """Add a token, with its certificates beside it; return its path within the bundle."""
    companions = {f"{hashlib.sha256(one).hexdigest()}.cer": one for one in authority.chain}
    folder = event / "stamps" / hashlib.sha256(token).hexdigest()
    write(folder, {"stamp.tst": token, **companions})
    return folder / "stamp.tst"


def stamp(event: Path, authority: OpensslAuthority, *, certificates: bool = True) -> Path:
    """Stamp an event."""
    token = authority.stamp((event / "proof.sha256").read_bytes(), certificates=certificates)
    return add_stamp(event, token, authority)


@pytest.fixture
def sealed(authorities: Authorities, tmp_path: Path) -> Path:
    """A bundle that custody sealed, stamped by two authorities, one token without its certificates."""
    bundle = seal_files(tmp_path)
    stamp(seal_of(bundle), authorities.first)
    stamp(seal_of(bundle), authorities.second, certificates=False)
    return bundle


@pytest.fixture
def ahead(require_tool: RequireTool) -> tuple[str, ...]:
    """What a command runs under to see a clock twenty years ahead; that it does is looked at first."""
    require_tool("faketime")
    years = [
        int(subprocess.run([*under, "date", "+%Y"], capture_output=True, text=True, check=True).stdout)
        for under in ((), AHEAD)
    ]
    assert years[1] - years[0] in {19, 20, 21}
    return AHEAD


def test_two_authorities_satisfy_the_lines_today(authorities: Authorities, sealed: Path) -> None:
    """All steps pass, and both stamps are found good."""
    transcript = authorities.check(sealed, WHOLE)
    assert (transcript.failed, transcript.output.count("Verification: OK")) == (set(), 2), transcript.output


def test_two_authorities_satisfy_the_lines_in_twenty_years(
    authorities: Authorities, sealed: Path, ahead: tuple[str, ...]
) -> None:
    """All steps pass when every certificate of both authorities has expired."""
    transcript = authorities.check(sealed, WHOLE, under=ahead)
    assert (transcript.failed, transcript.output.count("Verification: OK")) == (set(), 2), transcript.output


def test_certificates_have_expired_in_twenty_years(
    authorities: Authorities, sealed: Path, ahead: tuple[str, ...]
) -> None:
    """The clock does matter: as of then, without the time of the stamp, openssl refuses them."""
    seal = seal_of(sealed)
    with_certificates = max(seal.rglob("stamp.tst"), key=lambda path: path.stat().st_size)
    verify = ["openssl", "ts", "-verify", "-token_in", "-in", str(with_certificates)]
    trusted = ["-data", str(seal / "proof.sha256"), "-CAfile", str(authorities.home / "roots.pem")]
    command = [*ahead, *verify, *trusted]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "certificate has expired" in done.stderr


def test_stamps_of_later_events_are_checked(authorities: Authorities, tmp_path: Path) -> None:
    """A stamp over a later event is over that event's proof."""
    bundle = make_sample().write_whole(tmp_path / "bundle")
    stamp(seal_of(bundle).parent / "00000001", authorities.first)
    transcript = authorities.check(bundle)
    assert (transcript.failed, transcript.output.count("Verification: OK")) == (set(), 1), transcript.output


def of_a_stranger(authorities: Authorities, seal: Path) -> Path:
    """By an authority whose root is not trusted."""
    return stamp(seal, authorities.stranger)


def of_a_stranger_with_his_root(authorities: Authorities, seal: Path) -> Path:
    """By a stranger whose root lies beside the stamp under the name of a trusted one."""
    path = stamp(seal, authorities.stranger)
    trusted = hashlib.sha256(authorities.first.chain[-1]).hexdigest()
    (path.parent / f"{trusted}.cer").write_bytes(authorities.stranger.chain[-1])
    return path


def of_another_bundle(authorities: Authorities, seal: Path) -> Path:
    """A good stamp over something else."""
    return add_stamp(seal, authorities.first.stamp(b"another proof\n"), authorities.first)


def flipped(authorities: Authorities, seal: Path) -> Path:
    """A good stamp with one bit of its signature changed."""
    token = authorities.first.stamp((seal / "proof.sha256").read_bytes())
    return add_stamp(seal, token[:-1] + bytes([token[-1] ^ 1]), authorities.first)


def backdated(authorities: Authorities, seal: Path) -> Path:
    """A good stamp with another year in its genTime."""
    token = authorities.first.stamp((seal / "proof.sha256").read_bytes())
    place = token.index(b"\x18\x13" if b"\x18\x13" in token else b"\x18\x0f") + 2
    return add_stamp(seal, token[:place] + b"2001" + token[place + 4 :], authorities.first)


def empty(authorities: Authorities, seal: Path) -> Path:
    """Nothing where a stamp should be."""
    return add_stamp(seal, b"", authorities.first)


BAD = (of_a_stranger, of_a_stranger_with_his_root, of_another_bundle, flipped, backdated, empty)


@pytest.mark.parametrize("make", BAD)
def test_bad_stamps_are_named(
    authorities: Authorities, sealed: Path, make: Callable[[Authorities, Path], Path]
) -> None:
    """A stamp that is forged, swapped or foreign fails by its path; the good ones beside it still pass."""
    bad = make(authorities, seal_of(sealed)).relative_to(sealed).as_posix()
    transcript = authorities.check(sealed)
    assert transcript.failed == {STAMPS}
    assert f"FAILED {bad}\n" in transcript.output
    assert transcript.output.count("Verification: OK") == 2


def test_a_stamp_says_its_time(authorities: Authorities, sealed: Path) -> None:
    """The time of each good stamp is printed beside its path."""
    transcript = authorities.check(sealed)
    for path in seal_of(sealed).rglob("stamp.tst"):
        assert f"GMT {path.relative_to(sealed).as_posix()}\n" in transcript.output
