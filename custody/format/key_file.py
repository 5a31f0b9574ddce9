"""Public key files, and key sets inside JSON files (bundle spec, "Key files").

    {"format":"custody/public-key/1","identity":"w-01","keys":[{"algorithm":"ed25519","spki":"<base64>"}, …]}

canonical JSON and one line feed. A one-line OpenSSH file of type ssh-ed25519 serves as well.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from typing import Any, Final

from custody.errors import FormatError, UsageError, VersionError
from custody.format.canonical import JSONInput, JSONValue, decode_json, encode_json
from custody.format.limits import KEY_FILE_BYTES
from custody.format.shape import Base64Text, Choice, IdentityName, Record, Sequence, Shape, check_shape
from custody.format.spki import decode_openssh_file, decode_spki
from custody.model.identity import Identity, KeyAlgorithm, KeySet

PUBLIC_KEY_FORMAT: Final = "custody/public-key/1"
_MAX_SPKI_BYTES: Final = 1974
KEY_ENTRY: Final = Record(
    required={
        "algorithm": Choice([algorithm.value for algorithm in KeyAlgorithm]),
        "spki": Base64Text(max_bytes=_MAX_SPKI_BYTES),
    }
)
KEY_ENTRIES: Final = Sequence(KEY_ENTRY, minimum=1, maximum=len(KeyAlgorithm))
PUBLIC_KEY_SHAPE: Final = Record(
    required={
        "format": Choice([PUBLIC_KEY_FORMAT]),
        "identity": IdentityName(),
        "keys": KEY_ENTRIES,
    }
)


def encode_key_set(key_set: KeySet) -> list[JSONInput]:
    """Spell a key set as JSON entries, the Ed25519 key first."""
    keys = sorted(key_set.keys, key=lambda key: key.algorithm.value)
    return [{"algorithm": key.algorithm.value, "spki": b64encode(key.spki).decode("ascii")} for key in keys]


def decode_key_set(entries: Any, *, member: str, pointer: str) -> KeySet:  # noqa: ANN401 - checked JSON
    """Read JSON entries that have the shape `KEY_ENTRIES`.

    Raises:
        FormatError: a key is not the DER form of its algorithm or no point of prime order, or the keys are no
            set of one Ed25519 key and at most one ML-DSA-65 key.
    """
    keys = [
        decode_spki(
            KeyAlgorithm(entry["algorithm"]),
            b64decode(entry["spki"]),
            member=member,
            pointer=f"{pointer}/{place}/spki",
        )
        for place, entry in enumerate(entries)
    ]
    try:
        return KeySet(keys=tuple(keys))
    except UsageError:
        raise FormatError(
            member,
            pointer=pointer,
            expected="one ed25519 key and at most one mldsa65 key",
            found="another set",
        ) from None


def decode_json_file(data: bytes, shape: Shape, *, member: str, limit: int, file_format: str) -> Any:  # noqa: ANN401
    """Read JSON of a closed shape that names its format; any spelling, nothing unknown, nothing twice.

    Args:
        data: the bytes.
        shape: what the value must be.
        member: the kind of file, for messages.
        limit: the greatest size accepted, in bytes.
        file_format: the value of its member `format`, such as `custody/trust/1`.

    Raises:
        LimitError: larger than `limit`.
        VersionError: another version of the same format.
        FormatError: anything else.
    """
    value: JSONValue = decode_json(data, member=member, limit=limit, canonical=False)
    stated = value.get("format") if isinstance(value, dict) else None
    family = file_format.rpartition("/")[0] + "/"
    if isinstance(stated, str) and stated.startswith(family) and stated != file_format:
        raise VersionError(
            f"{member}: expected {file_format}, found another version", hint="use a newer custody"
        )
    check_shape(shape, value, member)
    return value


def encode_public_key_file(identity: Identity) -> bytes:
    """Spell the public key file of an identity: canonical JSON and one line feed."""
    return (
        encode_json(
            {
                "format": PUBLIC_KEY_FORMAT,
                "identity": identity.name,
                "keys": encode_key_set(identity.key_set),
            }
        )
        + b"\n"
    )


def decode_public_key_file(
    data: bytes, *, name: str | None = None, member: str = "public key file"
) -> Identity:
    """Read a public key file, ours or a one-line OpenSSH one.

    Args:
        data: the bytes.
        name: the label to give the identity instead of the file's own; needed when an OpenSSH line has no
            comment that can serve as one.
        member: what is meant, for messages.

    Raises:
        FormatError: other bytes, or no name; code IDENTITY_MISSING.
        VersionError: a later version of the format.
        LimitError: larger than 64 KiB.
        UsageError: `name` cannot name an identity.
    """
    if data.startswith(b"ssh-"):
        key, comment = decode_openssh_file(data, member=member)
        label = name if name is not None else comment
        if label is None:
            raise FormatError(
                member,
                expected="a comment that names the identity",
                found="none",
                code="IDENTITY_MISSING",
                hint="say which name this key shall have, such as w-01",
            )
        return Identity(name=label, key_set=KeySet(keys=(key,)))
    value = decode_json_file(
        data, PUBLIC_KEY_SHAPE, member=member, limit=KEY_FILE_BYTES, file_format=PUBLIC_KEY_FORMAT
    )
    key_set = decode_key_set(value["keys"], member=member, pointer="/keys")
    stated = Identity(name=value["identity"], key_set=key_set)
    if encode_public_key_file(stated) != data:
        raise FormatError(member, expected="canonical JSON and one line feed", found="another spelling")
    return stated if name is None else Identity(name=name, key_set=key_set)
