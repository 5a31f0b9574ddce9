r"""Commitments to fields, and the leaf of an item (DESIGN, "Items" and "Events").

    commitment = SHA-256( canonical_json([salt, tag, field, value]) )
    entry      = "custody/item/1\n" || bundle id (16 bytes) || u64be(index) || the ten commitments
    leaf       = SHA-256( 0x00 || entry )

The ten salts of an item are cut from SHAKE-256 over its key, so that the key opens the whole item and one
salt opens one field. Values arrive as their canonical JSON bytes; this module only hashes. Sealing and
verifying call `leaf_of_open_item` once an item: it builds the JSON by concatenation, which is exact because a
salt is 64 hex digits, and tags and field names need no escapes.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256, shake_256
from typing import Final, Literal, TypeAlias

from custody.errors import UsageError
from custody.format.event_fields import EVENT_FIELDS
from custody.format.item_fields import ITEM_FIELDS

Tag: TypeAlias = Literal["item", "event", "attestation"]

KEY_BYTES: Final = 32
SALT_DIGITS: Final = 64
BUNDLE_ID_BYTES: Final = 16
COMMITMENT_BYTES: Final = 32
_FIELD_COUNT: Final = len(ITEM_FIELDS)
_SALTS_PREFIX: Final = b"custody/salts/1\n"
_SALTS_BYTES: Final = _FIELD_COUNT * SALT_DIGITS // 2
_LEAF_PREFIX: Final = b"\x00custody/item/1\n"
_MAX_INDEX: Final = (1 << 64) - 1
_NAMES: Final = {"item": ITEM_FIELDS, "event": EVENT_FIELDS, "attestation": EVENT_FIELDS}
# Copying a hash that has read the common start costs less than starting a new one.
_OPENED: Final = sha256(b'["')
_PLACES: Final = tuple(
    (slice(place * SALT_DIGITS, (place + 1) * SALT_DIGITS), f'","item","{name}",'.encode("ascii"))
    for place, name in enumerate(ITEM_FIELDS)
)


def item_salts(key: bytes) -> tuple[str, ...]:
    r"""Derive the ten salts of an item, in field order, 64 hex digits each.

    They are the ten 32-byte pieces of SHAKE-256("custody/salts/1\n" || key), 320 bytes.

    Raises:
        UsageError: the key does not have 32 bytes.
    """
    if len(key) != KEY_BYTES:
        raise UsageError("item key: expected 32 bytes, found another length")
    digits = shake_256(_SALTS_PREFIX + key).hexdigest(_SALTS_BYTES)
    return tuple(digits[place] for place, _ in _PLACES)


def encode_opening(tag: Tag, name: str, salt: str, encoded_value: bytes) -> bytes:
    """Spell what a commitment hashes: canonical `[salt, tag, field, value]`; of an event, the opening's file.

    Args:
        tag: what the field belongs to.
        name: the field.
        salt: 64 lower-case hex digits.
        encoded_value: canonical JSON of the value.

    Raises:
        UsageError: the tag has no such field, or the salt is none.
    """
    if name not in _NAMES[tag]:
        raise UsageError("field: expected one of the ten names, found another")
    if len(salt) != SALT_DIGITS or not set(salt) <= set("0123456789abcdef"):
        raise UsageError("salt: expected 64 hex digits, found another text")
    return b'["%b","%b","%b",%b]' % (
        salt.encode("ascii"),
        tag.encode("ascii"),
        name.encode("ascii"),
        encoded_value,
    )


def commitment_of(tag: Tag, name: str, salt: str, encoded_value: bytes) -> bytes:
    """Commit to one field, 32 bytes; arguments and errors as `encode_opening`."""
    return sha256(encode_opening(tag, name, salt, encoded_value)).digest()


def commitments_of_open_item(key: bytes, encoded_fields: Sequence[bytes]) -> list[bytes]:
    """Commit to all ten fields of an item under its key.

    Args:
        key: the item key, 32 bytes.
        encoded_fields: canonical JSON of each of the ten values, in field order; an absent one is `b"null"`.

    Returns:
        Ten commitments of 32 bytes each, in field order.

    Raises:
        UsageError: the key does not have 32 bytes, or there are not ten values.
    """
    if len(key) != KEY_BYTES or len(encoded_fields) != _FIELD_COUNT:
        raise UsageError("item: expected a key of 32 bytes and ten values, found others")
    salts = shake_256(_SALTS_PREFIX + key).hexdigest(_SALTS_BYTES).encode("ascii")
    start = _OPENED.copy
    commitments = []
    for (place, middle), value in zip(_PLACES, encoded_fields, strict=True):
        commitment = start()
        commitment.update(salts[place] + middle + value + b"]")
        commitments.append(commitment.digest())
    return commitments


def leaf_of_open_item(key: bytes, encoded_fields: Sequence[bytes], bundle_id: bytes, index: int) -> bytes:
    """Compute the leaf of an open item, 32 bytes.

    Args:
        key: the item key, 32 bytes.
        encoded_fields: canonical JSON of each of the ten values, in field order; an absent one is `b"null"`.
        bundle_id: the bundle's id, 16 bytes.
        index: the place of the item, from 0: its number less one.

    Raises:
        UsageError: a length, count or index is impossible.
    """
    return leaf_of_commitments(commitments_of_open_item(key, encoded_fields), bundle_id, index)


def leaf_of_commitments(commitments: Sequence[bytes], bundle_id: bytes, index: int) -> bytes:
    """Compute the leaf of an item from its ten commitments in field order, 32 bytes each.

    Args:
        commitments: of a partly open item, computed for the open fields and as stated for the closed ones.
        bundle_id: the bundle's id, 16 bytes.
        index: the place of the item, from 0: its number less one.

    Raises:
        UsageError: a length, count or index is impossible.
    """
    joined = b"".join(commitments)
    if len(commitments) != _FIELD_COUNT or len(joined) != _FIELD_COUNT * COMMITMENT_BYTES:
        raise UsageError("item: expected ten commitments of 32 bytes, found others")
    if len(bundle_id) != BUNDLE_ID_BYTES or not 0 <= index <= _MAX_INDEX:
        raise UsageError("item: expected a bundle id of 16 bytes and an index of 64 bits, found others")
    return sha256(_LEAF_PREFIX + bundle_id + index.to_bytes(8, "big") + joined).digest()
