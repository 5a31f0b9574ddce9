"""Sealing: what stands in the new bundle, and what is left when it cannot be made."""

from __future__ import annotations

import io
import json
import os
import stat
import subprocess
import sys
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from custody.errors import (
    ExistsError,
    SealError,
    SealExistsError,
    SourceChangedError,
    SourceRefusedError,
    StorageError,
    UsageError,
)
from custody.keys.signer import SeedSigner
from custody.model.identity import Identity
from custody.report.claim import Claim, Outcome
from custody.report.report import Predecessor
from custody.sealing.draft import Draft
from custody.sealing.gather import gather
from custody.sealing.seal import Sealed, SealOptions
from tests.unit.sealing.conftest import NOON, Seal

BUNDLE = "ab" * 16


def stream(content: bytes = b"x") -> io.BytesIO:
    """A stream with these bytes."""
    return io.BytesIO(content)


def some(count: int = 3) -> Draft:
    """A draft of small texts."""
    draft = Draft(case="قضية")
    for number in range(count):
        draft = draft.add(stream(f"text {number}".encode()), name=f"شاهد {number}.txt")
    return draft


def lines(sealed: Sealed) -> list[dict[str, Any]]:
    """The values of each item, by field."""
    text = (Path(sealed.path) / "custody/items.jsonl").read_bytes()
    return [json.loads(line) for line in text.splitlines()]


def opening(sealed: Sealed, name: str) -> Any:  # noqa: ANN401 - a JSON value
    """The value of a field of the seal."""
    path = Path(sealed.path) / f"custody/log/{sealed.bundle_id}/00000000/{name}.json"
    return json.loads(path.read_bytes())[3]


def visible(folder: Path) -> list[str]:
    """What a person sees in a folder; locks stay, temporary folders do not."""
    return sorted(path.name for path in folder.iterdir() if not path.name.endswith(".lock"))


def test_a_sealed_folder_is_proven(seal: Seal, tmp_path: Path, out: Path) -> None:
    """A folder with Arabic names becomes a bundle that verifies, named by its id alone."""
    source = tmp_path / "evidence"
    (source / "شهادات").mkdir(parents=True)
    (source / "شهادات/شاهد ١.txt").write_text("شهادة", encoding="utf-8")
    (source / "photo.JPG").write_bytes(b"\xff\xd8\xff\xe0")
    sealed = seal(gather(Draft(), [source]))
    assert visible(out) == [sealed.bundle_id]
    assert {claim: sealed.report.outcome(claim) for claim in Claim} == {
        Claim.INTACT: Outcome.PROVEN,
        Claim.SEALED_BY: Outcome.PROVEN,
        Claim.COMPLETE: Outcome.PROVEN,
        Claim.CUSTODY_UNBROKEN: Outcome.PROVEN,
        Claim.EXISTED_BEFORE: Outcome.UNDETERMINED,
    }
    assert {line["name"] for line in lines(sealed)} == {"photo.JPG", "شهادات/شاهد ١.txt"}
    assert {path.suffix for path in (Path(sealed.path) / "data").iterdir()} == {".jpg", ".txt"}


def test_every_file_of_a_bundle_is_read_only(seal: Seal) -> None:
    """Nothing of a sealed bundle is writable, not even by its owner."""
    files = [path for path in Path(seal(some()).path).rglob("*") if path.is_file()]
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o444}


def test_sources_are_left_as_they_are(seal: Seal, tmp_path: Path) -> None:
    """Content, times and permissions of the evidence do not change."""
    source = tmp_path / "a.txt"
    source.write_bytes(b"x")
    source.chmod(0o640)
    os.utime(source, (1, 1))
    seal(Draft().add(source))
    status = source.stat()
    assert (source.read_bytes(), status.st_mtime, stat.S_IMODE(status.st_mode)) == (b"x", 1, 0o640)


def test_the_media_type_is_a_hint_beside_what_was_said(seal: Seal) -> None:
    """People's words win; without them kind and type come from the bytes."""
    draft = (
        Draft().add(stream(b"\xff\xd8\xff"), name="a.jpg", title="t").add(stream(b"%PDF-1"), kind="testimony")
    )
    assert sorted(map(str, (line["kind"] for line in lines(seal(draft))))) == [
        "{'kind': 'media', 'media_type': 'image/jpeg', 'title': 't'}",
        "{'kind': 'testimony', 'media_type': 'application/pdf'}",
    ]


