"""A hash renewal written: what it says, what is refused, and that nothing is left of what is not finished."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest.mock import ANY

import pytest
from attrs import evolve

from custody.errors import (
    BundleError,
    CustodyError,
    SourceChangedError,
    StorageError,
    UsageError,
)
from custody.report.report import Report
from custody.stamping import hash_renewal
from custody.stamping.hash_renewal import Renewed, write_renewal
from custody.storage.folder import FolderSource
from custody.storage.source import BundleSource, Entry
from custody.trust.trust import Trust
from custody.verification.verify import verify_source
from tests.tools.bundles import (
    Bundle,
    Item,
    add_event,
    attest,
    make_bundle,
    make_part,
    reduce_items,
    seed_signer,
)
from tests.tools.memory import NOW, trusting
from tests.tools.renewals import NEW_HASHES, events_of, place_renewal, renew, renewal_folder, renewal_text
from tests.unit.storage.bundles import write_files, zip_bytes

ARCHIVE = seed_signer("archive")
COURT = seed_signer("court")
STRANGER = seed_signer("stranger")
PADDING = {"kind": {"kind": "padding"}}
FILM = Item(data=b"x" * 1_500_000, ext="mp4")
ITEMS = (FILM, Item(data=b"", ext="txt"), Item(data=None, fields=PADDING))


def whole() -> Bundle:
    """Sealed, with a later event and an attestation."""
    bundle = make_bundle(ITEMS, signers=[ARCHIVE], fields={"case": {"title": "قضية"}})
    bundle = add_event(bundle, "accessed", {"leaves": [0]}, signers=[ARCHIVE])
    return attest(bundle, "countersigned", {"events": [bundle.head]}, signers=[COURT], prev=[bundle.head])


def renewed(
    folder: Path, bundle: Bundle | None = None, name: str = "sha512", trust: Trust | None = None
) -> Renewed:
    """Renew a bundle, laid down before unless it is there already."""
    if bundle is not None:
        write_files(folder, bundle.files)
    return write_renewal(str(folder), hash_name=name, verified_at=NOW, trust=trust)


def texts(folder: Path) -> dict[str, bytes]:
    """Return every renewal.txt of a bundle by its folder's name."""
    return {path.parent.name: path.read_bytes() for path in folder.glob("custody/renewals/*/renewal.txt")}


