r"""A key on paper: a page that restores the key file, byte for byte, with the passphrase and nothing else.

Public keys follow from the secrets, so the page carries only name, box, salt and cost: some 320 digits in
lines that a person can type. Each line ends in four digits computed from its number and content, so that a
mistyped, swapped or missing line is named.

    content = 0x01 || length of the content (2 bytes) || opslimit (1) || memlimit (4)
              || salt (16) || nonce (24) || box (133) || name
    line n  = "K" n ": " 32 digits in groups of four, then "= " and 4 digits: the first 20 bits of
              SHA-256("custody/backup/1\n" || n (1 byte) || the 20 bytes of the line)

The last line is filled up with zero bytes. Digits are Crockford's base32: no I, L, O, U; when read, I and L
count as 1, O as 0, and small letters as capitals.
"""

from __future__ import annotations

import hashlib
import re
from typing import Final

from attrs import frozen

from custody.errors import FormatError, UsageError
from custody.keys.key_file import (
    BOX_BYTES,
    NONCE_BYTES,
    SALT_BYTES,
    KdfCost,
    Passphrase,
    ProtectedSecret,
    decode_key_file,
    encode_protected_key,
    open_protected,
)
from custody.model.identity import is_identity

MEMBER: Final = "backup page"
_VERSION: Final = 1
_TAG: Final = b"custody/backup/1\n"
_LINE_BYTES: Final = 20
_LINE_DIGITS: Final = 32
_GROUP: Final = 4
_CHECK_DIGITS: Final = 4
_DIGITS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALUES: Final = {digit: value for value, digit in enumerate(_DIGITS)} | {"I": 1, "L": 1, "O": 0}
_LENGTH_AT: Final = slice(1, 3)
_FIXED_BYTES: Final = 8 + SALT_BYTES + NONCE_BYTES + BOX_BYTES
_MAX_CONTENT_BYTES: Final = _FIXED_BYTES + 64
_MAX_PAGE_CHARACTERS: Final = 64 * 1024
_LINE: Final = re.compile(
    r"[ \t>|]*[Kk][ \t]*([0-9]{1,2})[ \t]*[:.][ \t]*([0-9A-Za-z \t-]*)[=][ \t]*([0-9A-Za-z \t-]*)"
)

_ENGLISH: Final = """\
CUSTODY KEY BACKUP

Identity:     {name}
Fingerprint:  {fingerprint}

This page and the passphrase together are the key: whoever has both can sign as this identity. Keep them in
different places. Without the passphrase the page restores nothing.
To restore: type the lines K1 to K{count} into a text file (spaces and capitals do not matter), then run

    custody key restore FILE --out KEY
"""
_ARABIC: Final = """\
نسخة احتياطية من مفتاح custody

هذه الصفحة وعبارة المرور معا هما المفتاح: من يملك الاثنتين يستطيع التوقيع باسم هذه الهوية. احفظهما في مكانين
مختلفين. لا تعيد هذه الصفحة شيئا من دون عبارة المرور.
للاستعادة: اكتب الأسطر من K1 إلى K{count} في ملف نصي (لا أهمية للمسافات ولا لحجم الحروف)، ثم نفذ الأمر أعلاه.
"""


@frozen(kw_only=True)
class BackupPage:
    """What a page says; nothing of it is opened.

    Attributes:
        claimed_name: the identity.
        protected: the box.
    """

    claimed_name: str
    protected: ProtectedSecret


def _digits_of(data: bytes, digits: int) -> str:
    """Spell the first 5 * `digits` bits of some bytes, the highest first."""
    number = int.from_bytes(data, "big") >> (8 * len(data) - 5 * digits)
    return "".join(_DIGITS[number >> 5 * place & 31] for place in reversed(range(digits)))


def _check_of(number: int, part: bytes) -> str:
    return _digits_of(hashlib.sha256(_TAG + bytes([number]) + part).digest(), _CHECK_DIGITS)


def encode_backup_page(key_file: bytes) -> str:
    """Make the page of a protected key file, English and Arabic, plain text to be printed.

    Raises:
        UsageError: the key file is unprotected: on paper it would be the key itself.
        FormatError, VersionError, LimitError: it is no key file.
    """
    found = decode_key_file(key_file)
    if found.protected is None:
        raise UsageError(
            "backup page: expected a protected key, found an unprotected one",
            hint="make a new key with a passphrase; a printed page without one would be the key itself",
        )
    identity, protected = found.claimed_identity, found.protected
    name = identity.name.encode("ascii")
    content = b"".join(
        (
            bytes([_VERSION]),
            (_FIXED_BYTES + len(name)).to_bytes(2, "big"),
            bytes([protected.cost.opslimit]),
            protected.cost.memlimit.to_bytes(4, "big"),
            protected.salt,
            protected.nonce,
            protected.box,
            name,
        )
    )
    lines = []
    for start in range(0, len(content), _LINE_BYTES):
        number = start // _LINE_BYTES + 1
        part = content[start : start + _LINE_BYTES].ljust(_LINE_BYTES, b"\0")
        digits = _digits_of(part, _LINE_DIGITS)
        groups = " ".join(digits[place : place + _GROUP] for place in range(0, _LINE_DIGITS, _GROUP))
        lines.append(f"    K{number:<2}: {groups} = {_check_of(number, part)}\n")
    english = _ENGLISH.format(name=identity.name, fingerprint=identity.key_set.fingerprint, count=len(lines))
    return f"{english}\n{''.join(lines)}\n{_ARABIC.format(count=len(lines))}"


