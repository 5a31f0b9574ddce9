"""Files of an event: event.json, openings, bodies, proof.sha256."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest

from custody.errors import FormatError, LimitError, VersionError
from custody.format.canonical import encode_json
from custody.format.event import (
    TAG_ATTESTATION,
    TAG_EVENT,
    commitment_of,
    decode_body,
    decode_opening,
    decode_proof,
    decode_statement,
    encode_body,
    encode_opening,
    encode_proof,
    encode_statement,
)
from custody.format.event_fields import EVENT_FIELDS
from custody.format.limits import EVENT_BYTES, PROOF_BYTES
from custody.model.event import Body, Statement
from custody.model.instant import decode_instant

Members = dict[str, Any]
FIELDS = tuple(f"{number:064x}" for number in range(10))
STATEMENT = Statement(bundle_id="ab" * 16, holding="ab" * 16, seq=0, prev=(), fields=FIELDS)
SALT = bytes(range(32))
ONE, TWO, THREE = ("11" * 32, "22" * 32, "33" * 32)
BODY: Members = {
    "type": "erased",
    "actor": "archive",
    "signers": [{"identity": "approver", "keys": [ONE]}, {"identity": "archive", "keys": [TWO, THREE]}],
    "at": "2026-11-24T09:00:00Z",
    "anchors": [{"kind": "rfc3161", "sha256": ONE}, {"kind": "rfc3161", "sha256": TWO}],
    "fields": ["place", "note"],
    "data": {"leaves": [0, 3], "ground": "request of the person concerned"},
}


def changed(value: Members, change: Callable[[Members], object]) -> Members:
    """A deep copy of a value, changed."""
    copy: Members = json.loads(json.dumps(value))
    change(copy)
    return copy


def read_body(value: Any, *, attestation: bool = False) -> Body:  # noqa: ANN401 - a JSON value
    """A body from its value, through the opening's file."""
    tag = TAG_ATTESTATION if attestation else TAG_EVENT
    data = encode_opening("body", SALT, value, tag=tag)
    return decode_body(
        decode_opening(data, "body", member="body.json", tag=tag), member="body.json", attestation=attestation
    )


# ------------------------------------------------------------------------------------------------ event.json
def test_a_statement_is_canonical_json_without_line_feed() -> None:
    """Members in ascending order, nothing around them."""
    fields = ",".join(f'"{each}"' for each in FIELDS)
    assert encode_statement(STATEMENT) == (
        f'{{"bundle":"{"ab" * 16}","fields":[{fields}],"holding":"{"ab" * 16}","prev":[],"seq":0,"v":1}}'
    ).encode("ascii")


def test_a_statement_comes_back_as_it_was() -> None:
    """Reading and writing give the same value."""
    assert decode_statement(encode_statement(STATEMENT), member="event.json") == STATEMENT


def test_an_attestation_has_neither_holding_nor_seq() -> None:
    """It belongs to no holding."""
    encoded = encode_statement(
        Statement(bundle_id="ab" * 16, holding="", seq=0, prev=(ONE,), fields=FIELDS), attestation=True
    )
    assert sorted(json.loads(encoded)) == ["bundle", "fields", "prev", "v"]


@pytest.mark.parametrize(
    "change",
    [
        lambda members: members.update(v=0),
        lambda members: members.update(v=True),
        lambda members: members.update(v="1"),
        lambda members: members.pop("v"),
        lambda members: members.pop("prev"),
        lambda members: members.update(note=""),
        lambda members: members.update(bundle="AB" * 16),
        lambda members: members.update(holding="ab" * 32),
        lambda members: members.update(seq=-1),
        lambda members: members.update(seq=100_001),
        lambda members: members.update(prev=[TWO, ONE]),
        lambda members: members.update(prev=[ONE, ONE]),
        lambda members: members.update(prev=[f"{number:064x}" for number in range(65)]),
        lambda members: members.update(fields=list(FIELDS[:9])),
        lambda members: members.update(fields=[*FIELDS, ONE]),
        lambda members: members.update(fields=[*FIELDS[:9], FIELDS[0]]),
    ],
    ids=count(),
)
def test_a_statement_is_closed(change: Callable[[Members], object]) -> None:
    """Members that the format does not have, or not so, are refused."""
    value = changed(json.loads(encode_statement(STATEMENT)), change)
    with pytest.raises(FormatError, match=r"event\.json"):
        decode_statement(encode_json(value), member="event.json")


