"""Profiles: what a forum asks for, as data (`schemas/profiles/*.json`, format `custody/profile/1`).

Every legal statement in a profile that is marked as a draft needs a lawyer's review, and what is printed of
it says so.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping
from enum import Enum
from typing import Any, Final

from attrs import evolve, field, frozen

from custody.errors import FormatError, UsageError
from custody.format.canonical import decode_json
from custody.format.limits import MIB
from custody.format.scalar import describe
from custody.format.schema import schemas_folder
from custody.format.shape import (
    Boolean,
    Choice,
    Integer,
    Record,
    Schema,
    Sequence,
    ShapeError,
    Text,
    check_shape,
)
from custody.profiles.rules.registry import RULES
from custody.profiles.rules.rule import PATH, Rule, RuleKind
from custody.storage.named_file import read_named_file

FORMAT: Final = "custody/profile/1"
LANGUAGES: Final = ("en", "ar")
_NAME_PATTERN: Final = r"[a-z][a-z0-9-]{0,63}"
_NAME: Final = re.compile(_NAME_PATTERN)
_SUFFIX: Final = ".json"


class Severity(Enum):
    """What a gap means: an error keeps from submitting, a warning from relying, information from nothing."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Phase(Enum):
    """When a check can be asked first; one of the source phase is asked of bundles too.

    SOURCE: before sealing, of files and what is said of them. Afterwards it is too late to mend.
    BUNDLE: of a sealed bundle and what verification found.
    FILING: when the filing is prepared, of what the person who files states.
    """

    SOURCE = "source"
    BUNDLE = "bundle"
    FILING = "filing"


class ObjectKind(Enum):
    """What a required field belongs to."""

    BUNDLE = "bundle"
    ITEM = "item"
    SOURCE = "source"
    EVENT = "event"
    PERSON = "person"
    CONSENT = "consent"
    DERIVATION = "derivation"
    PROOF = "proof"
    VERIFICATION = "verification"
    DECLARANT = "declarant"


@frozen(kw_only=True)
class RequiredField:
    """One fact that a forum asks for, and where it has its home.

    Attributes:
        object: what it is a fact about.
        home: item, event, case, seal, stamp or filing: where it is found.
        member: the path to it there.
        checks: ids of the checks that ask about it; none where the format itself demands it.
    """

    object: ObjectKind
    home: str
    member: str
    checks: tuple[str, ...] = ()


@frozen(kw_only=True)
class Check:
    """One question of a profile.

    Attributes:
        id: stable, unique in the profile; printed as `profile/ID`.
        severity: what a gap means.
        phase: when it can be asked first.
        kind: whether a program or a named person answers.
        rule: the rule that asks.
        parameters: what the rule is told.
        text: what must hold, by language.
        remedy: what to do, by language.
        citation: what it rests on.
    """

    id: str
    severity: Severity
    phase: Phase
    kind: RuleKind
    rule: Rule = field(repr=False)
    parameters: Mapping[str, Any] = field(factory=dict, repr=False)
    text: Mapping[str, str] = field(repr=False)
    remedy: Mapping[str, str] = field(repr=False)
    citation: str = field(repr=False)


@frozen(kw_only=True)
class Profile:
    """What one forum asks for.

    Attributes:
        name: how it is called on the command line.
        version: of the profile; it grows with every change of a check.
        title: by language.
        anchors: the documents that it rests on.
        draft: no lawyer has reviewed it.
        fields: the facts that it asks for.
        checks: its questions, in the order in which they are printed.
        own_sha256: of a file of the caller's own, its SHA-256 in hex; "" of what comes with custody.
    """

    name: str
    version: int
    title: Mapping[str, str]
    anchors: tuple[str, ...]
    draft: bool
    fields: tuple[RequiredField, ...] = field(repr=False)
    checks: tuple[Check, ...] = field(repr=False)
    own_sha256: str = ""

    @property
    def unreviewed(self) -> bool:
        """Whether it is to be called a draft: custody cannot know who has reviewed somebody's own file."""
        return self.draft or bool(self.own_sha256)


