"""Make the test vectors, or check that they are what this generator makes.

    python tests/vectors/generate.py           write them
    python tests/vectors/generate.py --check   remake every byte and compare; exit 1 on a difference

ML-DSA-65 signatures are randomised: `kept-mldsa65.json` keeps them, each is verified when it is used again,
and everything that follows from them is remade like the rest.
"""

from __future__ import annotations

import io
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1]))

from tests.vectors.cases import (  # noqa: E402
    approvals,
    attacks,
    content,
    copies,
    custody,
    disputes,
    drafts,
    forks,
    forms,
    handovers,
    impostors,
    items,
    parts,
    receipts,
    renewals,
    seals,
    statements,
    times,
    wrapping,
)
from tests.vectors.kept import KEPT_PATH, Kept  # noqa: E402
from tests.vectors.vector import decode_vector  # noqa: E402
from tests.vectors.world import World  # noqa: E402


def make() -> dict[Path, bytes]:
    """Return the bytes of every file by its path."""
    kept = Kept()
    world = World(kept)
    files = {HERE / "trust" / f"{name}.json": data for name, data in world.trust_files().items()}
    for module in (
        content,
        items,
        wrapping,
        seals,
        times,
        renewals,
        custody,
        disputes,
        copies,
        parts,
        forms,
        handovers,
        attacks,
        drafts,
        impostors,
        approvals,
        statements,
        receipts,
        forks,
    ):
        for one in module.vectors(world):
            path = HERE / "data" / f"{one.name}.vector"
            if path in files:
                raise ValueError(one.name)
            files[path] = one.encode()
    files[KEPT_PATH] = kept.encode().encode()
    return files


def present() -> Iterator[Path]:
    """Yield the files that are there now."""
    yield from HERE.glob("data/*.vector")
    yield from HERE.glob("trust/*.json")


def same(found: bytes, made: bytes) -> bool:
    """Compare two files; of compressed bodies what they hold, for compressors differ between machines."""
    if found == made:
        return True
    heads = [data.partition(b"\n\n")[0] for data in (found, made)]
    if heads[0] != heads[1] or b"\nform: folder" not in heads[0]:
        return False
    one, other = (decode_vector(data, "") for data in (found, made))
    return one.receipts == other.receipts and unpacked(one.body) == unpacked(other.body)


def unpacked(body: bytes) -> list[tuple[str, bytes]] | None:
    """Return the members of a compressed body in order, or None when it is none."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            return [(name, archive.read(name)) for name in archive.namelist()]
    except zipfile.BadZipFile:
        return None


def main() -> int:
    """Write or check."""
    files = make()
    stale = [path for path in present() if path not in files]
    if "--check" in sys.argv[1:]:
        wrong = [
            path for path, data in files.items() if not path.exists() or not same(path.read_bytes(), data)
        ] + stale
        for path in sorted(wrong):
            sys.stdout.write(f"{path.relative_to(HERE)}: differs from what the generator makes\n")
        sys.stdout.write(f"{len(files)} files checked, {len(wrong)} differ\n")
        return 1 if wrong else 0
    for path in stale:
        path.unlink()
    for path, data in files.items():
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
    sys.stdout.write(f"{len(files)} files written\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