def test_the_extension_comes_from_the_name(seal: Seal, tmp_path: Path) -> None:
    """The original name decides, then the path; what is not in the list has none."""
    source = tmp_path / "b.pdf"
    source.write_bytes(b"x")
    draft = Draft().add(stream(), name="a.JPG").add(source, name="c.exe").add(stream()).add(source)
    found = sorted(line["content"]["ext"] for line in lines(seal(draft)))
    assert found == ["", "", "jpg", "pdf"]


def test_numbers_are_drawn_at_random(seal: Seal) -> None:
    """Neighbours in the source are not neighbours in the bundle."""
    names = [[line["name"] for line in lines(seal(some(40)))] for _ in range(2)]
    assert names[0] != names[1]
    assert sorted(names[0]) == sorted(names[1])


def test_numbers_follow_the_path_on_request(seal: Seal) -> None:
    """Bytewise by name."""
    draft = Draft().add(stream(), name="b").add(stream(), name="a").add(stream(), name="B")
    sealed = seal(draft, options=SealOptions(order="path"))
    assert [line["name"] for line in lines(sealed)] == ["B", "a", "b"]


def test_item_keys_and_salts_never_repeat(seal: Seal) -> None:
    """Two seals of one draft share no key, so that nobody can link them."""
    draft = some()
    keys = [line["key"] for _ in range(2) for line in lines(seal(draft))]
    assert len(set(keys)) == 6


def test_places_in_the_draft_become_numbers(seal: Seal) -> None:
    """A consent form and an original are found under the numbers that they got."""
    draft = some(8).add(
        stream(b"scan"),
        name="scan.jpg",
        terms={"consent": {"given": True, "form_item": 3}},
        derivation={"of": [{"item": 5}, {"item": 7, "bundle": BUNDLE}], "how": "crop"},
    )
    found = lines(seal(draft))
    (scan,) = (line for line in found if line["name"] == "scan.jpg")
    numbers = {line["name"]: number for number, line in enumerate(found, start=1)}
    assert scan["terms"]["consent"]["form_item"] == numbers["شاهد 2.txt"]
    assert scan["derivation"]["of"] == [{"item": numbers["شاهد 4.txt"]}, {"bundle": BUNDLE, "item": 7}]


def test_a_place_beyond_the_draft_is_refused(seal: Seal, out: Path) -> None:
    """Nothing is written."""
    draft = Draft().add(stream(), derivation={"of": [{"item": 2}], "how": "crop"})
    with pytest.raises(UsageError, match="place of another item"):
        seal(draft)
    assert visible(out) == []


def test_what_is_said_of_the_whole_is_in_the_seal(seal: Seal, cosigner: SeedSigner) -> None:
    """Case, place, note, successor, predecessor, and the claimed times of hashing."""
    previous = Predecessor(bundle_id=BUNDLE, seal_id="cd" * 32, root="ef" * 32, items=4)
    said: dict[str, Any] = {"case": "C", "place": "Berlin", "note": "first batch", "left_out": ("a\udcff",)}
    draft = Draft(successor=cosigner.identity, previous=previous, **said).add(stream())
    sealed = seal(draft)
    note = opening(sealed, "note")
    assert note["text"] == "first batch"
    assert (note["started"], note["ended"]) == (str(NOON), str(NOON))
    assert note["left_out"] == ["a?"]
    assert note["tool"]["name"] == "custody"
    assert (opening(sealed, "case"), opening(sealed, "place")) == ({"title": "C"}, {"description": "Berlin"})
    assert opening(sealed, "people")["successor"]["identity"] == "a-02"
    assert sealed.report.previous == previous


def test_several_signers_are_sorted_and_numbered(
    seal: Seal, signer: SeedSigner, cosigner: SeedSigner
) -> None:
    """The first one given acts; the numbers follow the names."""
    sealed = seal(some(), signers=[signer, cosigner])
    body = opening(sealed, "body")
    assert (body["actor"], [one["identity"] for one in body["signers"]]) == ("w-01", ["a-02", "w-01"])
    names = {path.name for path in (Path(sealed.path) / f"custody/log/{sealed.bundle_id}/00000000").iterdir()}
    assert {"1.sshsig", "1.ed25519.pub", "2.sshsig", "2.mldsa65", "2.ed25519.pub", "2.mldsa65.der"} <= names
    assert "1.mldsa65" not in names