class _Parameters:
    """Any object; the rule that a check names says more, and the reader asks it."""

    def check(self, value: object, pointer: str = "", /) -> None:
        """Refuse what is no object."""
        if type(value) is not dict:
            raise ShapeError(pointer, "an object", describe(value))

    def schema(self) -> Schema:
        """Return the schema of any object."""
        return {"type": "object"}


_LINE: Final = Text(max_characters=500)
_BOTH: Final = Record(required={language: Text(max_characters=2000) for language in LANGUAGES})
CHECK_ID: Final = Text(max_characters=16, pattern=r"[A-Z][A-Z0-9]{0,7}-[0-9]{2}[a-z]?")
_FIELD: Final = Record(
    required={
        "object": Choice(tuple(kind.value for kind in ObjectKind)),
        "home": Choice(("item", "event", "case", "seal", "stamp", "filing")),
        "member": PATH,
    },
    optional={"checks": Sequence(CHECK_ID, minimum=1, maximum=50, unique=True)},
)
_CHECK: Final = Record(
    required={
        "id": CHECK_ID,
        "severity": Choice(tuple(severity.value for severity in Severity)),
        "phase": Choice(tuple(phase.value for phase in Phase)),
        "kind": Choice(tuple(kind.value for kind in RuleKind)),
        "rule": Choice(tuple(RULES)),
        "text": _BOTH,
        "remedy": _BOTH,
        "citation": _LINE,
    },
    optional={"parameters": _Parameters()},
)
_PROFILE_NAME: Final = Text(max_characters=64, pattern=_NAME_PATTERN)
_VARIANT: Final = Record(required={"profile": _PROFILE_NAME, "title": _BOTH, "parameters": _Parameters()})
PROFILE_SHAPE: Final = Record(
    required={
        "format": Choice((FORMAT,)),
        "profile": _PROFILE_NAME,
        "version": Integer(1, 1_000_000),
        "title": _BOTH,
        "anchors": Sequence(_LINE, minimum=1, maximum=50),
        "draft": Boolean(),
        "fields": Sequence(_FIELD, minimum=0, maximum=500),
        "checks": Sequence(_CHECK, minimum=1, maximum=200),
    },
    optional={"variants": Sequence(_VARIANT, minimum=1, maximum=20)},
)


def decode_profile(data: bytes, *, member: str) -> Profile:
    """Read a profile strictly: closed, every rule known, its parameters of its shape, every id once.

    Args:
        data: the file.
        member: what to call it in messages.

    Raises:
        FormatError: it is no profile; names the first fault.
        LimitError: it is larger than a MiB.
    """
    return decode_profiles(data, member=member)[0]


def decode_profiles(data: bytes, *, member: str) -> tuple[Profile, ...]:
    """Read a profile as `decode_profile` does, and its variants after it.

    A variant has its own name and title, and other parameters for the checks that it names.
    """
    value: Any = decode_json(data, member=member, limit=MIB, canonical=False)
    check_shape(PROFILE_SHAPE, value, member)
    variants = enumerate(value.get("variants", ()))
    varied = [_varied(value, one, member, f"/variants/{place}") for place, one in variants]
    profiles = tuple(_profile(one, member) for one in (value, *varied))
    if len({profile.name for profile in profiles}) != len(profiles):
        raise FormatError(member, pointer="/variants", expected="each name once", found="one twice")
    return profiles


def _varied(
    value: Mapping[str, Any], variant: Mapping[str, Any], member: str, pointer: str
) -> Mapping[str, Any]:
    """Return a profile's file as one of its variants has it."""
    parameters = variant["parameters"]
    if not set(parameters) <= {check["id"] for check in value["checks"]}:
        raise FormatError(
            member, pointer=f"{pointer}/parameters", expected="ids of its checks", found="another one"
        )
    checks = [
        {**check, "parameters": parameters[check["id"]]} if check["id"] in parameters else check
        for check in value["checks"]
    ]
    return {**value, "profile": variant["profile"], "title": variant["title"], "checks": checks}


