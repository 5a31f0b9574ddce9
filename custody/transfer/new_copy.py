"""The union as a new bundle: what erasures name is withheld, the wrapping is made anew, junk stays behind."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, Final

from attrs import define, field

from custody.errors import BundleError, LogError
from custody.format.bag import (
    BAGIT_TXT,
    ITEMS_PATH,
    VERIFY_PATH,
    chunks_path,
    encode_bag_info,
    encode_manifest_line,
    encode_tag_manifest,
)
from custody.format.extension import payload_path
from custody.format.item_line import decode_item_line
from custody.format.limits import ITEM_LINE_BYTES
from custody.format.verify_txt import encode_verify_txt
from custody.report.claim import Claim
from custody.storage.attentive_source import AttentiveSource
from custody.storage.commit import StagedFolder, staged_folder
from custody.storage.folder import open_folder
from custody.storage.source import BundleSource
from custody.transfer.candidates import Candidate
from custody.transfer.erasure import withheld_lines
from custody.transfer.growth import growth_of, read_folder
from custody.transfer.merge import Merged, merged_of, read_copies, verify_copies
from custody.transfer.union import Union, unite
from custody.verification.run import Question
from custody.verification.standing import Standing, take_standing
from custody.verification.verify import verify_source
from custody.verification.wrapping import seal_facts

_ABOUT_A_FILE: Final = 8  # files of an event, about
_MANIFEST: Final = "manifest-sha256.txt"


def merge_to(to: str, sources: Sequence[BundleSource], question: Question) -> Merged:
    """Write the union of a bundle with other copies and receipts as a new folder, all of it or nothing.

    Args:
        to: the folder to create.
        sources: the bundle, which stays as it is, then the others, all open.
        question: the trust, the moment, and the seal that is expected.

    Raises:
        UsageError, NotProvenError, LogError, BundleError: as `merge_in_place`; besides, what was written is
            not proven intact, so it was not published.
        ExistsError: the folder is there.
        StorageError: the machine refused; nothing is left.
    """
    copies, base = read_copies([*map(AttentiveSource, sources)], question)
    verify_copies(copies, question)
    union = unite(copies, base)
    every = (*union.events, *union.others)
    with staged_folder(to, expected_files=base.facts.files + _ABOUT_A_FILE * len(every)) as staged:
        erased = _Sealed(staged=staged, source=base.source, bundle_id=base.bundle_id).write(base, union)
        for one in every:
            _write_folder(staged, union, one)
        _check(staged, union, question)
        staged.publish()
    growth = growth_of(copies[0], union)
    return merged_of(to, copies, base, union, growth, written=True, erased=erased)


def _write_folder(staged: StagedFolder, union: Union, one: Candidate) -> None:
    for name, blocks in sorted(read_folder(union, one).items()):
        path = f"{one.path}/{name}"
        staged.create_folder(path.rpartition("/")[0])
        with staged.create(path) as writer:
            for block in blocks:
                writer.write(block)


@define
class _Sealed:
    """Writes what the seal fixes, and the wrapping, which is a function of it.

    Attributes:
        staged: where to.
        source: the bundle.
        bundle_id: 32 hex digits.
    """

    staged: StagedFolder
    source: BundleSource
    bundle_id: str
    _files: int = 0
    _bytes: int = 0
    _digests: dict[str, str] = field(factory=dict)

    def write(self, base: Standing, union: Union) -> tuple[int, ...]:
        """Write all of it; returns the numbers of the items that were there and are withheld now."""
        self.staged.create_folder("data")
        self.staged.create_folder("custody")
        erased = self._write_items(withheld_lines(self.source, self.bundle_id, union.leaves))
        seal = union.standing.record(union.standing.seal_id)
        facts = seal_facts(seal)
        if facts is None:
            raise BundleError(f"{seal.path}: expected its keys, found some missing", code="SEAL_MALFORMED")
        self._write(VERIFY_PATH, encode_verify_txt(facts))
        self._write("bagit.txt", BAGIT_TXT)
        self._write("bag-info.txt", encode_bag_info(base.bundle_id, self._files, self._bytes))
        self.staged.write("tagmanifest-sha256.txt", encode_tag_manifest(self._digests))
        return erased

    def _write(self, path: str, content: bytes) -> None:
        self.staged.write(path, content)
        self._digests[path] = hashlib.sha256(content).hexdigest()

    def _write_items(self, withheld: Mapping[int, bytes]) -> tuple[int, ...]:
        erased: list[int] = []
        items, manifest = hashlib.sha256(), hashlib.sha256()
        with self.staged.create(ITEMS_PATH) as lines, self.staged.create(_MANIFEST) as listed:
            for index, data in enumerate(self.source.lines(ITEMS_PATH, ITEM_LINE_BYTES)):
                line = decode_item_line(data, index + 1)
                written = withheld.get(index, data)
                if index in withheld:
                    erased.extend([index + 1] if line.mask else [])
                elif line.content is not None:
                    entry = self._copy_item(index + 1, line.content)
                    listed.write(entry)
                    manifest.update(entry)
                lines.write(written + b"\n")
                items.update(written + b"\n")
        self._digests[ITEMS_PATH] = items.hexdigest()
        self._digests[_MANIFEST] = manifest.hexdigest()
        return tuple(erased)

    def _copy_item(self, number: int, content: Mapping[str, Any]) -> bytes:
        """Copy the file of an open item, and its chunks; whether they are as sealed is checked afterwards."""
        path = payload_path(number, content["ext"])
        self._copy(path)
        self._files += 1
        self._bytes += content["size"]
        if "chunks" in content:
            self.staged.create_folder("custody/chunks")
            self._digests[chunks_path(number)] = self._copy(chunks_path(number))
        return encode_manifest_line(content["sha256"], path)

    def _copy(self, path: str) -> str:
        digest = hashlib.sha256()
        with self.staged.create(path) as writer:
            for block in self.source.blocks(path):
                digest.update(block)
                writer.write(block)
        return digest.hexdigest()


def _check(staged: StagedFolder, union: Union, question: Question) -> None:
    """Verify from the disk what was written, and that its log is the union's.

    Raises:
        NotProvenError: it is not proven intact.
        LogError: code SELF_CHECK: its log is another one.
    """
    source = open_folder(staged.path)
    try:
        verify_source(
            source, question.trust, verified_at=question.verified_at, expect_seal=question.expect_seal
        ).require(Claim.INTACT)
        there = take_standing(
            source, question.trust, verified_at=question.verified_at, expect_seal=question.expect_seal
        )
    finally:
        source.close()
    if there.chain != union.standing.chain:
        raise LogError(
            "log: expected the united one in what was written, found another",
            code="SELF_CHECK",
            hint="nothing was published; check disk and memory of this machine and run the command again",
        )