def test_a_signer_twice_is_refused(seal: Seal, signer: SeedSigner) -> None:
    """One person counts once."""
    with pytest.raises(UsageError, match="each identity"):
        seal(some(), signers=[signer, signer])
    with pytest.raises(UsageError, match="at least one"):
        seal(some(), signers=[])


def test_further_digests_and_chunks_are_kept(seal: Seal) -> None:
    """On request; chunks only of files longer than one of them."""
    draft = Draft().add(stream(bytes(2_500_000)), name="a.mp4").add(stream(), name="b.txt")
    sealed = seal(draft, options=SealOptions(digests=("sha512", "sha3_256"), chunks=True))
    by_name = {line["name"]: line["content"] for line in lines(sealed)}
    assert by_name["a.mp4"].keys() == {"size", "ext", "sha256", "sha512", "sha3_256", "chunks"}
    assert by_name["b.txt"].keys() == {"size", "ext", "sha256", "sha512", "sha3_256"}
    assert [path.stat().st_size for path in (Path(sealed.path) / "custody/chunks").iterdir()] == [96]


def test_chunks_of_small_files_leave_no_empty_folder(seal: Seal) -> None:
    """An empty folder would be wrapping."""
    assert not (Path(seal(some(), options=SealOptions(chunks=True)).path) / "custody/chunks").exists()


def test_padding_hides_the_count(seal: Seal) -> None:
    """Three items stand among sixteen lines; padding is open and says what it is."""
    sealed = seal(some(), options=SealOptions(padding=True))
    padding = [line for line in lines(sealed) if line["content"] is None]
    assert (len(lines(sealed)), len(padding), sealed.report.counts.padding) == (16, 13, 13)
    assert {str(line["kind"]) for line in padding} == {"{'kind': 'padding'}"}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"order": "date"}, "random or path"),
        ({"digests": ("md5",)}, "digests"),
        ({"padding": True, "order": "path"}, "padding"),
    ],
)
def test_impossible_options_are_refused(seal: Seal, out: Path, options: dict[str, Any], message: str) -> None:
    """Before anything is written."""
    with pytest.raises(UsageError, match=message):
        seal(some(), options=SealOptions(**options))
    assert visible(out) == []


@pytest.mark.parametrize("bundle_id", ["", "AB" * 16, "ab" * 15, "ab" * 16 + "\n"])
def test_an_impossible_bundle_id_is_refused(seal: Seal, bundle_id: str) -> None:
    """Ids are 32 lower-case hex digits."""
    with pytest.raises(UsageError, match="bundle id"):
        seal(some(), bundle_id=bundle_id)


def test_an_empty_draft_is_refused(seal: Seal) -> None:
    """A bundle has at least one item."""
    with pytest.raises(UsageError, match="at least one item"):
        seal(Draft())


def test_all_refusals_are_named_at_once(seal: Seal, tmp_path: Path, out: Path) -> None:
    """Links, pipes, folders and absent files; nothing is written."""
    (tmp_path / "file").write_bytes(b"x")
    (tmp_path / "link").symlink_to(tmp_path / "file")
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    draft = Draft()
    for name in ("file", "link", "folder", "pipe", "absent", "absent/deeper"):
        draft = draft.add(tmp_path / name)
    draft = draft.add(f"{tmp_path}/folder/..")
    with pytest.raises(SourceRefusedError) as caught:
        seal(draft)
    assert [name for name, _ in caught.value.refused][:5] == ["link", "folder", "pipe", "absent", "deeper"]
    assert len(caught.value.refused) == 6
    assert str(tmp_path.parent) not in str(caught.value)
    assert visible(out) == []


def test_an_unreadable_file_is_refused(seal: Seal, tmp_path: Path, out: Path) -> None:
    """Permission is asked for before anything is written (nobody can be refused as root)."""
    source = tmp_path / "closed"
    source.write_bytes(b"x")
    source.chmod(0)
    if os.access(source, os.R_OK):
        pytest.skip("this user may read everything")
    with pytest.raises(SourceRefusedError, match="closed"):
        seal(Draft().add(source))
    assert visible(out) == []


