"""Items as exhibits: what a certificate says of each of them."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, frozen

from custody.exporting.view import ItemView
from custody.format.extension import payload_path

_ORIGINAL = "origin.original_digest"


@frozen(kw_only=True)
class OriginalDigest:
    """The digest of an original, as it was recorded when the copy was made and sealed with it.

    Attributes:
        algorithm: such as sha256.
        digest: hex digits.
        claimed_at: when it was computed, or None.
        equal: whether the item has the same digest; None where the item has none under this algorithm.
        claimed_match: what was recorded of whether the copy matched its original; None: nothing.
    """

    algorithm: str
    digest: str
    claimed_at: str | None = None
    equal: bool | None = None
    claimed_match: bool | None = None

    @property
    def differs(self) -> bool:
        """Whether the copy is another than the original, or was recorded as such."""
        return self.equal is False or self.claimed_match is False


@frozen(kw_only=True)
class Exhibit:
    """One item with its digests; all but these and the size is what the sealer said of it.

    Attributes:
        number: from 1; it is cited with the seal, and its file is named by it.
        label: what the court calls it, or None.
        claimed_name: its original name when that is open and text, else None.
        claimed_title: its title when open, else None.
        path: of its file, relative to the bundle.
        size_bytes: of its file.
        digests: algorithm and hex digits, sha256 first.
        original: what was recorded of its original, or None.
        claimed_origin: how it came: members of the field `origin` by their paths, such as "method".
    """

    number: int
    label: str | None = field(default=None, repr=False)
    claimed_name: str | None = field(default=None, repr=False)
    claimed_title: str | None = field(default=None, repr=False)
    path: str
    size_bytes: int
    digests: tuple[tuple[str, str], ...]
    original: OriginalDigest | None = None
    claimed_origin: Mapping[str, str] = field(factory=dict, repr=False, hash=False)

    @property
    def sha256(self) -> str:
        """Its SHA-256, 64 hex digits."""
        return dict(self.digests)["sha256"]


def exhibit_of(item: ItemView, label: str | None) -> Exhibit | None:
    """Return an item as an exhibit; None where its content is closed.

    Args:
        item: what is open of it.
        label: what the court calls it.
    """
    if item.content is None:
        return None
    facts = {path: str(value) for path, value in reversed(item.facts)}  # the first of several counts
    digests = item.digests
    return Exhibit(
        number=item.number,
        label=label,
        claimed_name=item.name,
        claimed_title=item.title,
        path=payload_path(item.number, item.content["ext"]),
        size_bytes=item.content["size"],
        digests=digests,
        original=_original(facts, dict(digests)),
        claimed_origin={
            path.removeprefix("origin."): value
            for path, value in facts.items()
            if path.startswith("origin.") and not path.startswith((_ORIGINAL, "origin.copy_digest"))
        },
    )


def _original(facts: Mapping[str, str], digests: Mapping[str, str]) -> OriginalDigest | None:
    algorithm, digest = facts.get(f"{_ORIGINAL}.algorithm"), facts.get(f"{_ORIGINAL}.digest")
    if algorithm is None or digest is None:
        return None
    own = digests.get(algorithm)
    return OriginalDigest(
        algorithm=algorithm,
        digest=digest,
        claimed_at=facts.get(f"{_ORIGINAL}.at"),
        equal=None if own is None else own == digest,
        claimed_match={"True": True, "False": False}.get(facts.get(f"{_ORIGINAL}.match", "")),
    )
