"""The page on paper: it restores the key file byte for byte, and names the line that was mistyped."""

from __future__ import annotations

import hashlib
import os
import re

import pytest

from custody.errors import FormatError, SignerError, UsageError
from custody.keys.backup import decode_backup_page, encode_backup_page, restore_key_file
from custody.keys.key_file import KdfCost, create_key

KEY_FILE, SIGNER = create_key(
    "archive.north-01", random=os.urandom, passphrase=b"x", cost=KdfCost(1, 8 * 1024 * 1024)
)
PAGE = encode_backup_page(KEY_FILE)
LINES = [line.strip() for line in PAGE.splitlines() if line.startswith("    K")]


def test_the_page_restores_the_file() -> None:
    """Page and passphrase give back the same bytes."""
    assert restore_key_file(decode_backup_page(PAGE), lambda: b"x") == KEY_FILE


def test_the_page_without_its_passphrase_restores_nothing() -> None:
    """Another passphrase is refused."""
    with pytest.raises(SignerError) as caught:
        restore_key_file(decode_backup_page(PAGE), lambda: b"y")
    assert caught.value.code == "PASSPHRASE_WRONG"


def test_the_page_speaks_english_and_arabic() -> None:
    """It says what it is, whose it is, and what to type."""
    assert PAGE.startswith("CUSTODY KEY BACKUP\n")
    assert "نسخة احتياطية" in PAGE
    assert SIGNER.identity.key_set.fingerprint in PAGE
    assert f"K1 to K{len(LINES)}" in PAGE
    assert all(len(line) <= 110 for line in PAGE.splitlines())


def test_ten_lines_suffice() -> None:
    """A page that a person can type: ten lines of 36 digits."""
    assert len(LINES) == 10


TYPED = {
    "lines alone": "\n".join(LINES),
    "another order": "\n".join(reversed(LINES)),
    "small letters": "\n".join(LINES).lower(),
    "no spaces": "\n".join(line.replace(" ", "") for line in LINES),
    "hyphens": "\n".join(re.sub(r"(?<=\w) (?=\w)", "-", line) for line in LINES),
    "quoted in a letter": "\r\n".join(f"> {line}  " for line in LINES),
    "a line twice": "\n".join([*LINES, LINES[3]]),
    "o for 0, l and i for 1": "\n".join(
        line[:4] + line[4:].replace("0", "O").replace("1", "l", 1).replace("1", "i") for line in LINES
    ),
}


@pytest.mark.parametrize("text", TYPED.values(), ids=TYPED)
def test_how_people_type_does_not_matter(text: str) -> None:
    """Spaces, letter case, order and look-alike digits are forgiven."""
    assert decode_backup_page(text) == decode_backup_page(PAGE)


def mistyped(number: int, place: int) -> str:
    """The page's lines with one digit of a line exchanged for another."""
    line = LINES[number - 1]
    other = "A" if line[place] != "A" else "B"
    changed = line[:place] + other + line[place + 1 :]
    return "\n".join([*LINES[: number - 1], changed, *LINES[number:]])


@pytest.mark.parametrize("number", range(1, 11))
@pytest.mark.parametrize("place", [5, 20, 43, 46, 49])
def test_a_mistyped_digit_names_its_line(number: int, place: int) -> None:
    """Any digit, also one of the last four."""
    with pytest.raises(FormatError, match=f"line K{number}:") as caught:
        decode_backup_page(mistyped(number, place))
    assert caught.value.hint == f"compare line K{number} with the paper"


WRONG = {
    "K4": "\n".join(LINES[:3] + LINES[4:]),
    "K1": "\n".join(LINES[1:]),
    "K10": "\n".join(LINES[:-1]),
    "K2": "\n".join([LINES[0], "K2 " + LINES[2][3:], *LINES[2:]]),
    "K3": "\n".join([*LINES[:2], LINES[2].replace("=", "U="), *LINES[3:]]),
    "K5": "\n".join([*LINES[:4], LINES[4][:-1], *LINES[5:]]),
    "K6": "\n".join([*LINES[:5], LINES[5].replace(" = ", " 0 = "), *LINES[6:]]),
}


@pytest.mark.parametrize(("line", "text"), WRONG.items())
def test_what_is_wrong_names_the_line(line: str, text: str) -> None:
    """Missing, swapped, too short, too long, impossible: the line is named."""
    with pytest.raises(FormatError, match=f"line {line}:"):
        decode_backup_page(text)


def test_a_line_of_another_page_is_noticed() -> None:
    """Two pages mixed up hold one line twice with different digits, or none that fits."""
    other, _ = create_key("w-02", random=os.urandom, passphrase=b"x", cost=KdfCost(1, 8 * 1024 * 1024))
    with pytest.raises(FormatError, match="two different ones"):
        decode_backup_page(PAGE + encode_backup_page(other))


ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def spelt(content: bytes) -> str:
    """The lines of any content, written from the formula in the specification."""

    def digits(data: bytes, count: int) -> str:
        bits = "".join(f"{byte:08b}" for byte in data)
        return "".join(ALPHABET[int(bits[place : place + 5], 2)] for place in range(0, 5 * count, 5))

    lines = []
    for number, start in enumerate(range(0, len(content), 20), start=1):
        part = content[start : start + 20].ljust(20, b"\0")
        check = hashlib.sha256(b"custody/backup/1\n" + bytes([number]) + part).digest()
        lines.append(f"K{number}: {digits(part, 32)} = {digits(check, 4)}")
    return "\n".join(lines)


def content_of(
    *, version: int = 1, length: int = 185, opslimit: int = 1, name: bytes = b"w-01", more: int = 0
) -> bytes:
    """The content of a page with one thing changed."""
    start = bytes([version]) + length.to_bytes(2, "big") + bytes([opslimit]) + (1 << 23).to_bytes(4, "big")
    return start + bytes(16 + 24 + 133) + name + bytes(more)


def test_the_formula_is_the_format() -> None:
    """A page spelt by the formula is read."""
    page = decode_backup_page(spelt(content_of()))
    assert (page.claimed_name, page.protected.cost) == ("w-01", KdfCost(1, 1 << 23))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (content_of(version=2), "version 1"),
        (content_of(length=181), "possible length"),
        (content_of(length=246), "possible length"),
        (content_of(more=20), "K11: expected 10 lines, found more"),
        (content_of(opslimit=11), "cost"),
        (content_of(name=b"W 01"), "name of an identity"),
        (content_of(name=b"w\xff01"), "name of an identity"),
    ],
)
def test_an_impossible_page_is_refused(content: bytes, said: str) -> None:
    """Lines that fit their digits can still say what no page says."""
    with pytest.raises(FormatError, match=said):
        decode_backup_page(spelt(content))


@pytest.mark.parametrize("text", ["", "nothing to see", "K1", "\ud800", "K1: = "])
def test_no_page_is_no_page(text: str) -> None:
    """Any text gives an error that names the first line."""
    with pytest.raises(FormatError, match="K1"):
        decode_backup_page(text)


def test_a_library_is_no_page() -> None:
    """The size is looked at first."""
    with pytest.raises(FormatError, match="one page"):
        decode_backup_page("x" * 100_000)


def test_an_unprotected_key_is_not_printed() -> None:
    """On paper it would be the key itself."""
    unprotected, _ = create_key("w-01", random=os.urandom, passphrase=None)
    with pytest.raises(UsageError, match="unprotected"):
        encode_backup_page(unprotected)
