"""Drafts: immutable, checked when something is added, small in memory."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.errors import StorageError, UsageError
from custody.format.key_file import encode_public_key_file
from custody.keys.signer import SeedSigner
from custody.model.instant import Instant
from custody.sealing.draft import Draft
from custody.sealing.item_rows import Stream
from custody.sealing.item_values import decode_name, encode_name, name_bytes, name_value, plain


def stream() -> io.BytesIO:
    """A stream with one byte."""
    return io.BytesIO(b"x")


def fields(draft: Draft) -> dict[str, Any]:
    """What the last item was given."""
    return dict(list(draft.items())[-1].fields)


def test_adding_leaves_the_draft_as_it_was() -> None:
    """A draft is a value: adding gives another one."""
    empty = Draft()
    one = empty.add(stream(), name="a")
    assert (len(empty), len(one)) == (0, 1)


def test_two_drafts_may_grow_from_one() -> None:
    """Branches do not see each other's items."""
    one = Draft().add(stream(), name="a")
    left, right = one.add(stream(), name="b"), one.add(stream(), name="c")
    assert [item.name for item in left.items()] == ["a", "b"]
    assert [item.name for item in right.items()] == ["a", "c"]
    assert [item.name for item in one.items()] == ["a"]


def test_a_draft_without_items_is_true() -> None:
    """`if draft:` asks for a draft, not for items."""
    assert Draft()


def test_a_path_brings_its_last_component_as_name() -> None:
    """The folders above a file are nobody's business."""
    assert [item.name for item in Draft().add(Path("/somewhere/شاهد.txt")).items()] == ["شاهد.txt"]


def test_a_stream_may_have_no_name() -> None:
    """A name is not invented."""
    assert [item.name for item in Draft().add(stream()).items()] == [None]


def test_a_name_that_is_not_utf8_becomes_base64() -> None:
    """No file is refused for its name."""
    assert [i.name for i in Draft().add(stream(), name=b"\xff.jpg").items()] == [{"base64": "/y5qcGc="}]
    assert [i.name for i in Draft().add(stream(), name="\udcff.jpg").items()] == [{"base64": "/y5qcGc="}]


def test_a_lone_surrogate_of_windows_becomes_base64() -> None:
    """NTFS allows what UTF-8 has no bytes for."""
    assert isinstance(name_value(name_bytes("\ud800")), dict)


@pytest.mark.parametrize("name", ["", "a\0b", "x" * 4097])
def test_an_impossible_name_is_refused(name: str | bytes) -> None:
    """Empty names, U+0000 and names longer than the format holds are refused when they are added."""
    with pytest.raises(UsageError, match="item name"):
        Draft().add(stream(), name=name)


@given(st.binary(min_size=1, max_size=300).filter(lambda raw: b"\0" not in raw))
def test_any_name_comes_back(raw: bytes) -> None:
    """The value of the name field stands for exactly the bytes of the name."""
    assert decode_name(name_value(name_bytes(raw))) == raw


@pytest.mark.parametrize("value", [7, {"base64": "*"}, {"other": ""}, {"base64": 7}])
def test_another_value_is_no_name(value: object) -> None:
    """What the name field cannot hold is refused."""
    with pytest.raises(UsageError, match="item name"):
        decode_name(value)


def test_no_name_is_null() -> None:
    """Absent and empty are the same."""
    assert (encode_name(b""), decode_name(None)) == (b"null", b"")


def test_every_field_is_kept() -> None:
    """What is given comes back, with words for kind, place and people."""
    given: dict[str, Any] = {
        "origin": {"method": "camera"},
        "time": {"captured": "2025-04-03T12:00:00Z"},
        "terms": {"consent": {"given": True}},
        "derivation": {"of": [{"item": 1}], "how": "crop"},
        "extra": {"box": "4"},
    }
    draft = Draft().add(
        stream(),
        kind="testimony",
        title="t",
        language="ar",
        place="a house",
        people=[{"id": "W-01"}],
        **given,
    )
    assert fields(draft) == {
        **given,
        "kind": {"kind": "testimony", "title": "t", "language": "ar"},
        "place": {"description": "a house"},
        "people": {"persons": [{"id": "W-01"}]},
    }


def test_members_may_be_given_whole() -> None:
    """Mappings go in as they are."""
    draft = Draft().add(
        stream(),
        kind={"kind": "media", "graphic": True},
        place={"country": "SY"},
        people={"persons": ({"id": "P"},)},
    )
    assert fields(draft)["people"] == {"persons": [{"id": "P"}]}


def test_aware_times_are_welcome() -> None:
    """A datetime with its zone, or an Instant, becomes the one text form."""
    local = datetime(2025, 4, 3, 15, 0, tzinfo=timezone(timedelta(hours=3)))
    time = {"captured": local, "collected": Instant(datetime(2025, 5, 1, tzinfo=UTC))}
    assert fields(Draft().add(stream(), time=time)) == {
        "time": {"captured": "2025-04-03T12:00:00Z", "collected": "2025-05-01T00:00:00Z"}
    }


def test_a_naive_time_is_refused() -> None:
    """A time without its zone says nothing."""
    with pytest.raises(UsageError, match="naive"):
        Draft().add(stream(), time={"captured": datetime(2025, 4, 3)})  # noqa: DTZ001 - what is refused