def test_a_newer_version_needs_a_newer_reader() -> None:
    """It is not called malformed."""
    value = changed(json.loads(encode_statement(STATEMENT)), lambda members: members.update(v=2, more=1))
    with pytest.raises(VersionError) as caught:
        decode_statement(encode_json(value), member="event.json")
    assert caught.value.hint is not None


@pytest.mark.parametrize("data", [b"[]", b"1", b"null", b'"v"', b"{}", b""])
def test_other_json_is_no_statement(data: bytes) -> None:
    """Whatever its type."""
    with pytest.raises(FormatError):
        decode_statement(data, member="event.json")


def test_an_attestation_is_no_event_and_an_event_no_attestation() -> None:
    """Each place has its own members."""
    event = encode_statement(STATEMENT)
    with pytest.raises(FormatError):
        decode_statement(event, member="event.json", attestation=True)
    attested = encode_statement(
        Statement(bundle_id="ab" * 16, holding="", seq=0, prev=(ONE,), fields=FIELDS), attestation=True
    )
    with pytest.raises(FormatError):
        decode_statement(attested, member="event.json")


def test_an_attestation_speaks_of_at_least_one_event() -> None:
    """An empty prev is the seal's alone."""
    empty = encode_statement(
        Statement(bundle_id="ab" * 16, holding="", seq=0, prev=(), fields=FIELDS), attestation=True
    )
    with pytest.raises(FormatError):
        decode_statement(empty, member="event.json", attestation=True)


# -------------------------------------------------------------------------------------------------- openings
def test_the_commitment_is_the_digest_of_the_opening_file() -> None:
    """`sha256sum place.json` prints it."""
    data = encode_opening("place", SALT, {"country": "SY"})
    assert data == f'["{SALT.hex()}","event","place",{{"country":"SY"}}]'.encode("ascii")
    opening = decode_opening(data, "place", member="place.json")
    assert opening.commitment == commitment_of(data) == hashlib.sha256(data).hexdigest()
    assert (opening.name, opening.salt, opening.value) == ("place", SALT.hex(), {"country": "SY"})


@pytest.mark.parametrize(
    ("value", "pointer"),
    [
        ({}, ""),
        ([], ""),
        ([SALT.hex(), "event", "place"], ""),
        ([SALT.hex(), "event", "place", {"country": "SY"}, 0], ""),
        (["00", "event", "place", {"country": "SY"}], "/0"),
        ([SALT.hex(), "item", "place", {"country": "SY"}], "/1"),
        ([SALT.hex(), "attestation", "place", {"country": "SY"}], "/1"),
        ([SALT.hex(), "event", "people", {"country": "SY"}], "/2"),
        ([SALT.hex(), "event", "place", None], "/3"),
        ([SALT.hex(), "event", "place", {}], "/3"),
        ([SALT.hex(), "event", "place", {"country": "Syria"}], "/3/country"),
        ([SALT.hex(), "event", "place", {"village": "x"}], "/3"),
    ],
    ids=count(),
)
def test_an_opening_is_of_its_tag_and_field_and_never_null(value: Any, pointer: str) -> None:  # noqa: ANN401
    """Anything else is refused where it stands."""
    with pytest.raises(FormatError) as caught:
        decode_opening(encode_json(value), "place", member="place.json")
    assert (caught.value.member, caught.value.pointer) == ("place.json", pointer)


def test_a_message_about_an_opening_shows_no_content() -> None:
    """The village stays where it is."""
    data = encode_opening("place", SALT, {"village": "Layla's"})
    with pytest.raises(FormatError) as caught:
        decode_opening(data, "place", member="place.json")
    assert "Layla" not in str(caught.value)
    assert SALT.hex() not in str(caught.value)


def test_an_opening_larger_than_1_mib_is_refused() -> None:
    """Before it is parsed."""
    with pytest.raises(LimitError):
        decode_opening(b"[" * (EVENT_BYTES + 1), "place", member="place.json")


OPENED: Members = {
    "manifest": ONE,
    "items": [[0, 0, 1023], [1, 4, 5], [6, 6, 5]],
    "events": [[ONE, 1], [TWO, 3], ["self", 257]],
}


def test_opened_lists_runs_events_and_itself() -> None:
    """Neighbouring runs of different masks stand apart."""
    data = encode_opening("opened", SALT, OPENED)
    assert decode_opening(data, "opened", member="opened.json").value == OPENED


