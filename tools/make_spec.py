"""Fill the generated parts of the bundle specification from the code; with `--check`, only compare.

A part stands between `<!-- BEGIN name -->` and `<!-- END name -->`. Tables of members, limits, codes and
columns are made from the shapes and enums that readers use; the example from `tools/spec_example.py`.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from custody.format import limits
from custody.format.bag import ITEMS_PATH, VERIFY_PATH
from custody.format.event import BODY_SHAPES
from custody.format.event_fields import (
    EVENT_FIELDS,
    EVENT_IDS,
    EVENT_SHAPES,
    EVENT_TYPES,
    KEY_IDS,
    LEAF_INDICES,
    PARTY,
)
from custody.format.extension import EXTENSIONS
from custody.format.item_fields import CLOCK, DIGEST, ITEM_FIELDS, ITEM_SHAPES, PERSON, TOOL
from custody.format.key_file import KEY_ENTRY, PUBLIC_KEY_SHAPE
from custody.format.layout import seal_path
from custody.format.shape import OneOf, Record
from custody.keys.key_file import KEY_SHAPE
from custody.proof.commitment import item_salts
from custody.report.claim import NEEDED, Claim
from custody.report.reason import Reason
from custody.report.stamp_code import StampCode
from custody.sealing.sheet_columns import COLUMNS
from custody.trust.trust import LEAST_SIGNERS
from custody.trust.trust_file import TRUST_SHAPE
from tools import spec_example as example
from tools.spec_reasons import CONDITIONS
from tools.spec_stamps import STAMP_CONDITIONS
from tools.spec_words import inline_members, list_words, members_of, table_of, words

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "spec"
SPEC = FOLDER / "bundle-1.md"
VERIFY_TXT = FOLDER / "bundle-1-VERIFY.txt"
_LINE = 100
_MARK = re.compile(r"(<!-- BEGIN ([a-z0-9-]+) -->\n).*?(<!-- END \2 -->\n)", re.DOTALL)


# -------------------------------------------------------------------------------------------------- the parts
def shared_records() -> Iterator[str]:
    """Records that several fields use."""
    for shape in (CLOCK, DIGEST, TOOL, PERSON, PARTY):
        yield from (f"{words(shape)}:", "", *table_of(shape), "")
    for named in (KEY_IDS, EVENT_IDS, LEAF_INDICES):
        yield from (f"{words(named)}: {list_words(named)}.", "")


def item_fields() -> Iterator[str]:
    """Members of the ten fields of an item."""
    for bit, (name, shape) in enumerate(zip(ITEM_FIELDS, ITEM_SHAPES, strict=True)):
        yield from (f"#### `{name}` (bit {bit})", "", *members_of(shape), "")


def event_fields() -> Iterator[str]:
    """Members of the nine fields of an event beside its body."""
    for bit, name in enumerate(EVENT_FIELDS[1:], 1):
        yield from (f"#### `{name}` (bit {bit})", "", *members_of(EVENT_SHAPES[name]), "")


def body_members() -> Iterator[str]:
    """Members of every body."""
    shape = BODY_SHAPES["sealed"]
    if not isinstance(shape, Record):
        raise TypeError(shape)
    common = {name: member for name, member in shape.required.items() if name != "data"}
    yield from table_of(Record(required=common, optional=shape.optional))
    yield "| `data` | yes | object, by type |"


def event_types() -> Iterator[str]:
    """Every type: where it may stand, whether it opens a holding, its data."""
    yield from ("| type | stands in | data |", "|---|---|---|")
    for kind in EVENT_TYPES.values():
        places = [
            place for place, allowed in (("log", kind.chain), ("attestations", kind.attestation)) if allowed
        ]
        opens = ", opens a holding" if kind.opens else ""
        data = ", ".join(inline_members(kind.data))
        yield f"| `{kind.name}` | {' and '.join(places)}{opens} | {data} |"


def thresholds() -> Iterator[str]:
    """The least number of distinct signers."""
    yield from ("| type | distinct identities, at least |", "|---|---|")
    yield from (f"| `{name}` | {count} |" for name, count in sorted(LEAST_SIGNERS.items()))


def limit_table() -> Iterator[str]:
    """Every limit."""
    comments = {}
    for line in Path(limits.__file__).read_text("utf-8").splitlines():
        found = re.match(r"([A-Z0-9_]+) = [^#]*(?:# (.*))?$", line)
        if found:
            comments[found[1]] = found[2] or ""
    yield from ("| limit | value | |", "|---|---|---|")
    for name, comment in comments.items():
        if name not in {"KIB", "MIB"}:
            yield f"| `{name}` | {getattr(limits, name):,} | {comment} |"


def extensions() -> Iterator[str]:
    """The closed list, in lines."""
    line: list[str] = []
    for each in sorted(EXTENSIONS):
        if sum(map(len, [*line, each])) + len(line) > _LINE:
            yield f"`{' '.join(line)}`"
            line = []
        line.append(each)
    yield f"`{' '.join(line)}`"


def reasons() -> Iterator[str]:
    """Every code, what it bears on and when it is found."""
    missing = set(Reason) - CONDITIONS.keys()
    if missing:
        name = min(reason.name for reason in missing)
        raise SystemExit(f"tools/spec_reasons.py: expected a condition for {name}, found none")
    yield from ("| finding | code | outcome | bears on | found when | ETSI EN 319 102-1 |", "|" + "---|" * 6)
    for reason in Reason:
        claims, condition = CONDITIONS[reason]
        indication = " / ".join(filter(None, (reason.indication, reason.sub_indication)))
        facts = (reason.number, f"`{reason.name}`", reason.outcome.value, claims, condition, indication)
        yield f"| {' | '.join(map(str, facts))} |"


def stamp_codes() -> Iterator[str]:
    """Every code about one proof of time."""
    missing = set(StampCode) - STAMP_CONDITIONS.keys()
    if missing:
        name = min(code.name for code in missing)
        raise SystemExit(f"tools/spec_stamps.py: expected a condition for {name}, found none")
    yield from ("| rule | code | makes the proof | when |", "|---|---|---|---|")
    for code in StampCode:
        worth = "a note" if code.note else code.outcome.value
        yield f"| {code.rule} | `{code.name}` | {worth} | {STAMP_CONDITIONS[code]} |"


def claims() -> Iterator[str]:
    """Which findings each claim needs."""
    yield from ("| claim | needs a proven finding of each number |", "|---|---|")
    for claim in Claim:
        yield f"| `{claim.value}` | {', '.join(map(str, sorted(NEEDED[claim])))} |"


def columns() -> Iterator[str]:
    """Every column of the metadata sheet."""
    yield from ("| column | member |", "|---|---|", "| `path` | the row's item, by its path |")
    yield from (f"| `{each.name}` | `{'.'.join((each.field, *each.member))}` |" for each in COLUMNS)
    yield "| `extra_<key>` | `extra.<key>` |"


def public_key_file() -> Iterator[str]:
    """Members of a public key file."""
    yield from table_of(PUBLIC_KEY_SHAPE)
    yield from ("", "*key*:", "", *table_of(KEY_ENTRY))


def secret_key_file() -> Iterator[str]:
    """Members of a secret key file."""
    protection = KEY_SHAPE.required["protection"]
    yield from table_of(Record(required={n: s for n, s in KEY_SHAPE.required.items() if n != "protection"}))
    yield "| `protection` | yes | one of the two objects below |"
    for shape in protection.shapes if isinstance(protection, OneOf) else ():
        if isinstance(shape, Record):
            yield from ("", *table_of(shape))


def trust_file() -> Iterator[str]:
    """Members of trust.json."""
    record = Record(
        required=TRUST_SHAPE.required,
        optional={name: shape for name, shape in TRUST_SHAPE.optional.items() if name != "thresholds"},
    )
    yield from table_of(record)
    yield "| `thresholds` | | object: event type to integer, 1 to 16 |"


# ------------------------------------------------------------------------------------------------ the example
def _block(lines: Iterable[str]) -> Iterator[str]:
    yield from ("```text", *lines, "```")


def _file(path: str, data: bytes, note: str = "") -> Iterator[str]:
    ending = "" if data.endswith(b"\n") else " No line feed at the end."
    yield from (f"`{path}`{note}{ending}", "", *_block(data.decode("utf-8").splitlines()), "")


def example_tree() -> Iterator[str]:
    """The files of the example and their digests."""
    yield from _block(f"{hashlib.sha256(d).hexdigest()}  {p}" for p, d in example.example_files().items())


def example_bundle() -> Iterator[str]:
    """The files of the example that people read."""
    files = example.example_files()
    seal = seal_path(example.BUNDLE_ID)
    for path in ("bagit.txt", "bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt"):
        yield from _file(path, files[path])
    yield from _file(ITEMS_PATH, files[ITEMS_PATH], ", one line each.")
    names = (
        "event.json",
        "body.json",
        "manifest.json",
        "case.json",
        "1.ed25519.pub",
        "1.sshsig",
        "proof.sha256",
    )
    for name in names:
        yield from _file(f"{seal.replace(example.BUNDLE_ID, '…')}/{name}", files[f"{seal}/{name}"])
    yield from (f"Seal id: `{example.SEAL.event_id}`", "")
    yield f"Fingerprint of the signer: `{example.SIGNER.identity.key_set.fingerprint}`"


def vector_items() -> Iterator[str]:
    """Item key, salts, commitments, entry and leaf of item 1, and the root."""
    first, second = example.ITEMS
    salts = item_salts(first.key)
    yield from (f"Item key: `{first.key.hex()}` = SHA-256(`example item key 1`)", "")
    yield from ("What is hashed, and each commitment:", "")
    lines: list[str] = []
    for opening, commitment in zip(first.openings, first.commitments, strict=True):
        lines += [opening.decode("utf-8"), f"  {commitment.hex()}"]
    yield from (*_block(lines), "")
    joined = b"".join(first.commitments)
    entry = b"custody/item/1\n" + bytes.fromhex(example.BUNDLE_ID) + bytes(8) + joined
    yield from (f"Salt of `content`: `{salts[0]}`", "")
    yield from (f"Entry: {len(entry)} bytes, SHA-256 `{hashlib.sha256(entry).hexdigest()}`", "")
    yield from (f"Leaf of item 1: `{first.leaf.hex()}`", "", f"Leaf of item 2: `{second.leaf.hex()}`", "")
    yield f"Root: `{example.ROOT.hex()}`"


def vector_lines() -> Iterator[str]:
    """Item 1 in the three forms of a line."""
    for title, line in zip(("Open:", "Partly open:", "Withheld:"), example.ITEMS[0].lines, strict=True):
        yield from (title, "", *_block([line.decode("utf-8")]), "")


def vector_holding() -> Iterator[str]:
    """A holding id."""
    data, holding = example.holding_vector()
    yield from (*_block([data.decode("ascii")]), "", f"Holding id: `{holding}`")


PARTS: dict[str, Callable[[], Iterator[str]]] = {
    "body-members": body_members,
    "claims": claims,
    "columns": columns,
    "event-fields": event_fields,
    "event-types": event_types,
    "example-bundle": example_bundle,
    "example-tree": example_tree,
    "extensions": extensions,
    "item-fields": item_fields,
    "limits": limit_table,
    "public-key-file": public_key_file,
    "reasons": reasons,
    "stamp-codes": stamp_codes,
    "secret-key-file": secret_key_file,
    "shared-records": shared_records,
    "thresholds": thresholds,
    "trust-file": trust_file,
    "vector-holding": vector_holding,
    "vector-items": vector_items,
    "vector-lines": vector_lines,
}


def fill(text: str) -> str:
    """Fill every generated part of the specification."""
    missing = PARTS.keys() - {name for _, name, _ in _MARK.findall(text)}
    if missing:
        raise SystemExit(f"docs/spec/bundle-1.md: expected a part {min(missing)}, found none")

    def part(found: re.Match[str]) -> str:
        body = "\n".join(PARTS[found[2]]()).strip("\n")
        return f"{found[1]}\n{body}\n\n{found[3]}"

    return _MARK.sub(part, text)


def main() -> int:
    """Write the generated parts, or compare them; 1 when one differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    only_compare = parser.parse_args().check
    made = {
        SPEC: fill(SPEC.read_text("utf-8")).encode("utf-8"),
        VERIFY_TXT: example.example_files()[VERIFY_PATH],
    }
    differing = [path for path, data in made.items() if not path.is_file() or path.read_bytes() != data]
    if not only_compare:
        for path in differing:
            path.write_bytes(made[path])
        return 0
    for path in differing:
        print(f"docs/spec/{path.name}: expected what the code says, found another text (make spec)")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
