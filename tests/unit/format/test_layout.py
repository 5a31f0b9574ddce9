"""What may stand where, by name alone."""

from __future__ import annotations

import pytest

from custody.format.layout import PathKind, Place, event_path, is_litter, place_of, seal_path

HOLDING = "0" * 32
EVENT = f"custody/log/{HOLDING}/00000001"
SAID = f"custody/attestations/{'a' * 64}"
RENEWAL = f"custody/renewals/{'b' * 64}"
DIGEST = "c" * 64


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("bagit.txt", Place(PathKind.WRAPPING)),
        ("custody/items.jsonl", Place(PathKind.ITEMS)),
        ("custody/VERIFY.txt", Place(PathKind.VERIFY)),
        ("custody/chunks/000001.sha256", Place(PathKind.CHUNKS, name="000001")),
        ("custody/chunks/1.sha256", Place(PathKind.UNKNOWN)),
        ("custody", Place(PathKind.FOLDER)),
        ("data", Place(PathKind.FOLDER)),
        ("data/sub", Place(PathKind.UNKNOWN)),
        (f"custody/log/{HOLDING}", Place(PathKind.FOLDER)),
        (EVENT, Place(PathKind.FOLDER)),
        (f"{EVENT}/event.json", Place(PathKind.EVENT, EVENT, "event.json")),
        (f"{EVENT}/sub/file", Place(PathKind.EVENT, EVENT, "sub/file")),
        (f"{EVENT}/stamps", Place(PathKind.FOLDER, EVENT, "stamps")),
        (f"{EVENT}/anchors", Place(PathKind.FOLDER, EVENT, "anchors")),
        (f"{EVENT}/stamps/{DIGEST}", Place(PathKind.FOLDER, EVENT, f"stamps/{DIGEST}")),
        (f"{EVENT}/stamps/x", Place(PathKind.STAMP, EVENT, "stamps/x")),
        (f"{EVENT}/.DS_Store", Place(PathKind.LITTER)),
        (f"{EVENT}0/event.json", Place(PathKind.UNKNOWN)),
        (f"{SAID}/body.json", Place(PathKind.EVENT, SAID, "body.json")),
        (f"{RENEWAL}/renewal.txt", Place(PathKind.RENEWAL, RENEWAL, "renewal.txt")),
        (f"{RENEWAL}/anchors", Place(PathKind.RENEWAL, RENEWAL, "anchors")),
        (
            f"{RENEWAL}/stamps/{DIGEST}/stamp.tst",
            Place(PathKind.STAMP, RENEWAL, f"stamps/{DIGEST}/stamp.tst"),
        ),
        (f"custody/log/{HOLDING}/1/event.json", Place(PathKind.UNKNOWN)),
        ("custody/log/notes.txt", Place(PathKind.UNKNOWN)),
        ("Custody/items.jsonl", Place(PathKind.UNKNOWN)),
        ("", Place(PathKind.UNKNOWN)),
    ],
)
def test_a_path_has_one_place(path: str, place: Place) -> None:
    """Each path that the format names, and its neighbours that it does not."""
    assert place_of(path) == place


@pytest.mark.parametrize("name", [".DS_Store", "a/._x", "Thumbs.db", "x/desktop.ini", "~$a.docx", "._a\nb"])
def test_litter_is_a_closed_list(name: str) -> None:
    """What operating systems leave behind, in any folder, and nothing that only resembles it."""
    assert is_litter(name)
    assert not is_litter(f"{name}/x")
    assert not is_litter(f"a{name.rpartition('/')[2]}" if name[0] != "~" else "~a")


def test_the_seal_is_the_first_event_of_the_first_holding() -> None:
    """Eight digits."""
    assert seal_path(HOLDING) == event_path(HOLDING, 0) == f"custody/log/{HOLDING}/00000000"
