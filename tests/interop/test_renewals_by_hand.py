"""Hash renewals against the digests of openssl: every line under every hash, by nothing of ours."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from custody.stamping.hash_renewal import write_renewal
from tests.tools.bundles import SMALL, Item, make_bundle, seed_signer
from tests.tools.memory import NOW
from tests.tools.renewals import NEW_HASHES
from tests.unit.storage.bundles import write_files

OPTION = {"sha512": "-sha512", "sha3_256": "-sha3-256", "sha3_512": "-sha3-512"}


@pytest.mark.parametrize("name", NEW_HASHES)
def test_openssl_computes_every_line(tmp_path: Path, require_tool: Callable[[str], str], name: str) -> None:
    """The folder's name, the items and the files."""
    openssl = require_tool("openssl")

    def digest(data: bytes) -> bytes:
        command = [openssl, "dgst", OPTION[name], "-binary"]
        return subprocess.run(command, input=data, stdout=subprocess.PIPE, check=True).stdout

    items = (*SMALL, Item(data=None, fields={"kind": {"kind": "padding"}}))
    write_files(tmp_path / "b", make_bundle(items, signers=[seed_signer("archive")]).files)
    done = write_renewal(str(tmp_path / "b"), hash_name=name, verified_at=NOW)
    text = (tmp_path / "b" / done.path / "renewal.txt").read_bytes()
    assert digest(text).hex() == done.path.rpartition("/")[2]
    for path, stated in re.findall(r"^file (\S+) (\S+)$", text.decode(), re.MULTILINE):
        assert digest((tmp_path / "b" / path).read_bytes()).hex() == stated
    lines = (tmp_path / "b/custody/items.jsonl").read_bytes().splitlines(keepends=True)
    stated_items = re.findall(r"^item \d+ (\S+)$", text.decode(), re.MULTILINE)
    for number, (line, stated) in enumerate(zip(lines, stated_items, strict=True), start=1):
        files = [digest(one.read_bytes()) for one in (tmp_path / "b/data").glob(f"{number:06d}*")]
        assert digest(line + b"".join(files)).hex() == stated