def test_opened_may_have_no_items() -> None:
    """A part may open events alone."""
    data = encode_opening("opened", SALT, {**OPENED, "items": []})
    assert decode_opening(data, "opened", member="opened.json").value["items"] == []


@pytest.mark.parametrize(
    ("name", "value", "pointer"),
    [
        ("items", [[1, 0, 1]], "/3/items/0"),
        ("items", [[0, 2, 1], [2, 3, 2]], "/3/items/1"),
        ("items", [[3, 3, 1], [0, 0, 1]], "/3/items/1"),
        ("items", [[0, 2, 1], [3, 3, 1]], "/3/items/1"),
        ("items", [[0, 0, 0]], "/3/items/0/2"),
        ("items", [[0, 0, 1024]], "/3/items/0/2"),
        ("events", [[ONE, 1]], "/3/events"),
        ("events", [["self", 1], [ONE, 1]], "/3/events"),
        ("events", [["self", 1], ["self", 1]], "/3/events"),
        ("events", [[TWO, 1], [ONE, 1], ["self", 1]], "/3/events"),
        ("events", [[ONE, 1], [ONE, 1], ["self", 1]], "/3/events"),
        ("events", [], "/3/events"),
    ],
    ids=count(),
)
def test_opened_has_one_spelling(name: str, value: Any, pointer: str) -> None:  # noqa: ANN401
    """Ascending runs joined where they can be, ascending ids, then itself."""
    data = encode_opening("opened", SALT, {**OPENED, name: value})
    with pytest.raises(FormatError) as caught:
        decode_opening(data, "opened", member="opened.json")
    assert caught.value.pointer == pointer


# ---------------------------------------------------------------------------------------------------- bodies
def test_a_body_comes_back_as_it_was() -> None:
    """Reading and writing give the same value."""
    assert encode_body(read_body(BODY)) == BODY


def test_a_body_may_speak_of_its_clock() -> None:
    """The only member that may be absent."""
    value = {**BODY, "clock": {"source": "ntp", "offset_ms": -20}}
    body = read_body(value)
    assert body.clock == {"source": "ntp", "offset_ms": -20}
    assert encode_body(body) == value


def test_a_body_names_signers_time_and_anchors() -> None:
    """As values."""
    body = read_body(BODY)
    assert body.acting.key_ids == (TWO, THREE)
    assert body.claimed_at == decode_instant("2026-11-24T09:00:00Z")
    assert [anchor.sha256 for anchor in body.anchors] == [ONE, TWO]
    assert (body.fields, body.clock) == (("place", "note"), None)


@pytest.mark.parametrize("type_name", ["closed", "succeeded"])
def test_a_type_whose_data_is_all_optional_may_have_none(type_name: str) -> None:
    """The member data is there all the same."""
    assert dict(read_body({**BODY, "type": type_name, "data": {}}).data) == {}


def test_a_submission_may_go_to_whoever_has_no_key() -> None:
    """A court is named; nothing is matched by its keys."""
    value = {**BODY, "type": "submitted", "data": {"to": {"identity": "court.koblenz"}}}
    assert read_body(value).data["to"] == {"identity": "court.koblenz"}


def test_a_release_goes_to_keys() -> None:
    """For receiving is matched by them."""
    data = {"to": {"identity": "archive"}, "root": ONE, "items": 1}
    with pytest.raises(FormatError) as caught:
        read_body({**BODY, "type": "released", "data": data})
    assert caught.value.pointer == "/3/data/to"


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        (lambda body: body.update(type="shredded"), "/3/type"),
        (lambda body: body.update(type=1), "/3/type"),
        (lambda body: body.update(type="refused"), "/3/type"),
        (lambda body: body.pop("type"), "/3/type"),
        (lambda body: body.pop("data"), "/3"),
        (lambda body: body.update(data={}), "/3/data"),
        (lambda body: body.update(mood="x"), "/3"),
        (lambda body: body.update(at="2026-11-24T09:00:00.000Z"), "/3/at"),
        (lambda body: body.update(at="2026-02-30T09:00:00Z"), "/3/at"),
        (lambda body: body.update(actor="stranger"), "/3/actor"),
        (lambda body: body.update(actor="Layla"), "/3/actor"),
        (lambda body: body["signers"].reverse(), "/3/signers"),
        (lambda body: body["signers"].append(body["signers"][1]), "/3/signers"),
        (lambda body: body["signers"][0].update(keys=[TWO]), "/3/signers"),
        (lambda body: body["signers"][1].update(keys=[THREE, TWO]), "/3/signers/1/keys"),
        (lambda body: body.update(signers=[]), "/3/signers"),
        (lambda body: body["anchors"].reverse(), "/3/anchors"),
        (lambda body: body["anchors"].append(body["anchors"][1]), "/3/anchors"),
        (lambda body: body["fields"].reverse(), "/3/fields"),
        (lambda body: body["fields"].append("note"), "/3/fields"),
        (lambda body: body["fields"].append("body"), "/3/fields/2"),
        (lambda body: body.update(fields=["manifest"]), "/3/fields"),
        (lambda body: body.update(fields=["opened"]), "/3/fields"),
        (lambda body: body["data"].update(leaves=[3, 0]), "/3/data/leaves"),
        (lambda body: body.update(clock={}), "/3/clock"),
    ],
    ids=count(),
)
def test_a_body_is_closed_and_has_one_spelling(change: Callable[[Members], object], pointer: str) -> None:
    """Members, order and the actor are checked where they stand."""
    with pytest.raises(FormatError) as caught:
        read_body(changed(BODY, change))
    assert (caught.value.member, caught.value.pointer) == ("body.json", pointer)