def after_verification(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """Let something happen between verifying and hashing."""

    def then_act(source: BundleSource, trust: Trust, **options: Any) -> Report:  # noqa: ANN401 - handed on
        report = verify_source(source, trust, **options)
        act()
        return report

    monkeypatch.setattr(hash_renewal, "verify_source", then_act)


@pytest.mark.parametrize("name", NEW_HASHES)
def test_the_text_is_the_one_that_the_specification_gives(tmp_path: Path, name: str) -> None:
    """What is written is byte for byte what the referee makes, in the folder that bears its digest."""
    bundle = whole()
    done = renewed(tmp_path / "b", bundle, name)
    text = renewal_text(bundle, name)
    assert done == Renewed(path=renewal_folder(text, name), items=3, events=2, files=17, new=True)
    assert texts(tmp_path / "b") == {done.path.rpartition("/")[2]: text}


def test_nothing_else_changes_and_nothing_is_left(tmp_path: Path) -> None:
    """Beside the bundle only the lock file stays, and no file of the bundle is another one."""
    bundle = whole()
    done = renewed(tmp_path / "b", bundle)
    files = {path: (tmp_path / "b" / path).read_bytes() for path in bundle.files}
    assert files == bundle.files
    assert sorted(one.name for one in tmp_path.iterdir()) == [".b.lock", "b"]
    assert sorted(one.name for one in (tmp_path / "b" / done.path).iterdir()) == ["renewal.txt"]


def test_renewing_again_finds_what_is_there(tmp_path: Path) -> None:
    """The same renewal is not written twice."""
    first = renewed(tmp_path / "b", whole())
    assert renewed(tmp_path / "b") == evolve(first, new=False)
    assert len(texts(tmp_path / "b")) == 1


def test_a_stamp_over_the_renewal_needs_no_further_renewal(tmp_path: Path) -> None:
    """What lies in the renewal's own folder came after it."""
    first = renewed(tmp_path / "b", whole())
    stamp = tmp_path / "b" / first.path / "stamps" / ("0" * 64) / "stamp.tst"
    stamp.parent.mkdir(parents=True)
    stamp.write_bytes(b"token")
    assert not renewed(tmp_path / "b").new


def test_a_later_stamp_is_renewed_by_a_further_renewal(tmp_path: Path) -> None:
    """The renewal that is there has no line for it."""
    bundle = whole()
    first = renewed(tmp_path / "b", bundle)
    stamp = tmp_path / "b" / bundle.path(f"stamps/{'0' * 64}/stamp.tst")
    stamp.parent.mkdir(parents=True)
    stamp.write_bytes(b"token")
    assert renewed(tmp_path / "b") == evolve(first, path=ANY, files=first.files + 2)


def test_a_later_event_is_renewed_by_a_further_renewal(tmp_path: Path) -> None:
    """It covers the new event and continues the first renewal."""
    bundle = whole()
    first = renewed(tmp_path / "b", bundle)
    later = add_event(bundle, "accessed", {"leaves": [1]}, signers=[ARCHIVE])
    second = renewed(tmp_path / "b", later)
    assert second.new
    text = texts(tmp_path / "b")[second.path.rpartition("/")[2]].decode()
    assert f"event {later.head}\n" in text
    assert f"file {first.path}/renewal.txt " in text


@pytest.mark.parametrize("name", ["sha3_256", "sha3_512"])
def test_another_hash_continues_the_renewal_before(tmp_path: Path, name: str) -> None:
    """A renewal of a renewed bundle is the one that the specification gives."""
    bundle = whole()
    first = renewed(tmp_path / "b", bundle)
    second = renewed(tmp_path / "b", name=name)
    with_first = place_renewal(bundle, texts(tmp_path / "b")[first.path.rpartition("/")[2]])
    assert second.path == renewal_folder(renewal_text(with_first, name), name)


def test_a_void_renewal_is_not_continued(tmp_path: Path) -> None:
    """What somebody made up, in its form or in its items, gets no line."""
    bundle = whole()
    text = renewal_text(bundle)
    bad_form = place_renewal(bundle, b"custody/renewal/2\n")
    lines = text.split(b"\n")
    lines[5] = lines[5][:-1] + (b"0" if lines[5][-1:] != b"0" else b"1")
    bad = place_renewal(bad_form, b"\n".join(lines))
    assert b"item" in lines[5]
    done = renewed(tmp_path / "b", bad)
    assert texts(tmp_path / "b")[done.path.rpartition("/")[2]] == text


def test_a_part_is_renewed_as_it_stands(tmp_path: Path) -> None:
    """Withheld and partly open lines and stubs have their lines too."""
    bundle = whole()
    folder = next(folder for folder, prev in events_of(bundle.files).values() if prev)
    _whole, part = make_part(bundle, [1023, 0b11, 0], signers=[ARCHIVE], to=COURT, stubs=[folder])
    done = renewed(tmp_path / "b", part)
    assert texts(tmp_path / "b") == {done.path.rpartition("/")[2]: renewal_text(part)}


def test_an_event_of_a_stranger_is_left_out_by_a_trust_that_sets_it_aside(tmp_path: Path) -> None:
    """Taking it away later then voids nothing; without a trust it is covered."""
    bundle = whole()
    strange = add_event(bundle, "accessed", {"leaves": [1]}, signers=[STRANGER])
    done = renewed(tmp_path / "b", strange, trust=trusting(ARCHIVE, COURT))
    assert done.path == renewal_folder(renewal_text(bundle))
    assert renewed(tmp_path / "b").events == 3


def test_erased_items_stay_closed(tmp_path: Path) -> None:
    """After an erasure the withheld line is renewed as it stands, and the earlier renewal goes on."""
    bundle = whole()
    first = renew(bundle)
    erased = add_event(first, "erased", {"leaves": [0], "ground": "consent withdrawn"}, signers=[ARCHIVE])
    files = reduce_items(erased.files, bundle.bundle_id, [0, 1023, 1023])
    files.pop(bundle.path("manifest.json"))
    after = evolve(erased, files=files).rewrap()
    done = renewed(tmp_path / "b", after)
    text = texts(tmp_path / "b")[done.path.rpartition("/")[2]]
    assert text == renewal_text(after)
    assert renewal_folder(renewal_text(bundle)).encode() in text


def test_what_an_erasure_left_open_is_renewed_again(tmp_path: Path) -> None:
    """The renewal before has the line of the whole item, even where its `erased` is set aside here."""
    said = add_event(whole(), "erased", {"leaves": [0], "ground": "x"}, signers=[STRANGER])
    trust = trusting(ARCHIVE, COURT)
    first = renewed(tmp_path / "b", said, trust=trust)
    assert not renewed(tmp_path / "b", trust=trust).new
    closed = evolve(said, files=reduce_items(said.files, said.bundle_id, [0b11, 1023, 1023]))
    write_files(tmp_path / "b", closed.rewrap().files)
    assert renewed(tmp_path / "b", trust=trust) == evolve(first, path=ANY, files=first.files + 1)


def test_changed_content_is_refused(tmp_path: Path) -> None:
    """A bundle that is not as sealed is not renewed, and the reason is named."""
    bundle = whole().edit({"data/000002.txt": b"another"})
    with pytest.raises(BundleError, match="FILE_SIZE") as caught:
        renewed(tmp_path / "b", bundle)
    assert caught.value.code == "NOT_INTACT"
    assert not (tmp_path / "b/custody/renewals").exists()


def test_a_folder_without_a_seal_is_refused(tmp_path: Path) -> None:
    """There is nothing to renew."""
    with pytest.raises(BundleError, match="SEAL_MISSING"):
        renewed(tmp_path / "b", make_bundle(signers=[ARCHIVE]).edit(dict.fromkeys(seal_files())))


def seal_files() -> list[str]:
    """Return the paths of the seal of a bundle."""
    bundle = make_bundle(signers=[ARCHIVE])
    return [path for path in bundle.files if path.startswith("custody/log/")]


def test_a_zip_is_refused(tmp_path: Path) -> None:
    """A zip is never written to."""
    (tmp_path / "b.zip").write_bytes(zip_bytes(whole().files))
    with pytest.raises(StorageError) as caught:
        renewed(tmp_path / "b.zip")
    assert caught.value.code == "NOT_A_FOLDER"


def test_an_unknown_hash_is_refused(tmp_path: Path) -> None:
    """SHA-256 is what is renewed."""
    with pytest.raises(UsageError, match="sha512, sha3_256, sha3_512"):
        renewed(tmp_path / "b", whole(), "sha256")


def test_a_payload_file_that_changes_after_verification_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each file is hashed under the old hash once more."""

    def then_change() -> None:
        (tmp_path / "b/data/000001.mp4").write_bytes(b"y" * 1_500_000)

    after_verification(monkeypatch, then_change)
    with pytest.raises(SourceChangedError, match=r"data/000001\.mp4"):
        renewed(tmp_path / "b", whole())
    assert not texts(tmp_path / "b")


@pytest.mark.parametrize(
    "change",
    [lambda data: data.split(b"\n")[0] + b"\n", lambda data: b"{}\n" + data],
    ids=["fewer", "malformed"],
)
def test_items_that_change_after_verification_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[bytes], bytes]
) -> None:
    """The root is recomputed from the lines that are renewed."""

    def then_change() -> None:
        path = tmp_path / "b/custody/items.jsonl"
        path.write_bytes(change(path.read_bytes()))

    after_verification(monkeypatch, then_change)
    with pytest.raises(SourceChangedError, match=r"items\.jsonl"):
        renewed(tmp_path / "b", whole())


def test_a_seal_that_goes_after_verification_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a seal there is nothing left to renew."""
    bundle = whole()

    def then_remove() -> None:
        (tmp_path / "b" / bundle.path("proof.sha256")).unlink()

    after_verification(monkeypatch, then_remove)
    with pytest.raises(SourceChangedError):
        renewed(tmp_path / "b", bundle)


def test_what_appears_meanwhile_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that changes while it is read is not renewed."""
    entries = FolderSource.entries

    def then_add(source: FolderSource) -> Iterator[Entry]:
        yield from entries(source)
        (tmp_path / "b/custody/note.txt").write_bytes(b"x")

    bundle = whole()
    write_files(tmp_path / "b", bundle.files)
    monkeypatch.setattr(FolderSource, "entries", then_add)
    with pytest.raises(CustodyError):
        renewed(tmp_path / "b")
    assert not (tmp_path / "b/custody/renewals").exists()


def test_progress_counts_every_file(tmp_path: Path) -> None:
    """Files and bytes of the pass that hashes."""
    seen: list[tuple[int, int]] = []
    write_files(tmp_path / "b", whole().files)
    write_renewal(
        str(tmp_path / "b"),
        hash_name="sha512",
        verified_at=NOW,
        progress=lambda files, size: seen.append((files, size)),
    )
    assert seen == [(1, 1_500_000), (1, 0), (0, 0)]


def test_a_link_in_the_place_of_the_renewals_is_not_followed(tmp_path: Path) -> None:
    """Nothing is written where somebody else points to."""
    write_files(tmp_path / "b", whole().files)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "b/custody/renewals").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(BundleError, match="NOT_A_FILE"):
        renewed(tmp_path / "b")
    assert not list((tmp_path / "elsewhere").iterdir())


def test_a_long_text_is_written_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The digest of the pieces is that of the whole."""
    monkeypatch.setattr(hash_renewal, "_BUFFER_BYTES", 100)
    bundle = whole()
    assert renewed(tmp_path / "b", bundle).path == renewal_folder(renewal_text(bundle))
