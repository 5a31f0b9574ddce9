"""The last parts of a report: what it does not show, and whom the verifier trusted."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from custody.filing.document import (
    Block,
    Bullets,
    Column,
    Heading,
    Inline,
    Pairs,
    Paragraph,
    Span,
    Table,
    Tone,
    exact,
)
from custody.filing.facts import FilingFacts
from custody.filing.language import Language, as_sentence
from custody.report.reason import Reason
from custody.report.report import Report
from custody.trust.trust import Authority, DatedKeySet, Trust, TrustedIdentity

_NOTHING: Inline = (Span("–"),)


def limits_part(facts: FilingFacts, language: Language) -> Iterator[Block]:
    """Yield what no verification shows, and what a reader of this report must not take from it."""
    yield Heading(text=language.text("limits_heading"))
    yield Paragraph(text=language.inline("draft"), tone=Tone.DRAFT)
    yield Paragraph(text=language.inline("limits_explained"))
    limits = (language.catalogue.limits[limit] for limit in facts.report.limits)
    yield Bullets(items=tuple(as_sentence(language.told(text)) for text in limits))
    keys = (
        "limit_signature",
        "limit_report",
        "limit_compromise",
        "limit_claimed",
        "limit_names",
        "limit_refuted",
    )
    yield Bullets(items=tuple(language.inline(key) for key in keys))


def anchors_part(facts: FilingFacts, language: Language) -> Iterator[Block]:
    """Yield whom the verifier trusted, with fingerprints, the tool, and every code of the findings."""
    trust = facts.trust
    yield Heading(text=language.text("anchors_heading"))
    yield Paragraph(text=language.inline("anchors_explained"))
    yield Pairs(rows=tuple(_sources(facts, language)))
    yield Heading(text=language.text("identities_heading"), level=2)
    if trust.identities:
        yield _identities(trust, language)
    else:
        yield Paragraph(text=language.inline("identities_none"))
    yield Heading(text=language.text("authorities_heading"), level=2)
    if trust.authorities:
        yield _authorities(trust, language)
    else:
        yield Paragraph(text=language.inline("authorities_none"))
    demands = tuple(_demands(trust, language))
    if demands:
        yield Heading(text=language.text("demands_heading"), level=2)
        yield Bullets(items=demands)
    yield Heading(text=language.text("codes_heading"), level=2)
    yield _codes(facts.report, language)


def _sources(facts: FilingFacts, language: Language) -> Iterator[tuple[str, Inline]]:
    digest = facts.trust_sha256
    yield language.words["trust_file"], language.inline("trust_no_file") if digest is None else exact(digest)
    yield language.words["tool"], exact(facts.tool)
    yield language.words["verified_at"], exact(str(facts.report.verified_at))
    claims = (language.told(language.catalogue.claims[claim]) for claim in facts.required)
    yield language.words["required"], language.listed(claims)


def _identities(trust: Trust, language: Language) -> Table:
    return Table(
        caption=language.text("identities_caption"),
        columns=(
            Column(title=language.words["column_name_of"], weight=3),
            Column(title=language.words["column_roles"], weight=2),
            Column(title=language.words["column_fingerprint"], weight=5),
            Column(title=language.words["column_times"], weight=3),
        ),
        rows=tuple(
            _identity(identity, dated, language) for identity in trust.identities for dated in identity.sets
        ),
    )


def _identity(identity: TrustedIdentity, dated: DatedKeySet, language: Language) -> tuple[Inline, ...]:
    roles = sorted(identity.roles, key=lambda role: role.value)
    times: list[Inline] = []
    if dated.valid_from is not None:
        times.append(language.inline("from_time", time=str(dated.valid_from)))
    if dated.valid_until is not None:
        times.append(language.inline("until_time", time=str(dated.valid_until)))
    if dated.compromised_since is not None:
        times.append(language.inline("compromised_since", time=str(dated.compromised_since)))
    return (
        exact(identity.name),
        language.listed(language.told(language.words[f"role_{role.value}"]) for role in roles) or _NOTHING,
        exact(dated.key_set.fingerprint),
        language.listed(times) or language.inline("always"),
    )


def _authorities(trust: Trust, language: Language) -> Table:
    return Table(
        caption=language.text("authorities_caption"),
        columns=(
            Column(title=language.words["column_authority"], weight=3),
            Column(title=language.words["column_root"], weight=6),
            Column(title=language.words["column_times"], weight=3),
        ),
        rows=tuple(row for authority in trust.authorities for row in _roots(authority, language)),
    )


def _roots(authority: Authority, language: Language) -> Iterator[tuple[Inline, ...]]:
    name = language.inline("authority_of", name=authority.name, operator=authority.operator)
    if authority.policy is not None:
        name = (*name, Span(" "), *language.inline("authority_policy", policy=authority.policy))
    for root in authority.roots:
        times: list[Inline] = []
        if root.valid_from is not None:
            times.append(language.inline("from_time", time=str(root.valid_from)))
        if root.valid_until is not None:
            times.append(language.inline("until_time", time=str(root.valid_until)))
        yield (
            name,
            exact(hashlib.sha256(root.certificate).hexdigest()),
            language.listed(times) or language.inline("always"),
        )


def _demands(trust: Trust, language: Language) -> Iterator[Inline]:
    for threshold in trust.thresholds:
        yield language.inline("demand_signers", type=threshold.event_type, count=threshold.identities)
    for end in trust.algorithm_ends:
        yield language.inline("demand_algorithm", algorithm=end.algorithm, time=str(end.until))


def _codes(report: Report, language: Language) -> Table:
    found: dict[Reason, int] = {}
    for finding in report.findings:
        found[finding.reason] = found.get(finding.reason, 0) + 1
    return Table(
        caption=language.text("codes_caption"),
        columns=(
            Column(title=language.words["column_code"], weight=4),
            Column(title=language.words["column_indication"], weight=3),
            Column(title=language.words["column_sub_indication"], weight=5),
            Column(title=language.words["column_times_found"], weight=1),
        ),
        rows=tuple(
            (
                exact(reason.name),
                exact(reason.indication),
                exact(reason.sub_indication) if reason.sub_indication else _NOTHING,
                exact(str(count)),
            )
            for reason, count in found.items()
        ),
    )