@pytest.mark.parametrize("value", [None, [], "sealed", 1])
def test_a_body_is_an_object(value: object) -> None:
    """Other JSON has no type."""
    with pytest.raises(FormatError) as caught:
        read_body(value)
    assert caught.value.pointer == "/3/type"


def test_an_attestation_has_a_type_of_attestations() -> None:
    """What changes custody cannot be said beside the log."""
    refused = {**BODY, "type": "refused", "data": {"event": ONE}}
    assert read_body(refused, attestation=True).type == "refused"
    with pytest.raises(FormatError, match="under attestations/"):
        read_body(BODY, attestation=True)


def test_a_check_of_fixity_may_stand_in_both_places() -> None:
    """A holder logs it; an auditor attests it."""
    checked = {**BODY, "type": "fixity-checked", "data": {"root": ONE, "result": "pass"}}
    assert read_body(checked).type == read_body(checked, attestation=True).type


# ---------------------------------------------------------------------------------------------- proof.sha256
FILES = {"event.json": ONE, "1.sshsig": TWO, "1.mldsa65": THREE}
PROOF = f"{THREE}  1.mldsa65\n{TWO}  1.sshsig\n{ONE}  event.json\n".encode("ascii")


def test_a_proof_lists_files_bytewise_by_name() -> None:
    """In the form of sha256sum."""
    assert encode_proof(FILES) == PROOF


def test_a_proof_comes_back() -> None:
    """Name to digest."""
    assert decode_proof(PROOF, member="proof.sha256") == FILES


def test_sixteen_signers_fit_into_a_proof() -> None:
    """Two signatures each, and the statement."""
    names = [f"{n}.{kind}" for n in range(1, 17) for kind in ("mldsa65", "sshsig")]
    files = dict.fromkeys(["event.json", *names], ONE)
    assert decode_proof(encode_proof(files), member="proof.sha256") == files


@pytest.mark.parametrize(
    "data",
    [
        b"",
        PROOF[:-1],
        PROOF + b"\n",
        PROOF.replace(b"\n", b"\r\n"),
        PROOF.replace(b"  ", b" *"),
        PROOF.replace(b"11", b"AA"),
        PROOF.replace(b"event.json", b"body.json"),
        PROOF.replace(b"1.sshsig", b"0.sshsig"),
        PROOF.replace(b"1.sshsig", b"01.sshsig"),
        PROOF.replace(b"1.sshsig", b"17.sshsig"),
        PROOF.replace(b"1.sshsig", b"./1.sshsig"),
        b"".join(reversed(PROOF.splitlines(keepends=True))),
        PROOF.splitlines(keepends=True)[0],
        PROOF + PROOF.splitlines(keepends=True)[-1],
    ],
    ids=count(),
)
def test_another_spelling_is_no_proof(data: bytes) -> None:
    """Other files, order, ends of line, or no event.json."""
    with pytest.raises(FormatError, match=r"proof\.sha256"):
        decode_proof(data, member="proof.sha256")


def test_a_proof_beyond_the_limit_is_refused() -> None:
    """Before it is read."""
    with pytest.raises(LimitError):
        decode_proof(b"0" * (PROOF_BYTES + 1), member="proof.sha256")


def test_there_are_ten_fields() -> None:
    """Bit 0 of a mask is the body's."""
    assert (len(EVENT_FIELDS), EVENT_FIELDS[0]) == (10, "body")