@pytest.mark.parametrize(
    ("given", "member"),
    [
        ({"kind": "video"}, "kind/kind"),
        ({"kind": "padding"}, "kind/kind"),
        ({"title": ""}, "kind/title"),
        ({"language": "Arabic"}, "kind/language"),
        ({"origin": {"metod": "x"}}, "origin"),
        ({"time": {"captured": "03/04/2025"}}, "time/captured"),
        ({"people": []}, "people/persons"),
        ({"terms": {"consent": {}}}, "terms/consent"),
        ({"derivation": {"of": [], "how": "x"}}, "derivation/of"),
        ({"extra": {"X": "y"}}, "extra"),
        ({"place": {"latitude": 35.1}}, "place/latitude"),
    ],
)
def test_a_value_that_the_format_lacks_names_its_member(given: dict[str, Any], member: str) -> None:
    """The member is named and the value is not quoted."""
    with pytest.raises(UsageError, match=f"item {member}"):
        Draft().add(stream(), **given)


def test_an_unknown_argument_is_refused() -> None:
    """A misspelt argument is not passed over."""
    with pytest.raises(UsageError, match="found titel"):
        Draft().add(stream(), titel="x")  # type: ignore[call-arg]


def test_an_unknown_field_is_refused() -> None:
    """Only the ten fields exist."""
    with pytest.raises(UsageError, match="only the fields"):
        Draft().add(stream()).described({0: {"colour": "red"}})


def test_fields_too_long_for_a_line_are_refused() -> None:
    """Texts that a reader would refuse are refused when they are added."""
    with pytest.raises(UsageError, match="together"):
        Draft().add(
            stream(), description="x" * 16000, origin={"changes": "x" * 16000, "custody_before": "x" * 16000}
        )


@pytest.mark.parametrize(
    ("source", "message"),
    [(b"x", "another object"), (7, "another object"), (io.StringIO("x"), "one of text")],
)
def test_what_is_neither_path_nor_binary_stream_is_refused(source: Any, message: str) -> None:  # noqa: ANN401
    """The caller learns what to pass instead."""
    with pytest.raises(UsageError, match=message):
        Draft().add(source)


def test_text_stream_of_a_file_is_refused(tmp_path: Path) -> None:
    """A file opened as text would be decoded on the way."""
    path = tmp_path / "x"
    path.write_text("x", encoding="utf-8")
    with path.open(encoding="utf-8") as file, pytest.raises(UsageError, match="one of text"):
        Draft().add(file)  # type: ignore[arg-type]


def test_describing_replaces_named_fields_only() -> None:
    """Other fields stay, and the old draft too."""
    draft = Draft().add(stream(), title="a", place="b")
    other = draft.described({0: {"place": {"description": "c"}}})
    assert fields(other) == {"kind": {"title": "a"}, "place": {"description": "c"}}
    assert fields(draft)["place"] == {"description": "b"}


def test_describing_what_is_not_there_is_refused() -> None:
    """Places count from 0."""
    with pytest.raises(UsageError, match="below 1"):
        Draft().add(stream()).described({1: {}})


def test_a_case_may_be_a_title() -> None:
    """A text is the title; other members are checked."""
    assert Draft(case="قضية").case == {"title": "قضية"}
    assert Draft(place="Berlin").place == {"description": "Berlin"}


@pytest.mark.parametrize("members", [{"case": {"titel": "x"}}, {"note": ""}, {"place": {"country": "Syria"}}])
def test_what_is_said_of_the_whole_is_checked(members: dict[str, Any]) -> None:
    """A wrong member is refused before anything is added."""
    with pytest.raises(UsageError):
        Draft(**members)


def test_nothing_of_a_draft_is_shown() -> None:
    """A draft in a traceback or a log shows no name, case or path."""
    draft = Draft(case="secret case", note="secret note").add(
        "/secret/path", name="secret name", title="secret"
    )
    assert "secret" not in repr(draft) + repr(list(draft.items()))


def test_a_stream_that_cannot_seek_is_read_once() -> None:
    """The second reading would seal an empty file."""
    once = Stream(io.BytesIO(b"x").read)
    once.begin()
    with pytest.raises(UsageError, match="at its end"):
        once.begin()


def test_a_stream_that_can_seek_starts_again() -> None:
    """It goes back to where it stood when it was added."""
    source = io.BytesIO(b"abc")
    source.read(1)
    draft = Draft().add(source)
    kept = draft.rows.source(0)
    assert isinstance(kept, Stream)
    for _ in range(2):
        kept.begin()
        assert kept.read(10) == b"bc"


def test_plain_values_stay() -> None:
    """What JSON has is passed on."""
    assert plain({"a": (1, True, None, "x")}) == {"a": [1, True, None, "x"]}


def test_a_successor_may_be_named_by_his_public_key_file(tmp_path: Path, signer: SeedSigner) -> None:
    """As a recipient is; the draft holds his identity, read at once."""
    heir = signer.identity
    path = tmp_path / "heir.pub"
    path.write_bytes(encode_public_key_file(heir))
    draft = Draft(successor=path)
    path.unlink()
    assert draft.successor == Draft(successor=heir).successor == heir
    assert draft.add(stream()).successor == heir


@pytest.mark.parametrize("other", [7, "", b"heir.pub"])
def test_a_successor_who_is_neither_an_identity_nor_a_file_is_refused(other: Any) -> None:  # noqa: ANN401
    """By the name of the argument."""
    with pytest.raises(UsageError, match="successor: expected an Identity or the path"):
        Draft(successor=other)


def test_a_successor_s_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    """A name of the trust is no file: a draft knows no trust."""
    with pytest.raises(StorageError, match=r"nobody\.pub") as caught:
        Draft(successor=str(tmp_path / "nobody.pub"))
    assert caught.value.code == "MISSING"