def decode_backup_page(text: str) -> BackupPage:
    """Read a page, or only its lines K1, K2, …, as a person typed them; everything else on it is passed over.

    Raises:
        FormatError: a line is mistyped, missing, or there twice with different digits; the error names it.
    """
    if len(text) > _MAX_PAGE_CHARACTERS:
        raise FormatError(MEMBER, expected="one page", found="a longer text")
    parts: dict[int, bytes] = {}
    for line in text.splitlines():
        if found := _LINE.fullmatch(line.rstrip()):
            number = int(found[1])
            part = _part_of(number, found[2], found[3])
            if parts.setdefault(number, part) != part:
                raise _fault(number, "it once", "two different ones")
    return _page_of(_joined(parts))


def _fault(number: int, expected: str, found: str) -> FormatError:
    return FormatError(
        f"{MEMBER} line K{number}",
        expected=expected,
        found=found,
        hint=f"compare line K{number} with the paper",
    )


def _values_of(typed: str) -> list[int] | None:
    values = [_VALUES.get(digit) for digit in re.sub(r"[ \t-]", "", typed).upper()]
    return None if None in values else [value for value in values if value is not None]


def _part_of(number: int, typed: str, typed_check: str) -> bytes:
    values, check = _values_of(typed), _values_of(typed_check)
    if values is None or check is None:
        raise _fault(number, "digits and letters other than U", "another character")
    if len(values) != _LINE_DIGITS or len(check) != _CHECK_DIGITS:
        raise _fault(number, f"{_LINE_DIGITS} and {_CHECK_DIGITS} digits", f"{len(values)} and {len(check)}")
    joined = 0
    for value in values:
        joined = joined << 5 | value
    part = joined.to_bytes(_LINE_BYTES, "big")
    if _check_of(number, part) != "".join(_DIGITS[value] for value in check):
        raise _fault(number, "digits that fit their last four", "a mistyped one")
    return part


def _joined(parts: dict[int, bytes]) -> bytes:
    """Put the lines together; the first one tells how many there are."""
    if 1 not in parts:
        raise _fault(1, "it", "none")
    if parts[1][0] != _VERSION:
        raise FormatError(MEMBER, expected="version 1", found="another", hint="use a newer custody")
    size_bytes = int.from_bytes(parts[1][_LENGTH_AT], "big")
    if not _FIXED_BYTES < size_bytes <= _MAX_CONTENT_BYTES:
        raise _fault(1, "a possible length", "another")
    count = -(-size_bytes // _LINE_BYTES)
    for number in range(1, count + 1):
        if number not in parts:
            raise _fault(number, "it", "none")
    if len(parts) != count:
        raise _fault(max(parts), f"{count} lines", "more")
    joined = b"".join(parts[number] for number in range(1, count + 1))
    return joined[:size_bytes]


def _page_of(content: bytes) -> BackupPage:
    salt_at = 8
    nonce_at = salt_at + SALT_BYTES
    box_at = nonce_at + NONCE_BYTES
    name = content[_FIXED_BYTES:].decode("ascii", errors="replace")
    try:
        cost = KdfCost(content[3], int.from_bytes(content[4:salt_at], "big"))
    except UsageError:
        raise _fault(1, "a cost that is accepted", "another") from None
    if not is_identity(name):
        raise FormatError(MEMBER, expected="the name of an identity", found="another text")
    protected = ProtectedSecret(
        cost=cost,
        salt=content[salt_at:nonce_at],
        nonce=content[nonce_at:box_at],
        box=content[box_at:_FIXED_BYTES],
    )
    return BackupPage(claimed_name=name, protected=protected)


def restore_key_file(page: BackupPage, passphrase: Passphrase) -> bytes:
    """Restore the key file of a page, byte for byte as it was when the page was made.

    Args:
        page: from `decode_backup_page`.
        passphrase: asked once.

    Raises:
        SignerError: another passphrase (PASSPHRASE_WRONG), or too little memory (KEY_MEMORY).
    """
    signer = open_protected(page.protected, page.claimed_name, passphrase)
    return encode_protected_key(signer.identity, page.protected)
