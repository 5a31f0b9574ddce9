"""The language of certificates: their words, and blanks for what nobody has said."""

from __future__ import annotations

from typing import Final

from attrs import frozen

from custody.filing.certificate import CertificateFacts, Kind
from custody.filing.document import Heading, Inline, Paragraph, Span, SpanKind
from custody.filing.language import Language, Value, claimed

CERTIFICATE_WORDS: Final = "certificate_words"


@frozen(kw_only=True)
class Writer:
    """What every part of a certificate is written with.

    Attributes:
        facts: what is known.
        kind: which document.
        language: its words.
        aid: whether this is a translation beside the text that is sworn.
    """

    facts: CertificateFacts
    kind: Kind
    language: Language
    aid: bool = False

    def text(self, key: str) -> str:
        """Return words without arguments."""
        return self.language.words[key]

    def inline(self, key: str, **arguments: Value) -> Inline:
        """Return words with what is filled in."""
        return self.language.inline(key, **arguments)

    def strong(self, key: str) -> Inline:
        """Return emphasised words."""
        return self.language.strong(key)

    def heading(self, key: str) -> Heading:
        """Return the heading of a part."""
        return Heading(text=self.text(key))

    def sentence(self, key: str, **arguments: Value) -> Paragraph:
        """Return a paragraph of words with what is filled in."""
        return Paragraph(text=self.inline(key, **arguments))

    def given(self, text: str) -> Inline:
        """Return words of the declarant, set apart from ours."""
        return (claimed(text),)

    def missing(self, what: str) -> Inline:
        """Return a visible blank for what nobody has said.

        Args:
            what: key of the words that say what belongs there.
        """
        text = self.language.text("missing", what=self.text(what))
        return (Span(f"[{text}]", SpanKind.STRONG),)

    def said(self, path: str, what: str | None = None) -> Inline:
        """Return what the declaration says under a path, or a visible blank.

        Args:
            path: such as "declarant.name".
            what: key of the words of the blank; made from the last part of the path unless given.
        """
        text = self.facts.declaration.get(path)
        if text is not None:
            return self.given(text)
        return self.missing(what or f"what_{path.rpartition('.')[2]}")
