"""Bundles with stamps of `openssl ts` authorities, and the lines that check them, typed by their reader."""

from __future__ import annotations

import hashlib
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Final

from attrs import frozen

from custody.stamping.hash_renewal import write_renewal
from tests.interop.sample_bundle import seal_files, write
from tests.tools.memory import NOW
from tests.tools.openssl_authority import OpensslAuthority, make_openssl_authority
from tests.tools.verify_lines import TOOLS, Transcript, type_lines

STAMPS: Final = 11
AHEAD: Final = ("faketime", "-f", "+20y")
PAGE: Final = Path(__file__).resolve().parents[2] / "docs" / "lawyers" / "verify-by-hand.md"


def record_lines() -> list[str]:
    """The lines for evidence records, as the page prints them."""
    (block,) = re.findall(r"^```sh\n(.*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    return str(block).splitlines()


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

    def check_records(self, bundle: Path, *, under: tuple[str, ...] = (), shell: str = "bash") -> Transcript:
        """Type the lines for evidence records, of the page that explains them, after those of the stamps."""
        further = record_lines()
        steps = (0, STAMPS)
        return type_lines(bundle, steps, home=self.home, under=under, shell=shell, further=further)


def make_authorities(require_tool: Callable[[str], str], folder: Path) -> Authorities:
    """Make authorities of three operators."""
    tools = {tool: require_tool(tool) for tool in TOOLS}
    first, second, stranger = (
        make_openssl_authority(
            folder / name, name, operator=f"Operator {name}", openssl=tools["openssl"], unit_key=key
        )
        for name, key in (("first", "P-256"), ("second", "rsa-2048"), ("stranger", "P-384"))
    )
    home = folder / "home"
    write(home, {"roots.pem": first.root_pem + second.root_pem})
    return Authorities(first=first, second=second, stranger=stranger, home=home)


def twenty_years_ahead(require_tool: Callable[[str], str]) -> tuple[str, ...]:
    """What a command runs under to see a clock twenty years ahead; that it does is looked at first."""
    require_tool("faketime")
    years = [
        int(subprocess.run([*under, "date", "+%Y"], capture_output=True, text=True, check=True).stdout)
        for under in ((), AHEAD)
    ]
    assert years[1] - years[0] in {19, 20, 21}
    return AHEAD


def counted(transcript: Transcript) -> list[str]:
    """The numbers that the step ends with."""
    return re.findall(
        r"^(?:HOLDS|FAILED|NOT CHECKED|HOLDS over the seal): \d+$", transcript.output, re.MULTILINE
    )


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


def renewed_bundle(tmp_path: Path) -> tuple[Path, Path]:
    """A sealed bundle with new digests, and the folder of these."""
    bundle = seal_files(tmp_path)
    return bundle, bundle / write_renewal(str(bundle), hash_name="sha512", verified_at=NOW).path
