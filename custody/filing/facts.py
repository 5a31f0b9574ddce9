"""What a filing is about, as values: a verified bundle, its items and its log, read once."""

from __future__ import annotations

from enum import Enum

from attrs import field, frozen

from custody.format.verify_facts import SealFacts
from custody.report.claim import DEFAULT_CLAIMS, Claim
from custody.report.report import Report
from custody.report.timeline import Timeline
from custody.trust.trust import Trust

_CITED_DIGITS = 8


class ItemState(Enum):
    """How much of an item is in this copy.

    OPEN: every field.
    PARTLY_OPEN: some fields.
    WITHHELD: its leaf alone.
    ERASED: a counted event says that it was erased.
    PADDING: it stands for nothing; it hides how many items there are.
    UNREADABLE: its line is not in the form of the format.
    """

    OPEN = "open"
    PARTLY_OPEN = "partly-open"
    WITHHELD = "withheld"
    ERASED = "erased"
    PADDING = "padding"
    UNREADABLE = "unreadable"


@frozen(kw_only=True)
class ListedItem:
    """One item as an exhibit list names it.

    Attributes:
        number: from 1; with the seal id it identifies the item, its name never does.
        state: how much of it is here.
        claimed_name: its original name, believed by nobody; None where it has none or it is closed.
        claimed_type: its media type, or None.
        size_bytes: of its file; None where the content is closed or there is none.
        sha256: of its file, 64 hex digits, or None.
        path: where its file lies in the bundle, or "".
        codes: the reason codes of what verification found against it.
        as_sealed: whether verification shows that what is here of it is what was sealed.
    """

    number: int
    state: ItemState
    claimed_name: str | None = field(default=None, repr=False)
    claimed_type: str | None = None
    size_bytes: int | None = None
    sha256: str | None = None
    path: str = ""
    codes: tuple[str, ...] = ()
    as_sealed: bool = False


@frozen(kw_only=True)
class Asked:
    """What whoever ran the verification gave besides the trust, and a report has to say.

    Attributes:
        moment_chosen: whether the moment that counts as now was given, and not read from the clock.
        head: the id of the head that custody was asked about alone; None: every head.
        expected_seal: whether the id of the seal was given.
        receipts: how many receipts, or other copies, were given.
    """

    moment_chosen: bool = False
    head: str | None = None
    expected_seal: bool = False
    receipts: int = 0


@frozen(kw_only=True)
class FilingFacts:
    """All that a report needs; it is a pure function of this and a language.

    Attributes:
        report: what verification found.
        trust: whom the verifier accepts.
        items: every item, ascending; empty where the list of items cannot be read.
        unread_items: whether the list of items ended early or could not be read.
        timeline: the log event by event; None without a seal that it could be judged by.
        seal: the signers of the seal with their public keys; None where it does not say them.
        trust_sha256: of the trust file, or None where the trust came from no file.
        required: the claims that decide on the exit code.
        tool: name and version of the program.
        asked: what was given besides the trust.
    """

    report: Report
    trust: Trust
    items: tuple[ListedItem, ...] = field(default=(), repr=False)
    unread_items: bool = False
    timeline: Timeline | None = None
    seal: SealFacts | None = None
    trust_sha256: str | None = None
    required: tuple[Claim, ...] = DEFAULT_CLAIMS
    tool: str = "custody"
    asked: Asked = field(factory=Asked)


def citation_of(seal_id: str | None, number: int) -> str:
    """Return how an item is cited: the beginning of the seal's id and its number, `3fa85f64…/000017`."""
    return f"{(seal_id or '?')[:_CITED_DIGITS]}…/{number:06d}"
