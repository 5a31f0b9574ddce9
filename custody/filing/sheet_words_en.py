"""What a contact sheet says, in English; `sheet_words_ar` says the same under the same keys."""

from __future__ import annotations

from typing import Final

WORDS: Final = {
    "title": "Contact sheet",
    "running": "Contact sheet of bundle {bundle}: derived pictures, not evidence",
    "page": "page {page} of {pages}",
    "what": (
        "These pictures were made from items of the bundle, to find an item by eye. They are small, changed"
        " and without the data that cameras write into files. They are no exhibits: an exhibit is cited by"
        " its number and checked against the seal."
    ),
    "proven": (
        "Each picture was made from the bytes that were sealed: the file was compared with its digest when it"
        " was read. What a picture shows, and whether that is true, is shown by no check."
    ),
    "confidential": "For those alone who may see the items.",
    "bundle": "Bundle",
    "seal": "Seal id",
    "verified": "Verified at",
    "items": "Items asked for",
    "all": "all, {items}",
    "drawn": "Drawn",
    "of": "{drawn} of {asked}",
    "pictures": "Pictures",
    "caption": "Item {number} · SHA-256 {digest} · derived picture, not evidence",
    "alt": "Small picture made from item {number}; derived, not evidence",
    "alt_frame": "One frame of the video in item {number}; derived, not evidence",
    "alt_fault": "Item {number} could not be drawn ({code})",
    "fault": "Item {number} · SHA-256 {digest} · could not be drawn ({code})",
    "not_drawn": "Not drawn",
    "not_drawn_caption": "Items that are not drawn, and why",
    "why": "Why",
    "numbers": "Items",
    "reason_terms": "not drawn: its terms",
    "reason_absent": "not drawn: its file is not in this copy",
    "reason_other": "not drawn: neither a picture nor a video",
    "terms_note": (
        "Not drawn because of its terms is what must not be shown, and also what does not say clearly enough"
        " that it may be: testimonies, people under protection, withdrawn consent, terms that are closed or"
        " limited."
    ),
    "closed_events": (
        "Closed events in the log of this copy: {count}. Whether one of them withdraws a consent cannot be"
        " seen here."
    ),
    "nothing": "None of the items is drawn.",
}
