"""Who is to receive: somebody with keys, other than who gives (DESIGN, "Keys and trust")."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final, TypeAlias

from custody.errors import UsageError
from custody.model.identity import Identity, is_identity
from custody.model.instant import Instant, decode_instant
from custody.storage.public_key import read_public_key
from custody.trust.trust import DatedKeySet, KeyStanding, SetMatch, Trust

AnyParty: TypeAlias = Identity | str | os.PathLike[str]
"""An identity, the path of a public key file, or a name of the trust."""

_ALWAYS: Final = decode_instant("1970-01-01T00:00:00Z")
_NAME_FILE: Final = "name the public key file that is meant"


def recipient_of(to: AnyParty, trust: Trust, at: Instant, *, thing: str = "recipient") -> Identity:
    """Return the identity that is meant by a public key file, or by a name of the trust.

    Args:
        to: an identity; the path of a public key file; a name of the trust, which stands for its newest set
            that counts now.
        trust: whom the actor accepts.
        at: now.
        thing: what he is, for messages.

    Raises:
        UsageError: an empty text, or no name and no path; RECIPIENT_UNKNOWN: neither a name of the trust nor
            a file (a folder is none); RECIPIENT_AMBIGUOUS: a name
            and a file, with different keys; RECIPIENT_KEY_TIME, RECIPIENT_KEY_SET: see `named_in`.
        BundleError, StorageError: a path that holds no public key file.
    """
    if isinstance(to, Identity):
        return to
    path = _text_of(to, thing)
    is_name = isinstance(to, str) and is_identity(path)
    named = named_in(trust, path, at) if is_name else None
    if is_name and (not os.path.lexists(path) or Path(path).is_dir()):
        if named is None:
            raise UsageError(
                f"{thing}: expected a public key file or a name of the trust, found neither",
                code="RECIPIENT_UNKNOWN",
                hint="name his public key file, or add him to your trust file: custody trust add",
            )
        return named
    if named is None:
        return read_public_key(path)
    if read_public_key(path).key_set != named.key_set:
        raise UsageError(
            f"{thing}: expected one meaning, found a name of the trust and a file with other keys",
            code="RECIPIENT_AMBIGUOUS",
            hint="write ./ before the name to mean the file",
        )
    return named


def _text_of(to: str | os.PathLike[str], thing: str) -> str:
    given: object = to
    if not isinstance(given, str | os.PathLike):
        raise UsageError(
            f"{thing}: expected an Identity, the path of a public key file or a name of the trust, found"
            " another object"
        )
    path = os.fspath(given)
    if not path:
        raise UsageError(f"{thing}: expected a name or a file, found an empty text", hint=_NAME_FILE)
    return str(path)


def named_in(trust: Trust, name: str, at: Instant) -> Identity | None:
    """Return an identity of the trust with its set that counts now, or None where the trust has no such name.

    Raises:
        UsageError: RECIPIENT_KEY_TIME: none of its sets counts now; RECIPIENT_KEY_SET: several do, and no one
            of them began after the others.
    """
    known = next((one for one in trust.identities if one.name == name), None)
    if known is None:
        return None
    counting = [one for one in known.sets if one.standing(not_after=at) is KeyStanding.COUNTS]
    if not counting:
        raise UsageError(
            f"{name}: expected a key set that counts now, found none",
            code="RECIPIENT_KEY_TIME",
            hint="add the present keys to your trust file: custody trust add",
        )
    latest = max(map(_start, counting))
    newest = [one for one in counting if _start(one) == latest]
    if len(newest) > 1:
        raise UsageError(
            f"{name}: expected one key set that counts now, found {len(newest)}",
            code="RECIPIENT_KEY_SET",
            hint=_NAME_FILE,
        )
    return Identity(name=name, key_set=newest[0].key_set)


def _start(dated: DatedKeySet) -> Instant:
    return _ALWAYS if dated.valid_from is None else dated.valid_from


def check_recipient(trust: Trust, to: Identity, actor: Identity, at: Instant) -> bool:
    """Refuse a recipient who could not receive.

    Returns:
        Whether the trust knows him; if not, what he signs will not count for it yet.

    Raises:
        UsageError: RECIPIENT_SELF: the actor himself; RECIPIENT_KEY_SET: a part of a key set of the trust;
            RECIPIENT_KEY_TIME: a set whose time the trust has ended.
    """
    found, own = trust.match(to.key_set.key_ids), trust.match(actor.key_set.key_ids)
    shared = set(to.key_set.key_ids) & set(actor.key_set.key_ids)
    if shared or (found.identity is not None and found.identity is own.identity):
        raise UsageError(
            "recipient: expected somebody else, found the one who signs",
            code="RECIPIENT_SELF",
            hint="on a second machine of your own, open a holding there: custody succeed",
        )
    if found.match is SetMatch.OTHER:
        raise UsageError(
            "recipient: expected a whole key set as in the trust, found a part of one, or a mixture",
            code="RECIPIENT_KEY_SET",
            hint=f"{_NAME_FILE}, with all its keys, or correct the trust file",
        )
    if found.dated_set is not None and found.dated_set.standing(not_after=at) is not KeyStanding.COUNTS:
        raise UsageError(
            "recipient: expected keys that count now, found a set whose time the trust has ended",
            code="RECIPIENT_KEY_TIME",
            hint="name the present key set of this identity",
        )
    return found.identity is not None
