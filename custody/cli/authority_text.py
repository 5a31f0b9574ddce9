"""How time authorities and their roots are shown."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence

from custody.errors import FormatError
from custody.format.authority_list import ListedAuthority, ListedRoot
from custody.format.root_file import RootCertificate, decode_root_certificate
from custody.model.instant import Instant
from custody.present.display import quote
from custody.trust.trust import Authority, TrustedRoot

_GROUP = re.compile("....")
_HEADINGS = ("name", "country", "qualified", "root", "operator")
_DATE = 10


def grouped(fingerprint: str) -> str:
    """Return 64 hex digits in groups of four, to be compared by eye."""
    return " ".join(_GROUP.findall(fingerprint))


def list_rows(listed: Iterable[ListedAuthority]) -> Iterator[str]:
    """Yield a heading and one row an authority, in columns."""
    rows = [_HEADINGS] + [
        (
            one.name,
            one.country,
            one.qualified.value,
            "bring it" if one.needs_root else "in the list",
            one.operator,
        )
        for one in listed
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADINGS) - 1)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=False))
        yield "  ".join((*cells, row[-1]))


def show_lines(listed: ListedAuthority) -> Iterator[str]:
    """Yield all that the list says of an authority."""
    yield f"name: {listed.name}"
    yield f"title: {listed.title}"
    yield f"operator: {listed.operator} ({listed.country})"
    yield f"url: {listed.url or 'not recorded'}"
    yield f"contacted: {listed.contacted}"
    yield (
        f"qualified: {listed.qualified.value}, as recorded on {listed.qualified_recorded_on}"
        " (draft, to be reviewed by a lawyer)"
    )
    yield f"  {listed.qualified_source}"
    for policy in listed.policies_seen:
        yield f"policy seen: {policy}"
    for root in listed.roots:
        yield from _listed_root_lines(root)
    yield from (f"note: {note}" for note in listed.notes)
    yield from (f"source: {source}" for source in listed.sources)


def _listed_root_lines(root: ListedRoot) -> Iterator[str]:
    yield f"root: {root.subject}"
    yield f"  sha-256: {grouped(root.fingerprint)}"
    if root.not_before is not None and root.not_after is not None:
        yield f"  valid: {root.not_before[:_DATE]} to {root.not_after[:_DATE]}"
    where = "in the list" if root.certificate is not None else "not in the list: bring it with --root"
    yield f"  certificate: {where}"
    if root.published_at is not None:
        yield f"  published at: {root.published_at}"
    yield f"  basis: {root.basis}"


def added_lines(authority: Authority, roots: Sequence[RootCertificate]) -> Iterator[str]:
    """Yield an authority that was added to a trust, with the roots that were."""
    yield f"time authority: {quote(authority.name)}, run by {quote(authority.operator)}"
    for root in roots:
        yield from _certificate_lines(root)


def trusted_lines(authority: Authority) -> Iterator[str]:
    """Yield an authority of a trust with all its roots."""
    yield f"time authority: {quote(authority.name)}, run by {quote(authority.operator)}"
    if authority.url is not None:
        yield f"  url: {quote(authority.url)}"
    if authority.policy is not None:
        yield f"  policy: {authority.policy}"
    for root in authority.roots:
        try:
            yield from _certificate_lines(decode_root_certificate(root.certificate))
        except FormatError as error:
            yield f"  root: expected {error.expected}, found {error.found}: it proves nothing"
            yield f"    sha-256: {grouped(hashlib.sha256(root.certificate).hexdigest())}"
        yield from (f"    trusted{dates}" for dates in _trust_dates(root))


def _certificate_lines(root: RootCertificate) -> Iterator[str]:
    """Yield what there is to say of a root certificate; its subject is quoted, for it is a claim."""
    yield f"  root: {quote(root.claimed_subject)}"
    yield f"    sha-256: {grouped(root.fingerprint)}"
    yield f"    valid: {_day(root.not_before)} to {_day(root.not_after)}"
    if not root.self_issued:
        yield "    issued by another certificate, not by itself: the chain ends here all the same"


def _trust_dates(root: TrustedRoot) -> Iterator[str]:
    named = (("from", root.valid_from), ("until", root.valid_until))
    told = "".join(f" {name} {moment}" for name, moment in named if moment is not None)
    if told:
        yield told


def _day(moment: Instant) -> str:
    return str(moment)[:_DATE]
