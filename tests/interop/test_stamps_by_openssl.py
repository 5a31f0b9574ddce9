"""Stamps of independent `openssl ts` authorities, checked by the lines of the bundle's own VERIFY.txt.

Today, and under a clock set twenty years ahead, when every certificate has expired: the lines judge a stamp
at its own time.
"""

from __future__ import annotations

import hashlib
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.interop.sample_bundle import make_sample, seal_files, write
from tests.interop.stamped_bundles import (
    STAMPS,
    Authorities,
    add_stamp,
    counted,
    make_authorities,
    renewed_bundle,
    seal_of,
    stamp,
    twenty_years_ahead,
)
from tests.tools.verify_lines import WHOLE, type_lines

RequireTool = Callable[[str], str]


@pytest.fixture(scope="module")
def authorities(require_tool: RequireTool, tmp_path_factory: pytest.TempPathFactory) -> Authorities:
    """Authorities of three operators, made for this module."""
    return make_authorities(require_tool, tmp_path_factory.mktemp("authorities"))


@pytest.fixture
def sealed(authorities: Authorities, tmp_path: Path) -> Path:
    """A bundle that custody sealed, stamped by two authorities, one token without its certificates."""
    bundle = seal_files(tmp_path)
    stamp(seal_of(bundle), authorities.first)
    stamp(seal_of(bundle), authorities.second, certificates=False)
    return bundle


@pytest.fixture
def ahead(require_tool: RequireTool) -> tuple[str, ...]:
    """What a command runs under to see a clock twenty years ahead."""
    return twenty_years_ahead(require_tool)


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
    found = re.search(rb"\x18[\x0f-\x13](20[0-9]{2})", token)  # a fraction ends without zeros
    assert found is not None
    place = found.start(1)
    return add_stamp(seal, token[:place] + b"2001" + token[place + 4 :], authorities.first)


def empty(authorities: Authorities, seal: Path) -> Path:
    """Nothing where a stamp should be."""
    return add_stamp(seal, b"", authorities.first)


def of_what_lies_below(authorities: Authorities, seal: Path) -> Path:
    """A good stamp over a proof.sha256 that somebody laid below the stamps."""
    below, proof = seal / "stamps" / "new", f"{'0' * 64}  event.json\n".encode()
    write(below, {"proof.sha256": proof})
    return add_stamp(below, authorities.first.stamp(proof), authorities.first)


BAD = (
    of_what_lies_below,
    of_a_stranger,
    of_a_stranger_with_his_root,
    of_another_bundle,
    flipped,
    backdated,
    empty,
)


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
    assert counted(transcript) == ["HOLDS: 2", "FAILED: 1", "NOT CHECKED: 0", "HOLDS over the seal: 2"]


def test_a_stamp_says_its_time(authorities: Authorities, sealed: Path) -> None:
    """The time of each good stamp is printed beside its path."""
    transcript = authorities.check(sealed)
    for path in seal_of(sealed).rglob("stamp.tst"):
        assert f"GMT {path.relative_to(sealed).as_posix()}\n" in transcript.output


def test_a_bundle_without_stamps_is_said_to_have_none(authorities: Authorities, tmp_path: Path) -> None:
    """Nothing failed, and nobody can take that for a time."""
    transcript = authorities.check(seal_files(tmp_path))
    assert transcript.failed == set()
    assert counted(transcript) == ["HOLDS: 0", "FAILED: 0", "NOT CHECKED: 0", "HOLDS over the seal: 0"]
    assert "\nno stamp here\n" in transcript.output


def test_stamps_are_not_said_to_be_missing_where_there_are_some(
    authorities: Authorities, sealed: Path
) -> None:
    """The words for a bundle without stamps stay away."""
    assert "no stamp here" not in authorities.check(sealed).output


def test_without_roots_every_stamp_fails(sealed: Path, tmp_path: Path) -> None:
    """Nothing is believed when the reader has named nobody."""
    home = tmp_path / "home"
    home.mkdir()
    assert counted(type_lines(sealed, (0, STAMPS), home=home))[:2] == ["HOLDS: 0", "FAILED: 2"]


def test_a_stamp_over_a_renewal_is_checked(authorities: Authorities, tmp_path: Path) -> None:
    """It is over renewal.txt, and no stamp over the seal."""
    bundle, folder = renewed_bundle(tmp_path)
    token = authorities.first.stamp((folder / "renewal.txt").read_bytes(), hash_name="sha512")
    path = add_stamp(folder, token, authorities.first)
    transcript = authorities.check(bundle)
    assert transcript.failed == set(), transcript.output
    assert f"GMT {path.relative_to(bundle).as_posix()}\n" in transcript.output
    assert counted(transcript) == ["HOLDS: 1", "FAILED: 0", "NOT CHECKED: 0", "HOLDS over the seal: 0"]


def test_a_renewal_is_not_stamped_by_a_stamp_over_something_else(
    authorities: Authorities, tmp_path: Path
) -> None:
    """Also not where a file of the name that events use lies beside it."""
    bundle, folder = renewed_bundle(tmp_path)
    write(folder, {"proof.sha256": b"another proof\n"})
    add_stamp(folder, authorities.first.stamp(b"another proof\n"), authorities.first)
    assert counted(authorities.check(bundle))[:2] == ["HOLDS: 0", "FAILED: 1"]


def test_an_event_is_not_stamped_through_a_renewal_txt_beside_it(
    authorities: Authorities, tmp_path: Path
) -> None:
    """In the folder of an event, what counts is proof.sha256."""
    bundle = make_sample().write_whole(tmp_path / "bundle")
    event = seal_of(bundle).parent / "00000001"
    write(event, {"renewal.txt": b"another text\n"})
    add_stamp(event, authorities.first.stamp(b"another text\n"), authorities.first)
    assert counted(authorities.check(bundle))[:2] == ["HOLDS: 0", "FAILED: 1"]
