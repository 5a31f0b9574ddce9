"""What is to be sealed: items and what is said about the case, immutable, checked as it is put together."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, TypedDict, Unpack

import orjson
from attrs import evolve, field, frozen

from custody.errors import UsageError
from custody.format.event_fields import EVENT_SHAPES
from custody.format.limits import ITEMS
from custody.format.shape import ShapeError
from custody.model.identity import Identity
from custody.report.report import Predecessor
from custody.sealing.item_rows import ItemRows, Source, Stream, stream_errors
from custody.sealing.item_values import (
    GIVEN_FIELDS,
    NOTHING_GIVEN,
    Given,
    name_bytes,
    name_value,
    pack_given,
    plain,
)
from custody.storage.public_key import read_public_key


class ItemArguments(TypedDict, total=False):
    """What may be said of an item; `Instant` and aware `datetime` are welcome in every field.

    Attributes:
        name: the original name; of a path, its last component unless told; of a stream, none unless told.
        kind: testimony, media, record, derived or other; or all members of the field. Unless told it follows
            from the file's media type, and never is testimony.
        title: of the kind: what people call it.
        language: of the kind: a tag such as ar or ku-Arab.
        description: of the kind: what it shows.
        origin: where the file comes from.
        time: when it was captured, collected, published.
        place: a description, or the members.
        people: the persons, or all members of the field.
        terms: consent, scopes, purposes, review. An item number here (the consent form) and in `derivation`
            counts the items of this draft from 1, in the order of adding; sealing replaces it by the number
            that the item gets.
        derivation: what the item was made from, and how.
        extra: texts that only one forum asks for.
    """

    name: str | bytes | None
    kind: str | Mapping[str, Any] | None
    title: str | None
    language: str | None
    description: str | None
    origin: Mapping[str, Any] | None
    time: Mapping[str, Any] | None
    place: str | Mapping[str, Any] | None
    people: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None
    terms: Mapping[str, Any] | None
    derivation: Mapping[str, Any] | None
    extra: Mapping[str, str] | None


@frozen(kw_only=True)
class DraftItem:
    """One item of a draft, as it was given.

    Attributes:
        name: the original name, text or {"base64": …}, or None.
        fields: field name to value, only those that were given.
    """

    name: str | Mapping[str, str] | None = field(repr=False)
    fields: Mapping[str, Any] = field(repr=False)


def _case(value: str | Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    return _checked("case", {"title": value} if isinstance(value, str) else value)


def _place(value: str | Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    return _checked("place", {"description": value} if isinstance(value, str) else value)


def _note(value: str | None) -> str | None:
    if value is not None:
        _checked("note", {"text": value})
    return value


def _successor(value: Identity | str | os.PathLike[str] | None) -> Identity | None:
    given: object = value
    if given is None or isinstance(given, Identity):
        return given
    if not isinstance(given, str | os.PathLike) or not os.fspath(given):
        raise UsageError(
            "successor: expected an Identity or the path of a public key file, found another object",
            hint="a Draft knows no trust: name his public key file",
        )
    return read_public_key(given)


def _checked(name: str, value: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    if value is None:
        return None
    members = plain(value)
    try:
        EVENT_SHAPES[name].check(members, "")
    except ShapeError as fault:
        raise UsageError(f"{name}{fault.pointer}: expected {fault.expected}, found {fault.found}") from None
    return dict(members)


@frozen(kw_only=True, eq=False)
class Draft:
    """Items that are not sealed yet. Each `add` gives a new draft and leaves this one as it is.

    Attributes:
        case: the title of the case, or its members (title, title_ar, reference, description).
        place: where the sealing happens, a description or its members.
        note: anything that the sealer says about the whole.
        previous: the bundle that this one adds to, as read from that bundle's seal.
        successor: who may carry the holding on when the holder no longer can: an Identity, or the path of his
            public key file, which is read at once.
        left_out: names of what a gathered folder held and the draft does not: litter of operating systems.
        count: the number of items.
        rows: the items, as columns shared between drafts; read by the sealing itself.
    """

    case: Mapping[str, Any] | None = field(default=None, converter=_case, repr=False)
    place: Mapping[str, Any] | None = field(default=None, converter=_place, repr=False)
    note: str | None = field(default=None, converter=_note, repr=False)
    previous: Predecessor | None = None
    successor: Identity | None = field(default=None, converter=_successor, repr=False)
    left_out: tuple[str, ...] = field(default=(), repr=False)
    count: int = 0
    rows: ItemRows = field(factory=ItemRows, repr=False)

    def __len__(self) -> int:
        """Return the number of items."""
        return self.count

    def __bool__(self) -> bool:
        """Return True: a draft without items is still a draft."""
        return True

    def add(self, source: str | os.PathLike[str] | IO[bytes], **given: Unpack[ItemArguments]) -> Draft:
        """Return a draft with one more item; nothing is opened or read yet.

        Args:
            source: the path of a file, or a binary stream that is read when the draft is sealed, from where
                it stands now to its end. A stream has no name of its own: give `name=`, else there is none.
            **given: name, kind, title, language, description, origin, time, place, people, terms, derivation,
                extra; see `ItemArguments`.

        Raises:
            UsageError: a value that the format does not have; the message names the member. Or the stream is
                one of text, or closed.
            StorageError: the stream does not say where it stands.
        """
        return self._with(_name(given.get("name"), source), _source(source), pack_given(_fields(given)))

    def _with(self, name: bytes, source: Source, given: bytes = NOTHING_GIVEN) -> Draft:
        if self.count >= ITEMS:
            raise UsageError(f"draft: expected at most {ITEMS} items, found more")
        return evolve(self, rows=self.rows.append(self.count, name, source, given), count=self.count + 1)

    def described(self, fields: Mapping[int, Given]) -> Draft:
        """Return a draft in which items have other fields; a field that is not named stays.

        Args:
            fields: place of the item, from 0, to its fields.

        Raises:
            UsageError: no such item, or a value that the format does not have.
        """
        rows = self.rows.redescribed(self.count)
        for index, given in fields.items():
            if not 0 <= index < self.count:
                raise UsageError(f"draft: expected an item below {self.count}, found {index}")
            packed = rows.given[index]
            merged = given if packed is NOTHING_GIVEN else {**_unpack(packed), **given}
            rows.given[index] = rows.share(pack_given(merged))
        return evolve(self, rows=rows)

    def items(self) -> Iterator[DraftItem]:
        """Yield the items in the order of adding."""
        for name, given in self.rows.rows(self.count):
            yield DraftItem(name=name_value(name) if name else None, fields=_unpack(given))


def _fields(given: ItemArguments) -> dict[str, Any]:
    unknown = sorted(given.keys() - ItemArguments.__annotations__.keys())
    if unknown:
        raise UsageError(f"item: expected only arguments that the format has, found {unknown[0]}")
    members = {name: given.get(name) for name in ("title", "language", "description")}
    place, people = given.get("place"), given.get("people")
    return {
        "kind": _kind(
            given.get("kind"), {name: value for name, value in members.items() if value is not None}
        ),
        "origin": given.get("origin"),
        "time": given.get("time"),
        "place": {"description": place} if isinstance(place, str) else place,
        "people": people if people is None or isinstance(people, Mapping) else {"persons": people},
        "terms": given.get("terms"),
        "derivation": given.get("derivation"),
        "extra": given.get("extra"),
    }


def _kind(kind: str | Mapping[str, Any] | None, members: Mapping[str, object]) -> Mapping[str, Any] | None:
    given = {"kind": kind} if isinstance(kind, str) else dict(kind or {})
    return {**given, **members} or None


def _name(name: str | bytes | None, source: object) -> bytes:
    if name is None and isinstance(source, str | os.PathLike):
        name = Path(source).name
    return b"" if name is None else name_bytes(name)


def _source(source: str | os.PathLike[str] | IO[bytes]) -> Source:
    if isinstance(source, str | os.PathLike):
        return os.fspath(source)
    read = getattr(source, "read", None)
    if read is None:
        raise UsageError(
            "item: expected a path or a binary stream, found another object", hint="wrap bytes in io.BytesIO"
        )
    if hasattr(source, "encoding"):
        raise UsageError(
            "item: expected a binary stream, found one of text", hint='open the file with mode "rb"'
        )
    rewind = None
    with stream_errors():
        start = source.tell() if getattr(source, "seekable", lambda: False)() else None
    if start is not None:
        rewind = lambda: source.seek(start)  # noqa: E731 - a def would need the same closure in three lines
    return Stream(read, rewind)


def _unpack(packed: bytes) -> dict[str, Any]:
    values = zip(GIVEN_FIELDS, packed.split(b"\0"), strict=True)
    return {name: value for name, encoded in values if (value := orjson.loads(encoded)) is not None}
