"""The files of the bag, as functions of the rest."""

from __future__ import annotations

from custody.format.bag import (
    BAGIT_TXT,
    chunks_path,
    encode_bag_info,
    encode_manifest_line,
    encode_tag_manifest,
)


def test_bagit_txt_declares_version_and_encoding() -> None:
    """Exactly the two lines of RFC 8493, section 2.1.1."""
    assert BAGIT_TXT == b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"


def test_bag_info_has_three_lines() -> None:
    """The payload's size is written bytes first (RFC 8493, section 2.2.2)."""
    assert encode_bag_info("ab" * 16, files=2, payload_bytes=30) == (
        b"Bag-Software-Agent: custody bundle 1\n"
        b"External-Identifier: abababababababababababababababab\n"
        b"Payload-Oxum: 30.2\n"
    )


def test_a_manifest_line_is_what_sha256sum_prints() -> None:
    """Digest, two spaces, path, line feed."""
    assert encode_manifest_line("0" * 64, "data/000001.txt") == b"0" * 64 + b"  data/000001.txt\n"


def test_the_tag_manifest_is_sorted_bytewise_by_path() -> None:
    """Capital letters come before small ones, whatever the locale."""
    digests = {"custody/items.jsonl": "1" * 64, "custody/VERIFY.txt": "2" * 64, "bagit.txt": "3" * 64}
    paths = [line[66:] for line in encode_tag_manifest(digests).splitlines()]
    assert paths == [b"bagit.txt", b"custody/VERIFY.txt", b"custody/items.jsonl"]


def test_chunks_have_the_number_of_their_item() -> None:
    """At least six digits."""
    assert (chunks_path(7), chunks_path(1234567)) == (
        "custody/chunks/000007.sha256",
        "custody/chunks/1234567.sha256",
    )