def test_links_and_pipes_in_a_folder_are_refused(tmp_path: Path) -> None:
    """Gathering names all of them."""
    (tmp_path / "a").write_bytes(b"x")
    (tmp_path / "link").symlink_to("a")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(SourceRefusedError) as caught:
        gather(Draft(), [tmp_path])
    assert [name for name, _ in caught.value.refused] == ["link", "pipe"]


def test_litter_is_left_out_and_listed(seal: Seal, tmp_path: Path) -> None:
    """What operating systems leave behind is no evidence, and the seal says what was left out."""
    names = (".DS_Store", "Thumbs.db", "a.txt", "~$a.docx")
    for name in names:
        (tmp_path / name).write_bytes(b"x")
    sealed = seal(gather(Draft(), [tmp_path / name for name in names]))
    assert [line["name"] for line in lines(sealed)] == ["a.txt"]
    assert opening(sealed, "note")["left_out"] == [".DS_Store", "Thumbs.db", "~$a.docx"]


def test_a_source_that_became_a_link_is_refused(seal: Seal, tmp_path: Path, out: Path) -> None:
    """Between looking and reading, a file was replaced."""
    (tmp_path / "src").mkdir()
    source = tmp_path / "src/a"
    source.write_bytes(b"x")
    draft = gather(Draft(), [tmp_path / "src"])
    source.unlink()
    source.symlink_to("/etc/hostname")
    with pytest.raises((SourceChangedError, StorageError)):
        seal(draft)
    assert visible(out) == []