def _profile(value: Mapping[str, Any], member: str) -> Profile:
    checks = tuple(_check(one, member, f"/checks/{place}") for place, one in enumerate(value["checks"]))
    known = {check.id for check in checks}
    if len(known) != len(checks):
        raise FormatError(member, pointer="/checks", expected="each id once", found="one twice")
    fields = tuple(_field(one) for one in value["fields"])
    if not {name for one in fields for name in one.checks} <= known:
        raise FormatError(member, pointer="/fields", expected="ids of its checks", found="another one")
    return Profile(
        name=value["profile"],
        version=value["version"],
        title=value["title"],
        anchors=tuple(value["anchors"]),
        draft=value["draft"],
        fields=fields,
        checks=checks,
    )


def _field(value: Mapping[str, Any]) -> RequiredField:
    return RequiredField(
        object=ObjectKind(value["object"]),
        home=value["home"],
        member=value["member"],
        checks=tuple(value.get("checks", ())),
    )


def _check(value: Mapping[str, Any], member: str, pointer: str) -> Check:
    rule = RULES[value["rule"]]
    parameters = value.get("parameters", {})
    if rule.parameters is not None:
        check_shape(rule.parameters, parameters, member, f"{pointer}/parameters")
    elif parameters:
        raise FormatError(
            member, pointer=f"{pointer}/parameters", expected="none for this rule", found="some"
        )
    if rule.kind.value != value["kind"]:
        raise FormatError(
            member, pointer=f"{pointer}/kind", expected=f"{rule.kind.value} for this rule", found="another"
        )
    return Check(
        id=value["id"],
        severity=Severity(value["severity"]),
        phase=Phase(value["phase"]),
        kind=rule.kind,
        rule=rule,
        parameters=parameters,
        text=value["text"],
        remedy=value["remedy"],
        citation=value["citation"],
    )


def profile_names() -> tuple[str, ...]:
    """Return the names of the profiles that come with custody, ascending; without variants."""
    names = (file.name for file in (schemas_folder() / "profiles").iterdir())
    return tuple(sorted(name.removesuffix(_SUFFIX) for name in names if name.endswith(_SUFFIX)))


def variant_names() -> tuple[str, ...]:
    """Return the names of the variants of these profiles, each in the file of its profile."""
    return tuple(profile.name for name in profile_names() for profile in _shipped(name)[1:])


def _shipped(name: str) -> tuple[Profile, ...]:
    """Return a profile that comes with custody and its variants, or nothing where there is none."""
    file = schemas_folder() / "profiles" / f"{name}{_SUFFIX}"
    if _NAME.fullmatch(name) is None or not file.is_file():
        return ()
    return decode_profiles(file.read_bytes(), member=f"schemas/profiles/{name}{_SUFFIX}")


def _own(data: bytes) -> Profile:
    """Return a profile from a file of the caller's own, which can be mistaken for no other."""
    profile = decode_profile(data, member="profile")
    if profile.name in (*profile_names(), *variant_names()):
        raise UsageError(
            "profile: expected a name of its own in the file, found that of one that custody has",
            code="PROFILE_NAME",
            hint="change the member profile of your file",
        )
    return evolve(profile, own_sha256=hashlib.sha256(data).hexdigest())


def load_profile(name: str) -> Profile:
    """Return a profile that comes with custody or a variant of one, or one of the caller's own.

    Args:
        name: such as `core`; anything with a slash or the ending `.json` is the path of a file.

    Raises:
        UsageError: code PROFILE_UNKNOWN: none of this name; PROFILE_NAME: a file of the caller's own calls
            itself like one that comes with custody.
        FormatError: the file is no profile.
        StorageError: it cannot be read.
    """
    if name.endswith(_SUFFIX) or os.sep in name or "/" in name:
        return _own(read_named_file(name, MIB))
    if own := _shipped(name):
        return own[0]
    variants = [profile for one in profile_names() for profile in _shipped(one)[1:]]
    found = next((profile for profile in variants if profile.name == name), None)
    if found is None:
        names = (*profile_names(), *(profile.name for profile in variants))
        raise UsageError(
            "profile: expected the name of one that custody has, or the path of a file, found another",
            code="PROFILE_UNKNOWN",
            hint=f"profiles are {', '.join(sorted(names))}",
        )
    return found