def test_a_source_that_changes_while_it_is_read_is_refused(
    seal: Seal, tmp_path: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is left of the bundle."""
    source = tmp_path / "a"
    source.write_bytes(b"x" * 100)
    usual = os.read

    def read(descriptor: int, size: int) -> bytes:
        source.write_bytes(b"y" * 100)
        return usual(descriptor, size)

    monkeypatch.setattr(os, "read", read)
    with pytest.raises(SourceChangedError):
        seal(Draft().add(source))
    monkeypatch.undo()
    assert visible(out) == []


def test_a_source_that_is_gone_is_refused(seal: Seal, tmp_path: Path, out: Path) -> None:
    """The machine's answer is passed on, without the path on this machine."""
    (tmp_path / "src").mkdir()
    (tmp_path / "src/a").write_bytes(b"x")
    draft = gather(Draft(), [tmp_path / "src"])
    (tmp_path / "src/a").unlink()
    with pytest.raises(StorageError) as caught:
        seal(draft)
    assert str(tmp_path) not in str(caught.value)
    assert visible(out) == []


def test_a_taken_name_is_left_alone(seal: Seal, out: Path) -> None:
    """Nothing is ever written over."""
    (out / "mine").mkdir()
    with pytest.raises(ExistsError):
        seal(some(), options=SealOptions(name="mine"))
    assert list((out / "mine").iterdir()) == []


def test_the_folder_may_have_another_name(seal: Seal, out: Path) -> None:
    """The id is read from the seal."""
    sealed = seal(some(), options=SealOptions(name="for the court"))
    assert visible(out) == ["for the court"]
    assert sealed.report.bundle_id == sealed.bundle_id


def test_an_absent_folder_is_named(seal: Seal, tmp_path: Path) -> None:
    """The folder that the bundle goes into exists."""
    with pytest.raises(StorageError, match="nowhere"):
        seal(some(), folder=tmp_path / "nowhere")


def test_too_little_space_is_noticed_first(seal: Seal, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is begun that cannot be finished."""
    monkeypatch.setattr("custody.storage.commit.shutil.disk_usage", lambda _: _Full)
    with pytest.raises(StorageError) as caught:
        seal(some())
    assert (caught.value.code, visible(out)) == ("NO_SPACE", [])


class _Full:
    """A disk with hardly any room."""

    free = 1000


def test_a_bundle_that_does_not_verify_is_never_published(
    seal: Seal, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Our own work is checked from the disk, before the one rename."""
    monkeypatch.setattr("custody.sealing.seal.encode_bag_info", lambda *_: b"wrong\n")
    with pytest.raises(SealError, match="PACKAGING_CHANGED") as caught:
        seal(some())
    assert (caught.value.code, visible(out)) == ("SELF_CHECK", [])


def test_a_redelivered_task_finds_its_seal(seal: Seal, out: Path) -> None:
    """Same id, same content, any order of adding: the bundle is returned as it is."""
    first = seal(some(), bundle_id=BUNDLE)
    again = Draft(case="قضية")
    for number in (2, 0, 1):
        again = again.add(stream(f"text {number}".encode()), name=f"شاهد {number}.txt")
    second = seal(again, bundle_id=BUNDLE)
    assert (first.found, second.found) == (False, True)
    assert (second.seal_id, visible(out)) == (first.seal_id, [BUNDLE])


def test_references_are_compared_by_what_they_mean(seal: Seal) -> None:
    """Numbers differ between draft and bundle; the items that they name do not."""
    draft = some(20).add(stream(b"cut"), derivation={"of": [{"item": 4}], "how": "crop"})
    other = some(20).add(stream(b"cut"), derivation={"of": [{"item": 5}], "how": "crop"})
    options = SealOptions(padding=True)
    seal(draft, bundle_id=BUNDLE, options=options)
    assert seal(draft, bundle_id=BUNDLE, options=options).found
    with pytest.raises(SealExistsError):
        seal(other, bundle_id=BUNDLE, options=options)


@pytest.mark.parametrize(
    "other",
    [
        some(2),
        some(4),
        some().described({0: {"kind": {"title": "x"}}}),
        Draft(case="another").add(stream(b"text 0"), name="شاهد 0.txt"),
        Draft().add(stream(b"other"), name="شاهد 0.txt"),
    ],
    ids=["fewer", "more", "described", "case", "bytes"],
)
def test_other_content_under_one_id_is_refused(seal: Seal, other: Draft) -> None:
    """An id stands for one content."""
    seal(some(), bundle_id=BUNDLE)
    with pytest.raises(SealExistsError) as caught:
        seal(other, bundle_id=BUNDLE)
    assert caught.value.code == "SEAL_EXISTS"


def test_the_same_bytes_under_another_name_are_other_content(seal: Seal) -> None:
    """Names belong to what is sealed."""
    seal(Draft().add(stream(), name="a"), bundle_id=BUNDLE)
    with pytest.raises(SealExistsError, match="other content"):
        seal(Draft().add(stream(), name="b"), bundle_id=BUNDLE)


def test_a_damaged_bundle_is_not_found_again(seal: Seal) -> None:
    """What does not verify is refused, whatever the draft."""
    sealed = seal(some(), bundle_id=BUNDLE)
    victim = next((Path(sealed.path) / "data").iterdir())
    victim.chmod(0o644)
    victim.write_bytes(b"other")
    with pytest.raises(SealExistsError, match="does not verify") as caught:
        seal(some(), bundle_id=BUNDLE)
    assert "does not verify" in (caught.value.hint or "")
    assert "new bundle id" not in (caught.value.hint or "")


def test_a_bundle_of_another_signer_is_not_found_again(seal: Seal, cosigner: SeedSigner) -> None:
    """Only these signers' own seal counts."""
    seal(some(), bundle_id=BUNDLE)
    with pytest.raises(SealExistsError, match="under these keys"):
        seal(some(), bundle_id=BUNDLE, signers=[cosigner])


def test_files_are_compared_too(seal: Seal, tmp_path: Path) -> None:
    """A draft of paths finds its bundle, and is refused after a change."""
    (tmp_path / "src").mkdir()
    (tmp_path / "src/a.txt").write_bytes(b"x")
    draft = gather(Draft(), [tmp_path / "src"])
    seal(draft, bundle_id=BUNDLE)
    assert seal(draft, bundle_id=BUNDLE).found
    (tmp_path / "src/a.txt").write_bytes(b"y")
    with pytest.raises(SealExistsError):
        seal(draft, bundle_id=BUNDLE)


def test_a_quicker_worker_wins(seal: Seal, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two workers with one task: the slower one finds the other's bundle when it gets the lock."""
    first = seal(some(), bundle_id=BUNDLE)
    hidden = out / "hidden"
    (out / BUNDLE).rename(hidden)

    def while_looking(*_: object) -> None:
        if hidden.exists():
            hidden.rename(out / BUNDLE)

    monkeypatch.setattr("custody.sealing.seal.check_free_space", while_looking)
    second = seal(some(), bundle_id=BUNDLE)
    assert (second.found, second.seal_id) == (True, first.seal_id)


def test_a_taken_name_without_an_id_is_an_error(seal: Seal, out: Path) -> None:
    """Without an id of the caller's there is nothing to find again."""
    (out / "x").write_bytes(b"")
    with pytest.raises(ExistsError):
        seal(some(), options=SealOptions(name="x"))


def test_a_stream_that_cannot_seek_is_sealed_once(seal: Seal) -> None:
    """The second seal would hold an empty file; it is refused."""

    class Pipe(io.RawIOBase):
        left = b"abc"

        def readable(self) -> bool:
            return True

        def read(self, size: int = -1, /) -> bytes:
            part, self.left = self.left[:size], self.left[size:]
            return part

    draft = Draft().add(Pipe())  # type: ignore[arg-type]
    assert lines(seal(draft))[0]["content"]["size"] == 3
    with pytest.raises(UsageError, match="at its end"):
        seal(draft)


def test_a_failing_stream_leaves_nothing(seal: Seal, out: Path) -> None:
    """The machine's answer, with what the stream raised as its cause; nothing is left."""

    class Broken(io.BytesIO):
        def read(self, _size: int | None = -1, /) -> bytes:
            raise ConnectionResetError

    with pytest.raises(StorageError, match="stream") as caught:
        seal(Draft().add(Broken(b"x")))
    assert isinstance(caught.value.__cause__, ConnectionResetError)
    assert visible(out) == []


def test_progress_is_told(seal: Seal, tmp_path: Path) -> None:
    """Files and bytes, streams included."""
    (tmp_path / "a").write_bytes(b"12345")
    told: list[tuple[int, int]] = []
    draft = Draft().add(stream(b"123")).add(tmp_path / "a")
    seal(draft, options=SealOptions(progress=lambda files, size: told.append((files, size))))
    assert sorted(told) == [(1, 3), (1, 5)]


def test_what_a_killed_sealing_left_is_removed(seal: Seal, out: Path) -> None:
    """Copies of evidence do not stay about under ids that nobody uses again."""
    (out / f".{BUNDLE}.tmp-0123456789abcdef").mkdir()
    (out / f".{BUNDLE}.tmp-0123456789abcdef/data").mkdir()
    (out / ".other.tmp-0123456789abcdef").mkdir()
    sealed = seal(some())
    assert visible(out) == [".other.tmp-0123456789abcdef", sealed.bundle_id]


def test_a_sealing_under_way_is_left_alone(seal: Seal, out: Path) -> None:
    """Who still writes holds the lock."""
    script = (
        "import sys, time\n"
        "from custody.storage.lock import locked\n"
        "with locked(sys.argv[1]):\n    print('locked', flush=True)\n    sys.stdin.read()\n"
    )
    temporary = out / f".{BUNDLE}.tmp-0123456789abcdef"
    temporary.mkdir()
    command = [sys.executable, "-c", script, str(out / BUNDLE)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout
        assert other.stdout.readline() == b"locked\n"
        seal(some())
        other.communicate()
    assert temporary.exists()


def test_errors_show_no_secret_and_no_name(seal: Seal, tmp_path: Path, signer: SeedSigner) -> None:
    """Neither message nor representation holds a key, a name of a person or a path of this machine."""
    draft = Draft(case="secret case").add(stream(), name="secret name", people=[{"id": "secret person"}])
    sealed = seal(draft, bundle_id=BUNDLE)
    with pytest.raises(SealExistsError) as caught:
        seal(Draft().add(stream(b"y"), name="secret other"), bundle_id=BUNDLE)
    shown = f"{caught.value!r} {caught.value.hint} {sealed!r} {signer!r}"
    assert "secret" not in shown
    assert str(tmp_path) not in shown


def test_an_identity_may_be_its_own_successor(seal: Seal, signer: SeedSigner) -> None:
    """A second machine, a restored key."""
    identity = Identity(name="w-01", key_set=signer.identity.key_set)
    assert opening(seal(Draft(successor=identity).add(stream())), "people")["successor"]["keys"]


def test_memory_does_not_grow_with_a_file(seal: Seal, tmp_path: Path) -> None:
    """A large stream passes through a buffer."""
    big = tmp_path / "big"
    with big.open("wb") as file:
        file.truncate(64 * 1024 * 1024)
    with big.open("rb") as file:
        draft = Draft().add(file, name="big.mp4")
        tracemalloc.start()
        seal(draft)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 16 * 1024 * 1024


@pytest.mark.parametrize("name", ["", ".", "..", "../x", "a/b", "/x", "a\\b", "C:", "C:x", "a\0"])
def test_the_folder_has_one_plain_name(name: str) -> None:
    """A name that led elsewhere would put the bundle where nobody looks for it."""
    with pytest.raises(UsageError, match="plain name"):
        SealOptions(name=name)


def test_a_bundle_inside_its_own_source_is_refused(seal: Seal, tmp_path: Path) -> None:
    """The next sealing of the source would find it."""
    source = tmp_path / "src"
    (source / "deep").mkdir(parents=True)
    (source / "a").write_bytes(b"x")
    for folder in (source, source / "deep"):
        with pytest.raises(UsageError, match="inside one of the sources"):
            seal(gather(Draft(), [source]), folder=folder)
    assert sorted(path.name for path in source.rglob("*")) == ["a", "deep"]


def test_a_bundle_beside_a_single_source_is_sealed(seal: Seal, tmp_path: Path) -> None:
    """Files that were named one by one do not make their folder a source."""
    (tmp_path / "a").write_bytes(b"x")
    assert seal(gather(Draft(), [tmp_path / "a"]), folder=tmp_path).report.counts.files == 1


def test_a_bundle_inside_a_bundle_is_refused(seal: Seal) -> None:
    """It would be a stranger's file there."""
    first = seal(some())
    with pytest.raises(UsageError, match="inside a bundle"):
        seal(some(), folder=Path(first.path) / "data")
    assert first.report.counts.files == len(list((Path(first.path) / "data").iterdir()))


def test_a_relative_source_is_found_after_a_change_of_folder(
    seal: Seal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing remembers where a relative path led before."""
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "f").write_bytes(name.encode())
        monkeypatch.chdir(tmp_path / name)
        sealed = seal(Draft().add("f"))
        assert next((Path(sealed.path) / "data").iterdir()).read_bytes() == name.encode()


def test_a_closed_stream_is_the_caller_s_fault(seal: Seal, out: Path) -> None:
    """Closed before it was added, or before it is sealed."""
    early, late = stream(b"x"), stream(b"x")
    early.close()
    with pytest.raises(UsageError, match="closed"):
        Draft().add(early)
    draft = Draft().add(late)
    late.close()
    with pytest.raises(UsageError, match="closed"):
        seal(draft)
    assert visible(out) == []


@pytest.mark.parametrize("block", [None, "text", b"too many" * 1_000_000])
def test_a_stream_of_another_kind_is_the_caller_s_fault(seal: Seal, block: object) -> None:
    """A pipe that would block gives None; a stream of text gives text."""

    class Strange:
        def read(self, _size: int) -> object:
            return block

    with pytest.raises(UsageError, match="found something else"):
        seal(Draft().add(Strange()))  # type: ignore[arg-type]


def test_a_stream_is_sealed_from_where_it_stands(seal: Seal) -> None:
    """Each time anew."""
    source = stream(b"header body")
    source.seek(7)
    draft = Draft().add(source, name="a")
    for _ in range(2):
        assert lines(seal(draft))[0]["content"]["size"] == 4


def test_a_disk_that_is_read_only_says_so(seal: Seal, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full one that cannot be written either: more room would not help."""
    monkeypatch.setattr("custody.storage.commit.shutil.disk_usage", lambda _: _Full)
    monkeypatch.setattr("custody.storage.commit._is_read_only", lambda _: True)
    with pytest.raises(StorageError) as caught:
        seal(some())
    assert caught.value.code == "READ_ONLY"
