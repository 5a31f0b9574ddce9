"""Every rule, by name. A rule that stands here can be named by a check."""

from __future__ import annotations

from itertools import chain
from typing import Final

from custody.profiles.rules.captures import CAPTURE_RULES
from custody.profiles.rules.certifying import CERTIFYING_RULES
from custody.profiles.rules.consent import CONSENT_RULES
from custody.profiles.rules.declared import DECLARED_RULES
from custody.profiles.rules.digests import DIGEST_RULES
from custody.profiles.rules.events import EVENT_RULES
from custody.profiles.rules.examinations import EXAMINATION_RULES
from custody.profiles.rules.findings import FINDING_RULES
from custody.profiles.rules.groups import GROUP_RULES
from custody.profiles.rules.handovers import HANDOVER_RULES
from custody.profiles.rules.identities import IDENTITY_RULES
from custody.profiles.rules.index import INDEX_RULES
from custody.profiles.rules.members import MEMBER_RULES
from custody.profiles.rules.names import NAME_RULES
from custody.profiles.rules.records import RECORD_RULES
from custody.profiles.rules.rule import Rule
from custody.profiles.rules.stamps import STAMP_RULES

_MODULES: Final[tuple[tuple[Rule, ...], ...]] = (
    MEMBER_RULES,
    DECLARED_RULES,
    GROUP_RULES,
    DIGEST_RULES,
    NAME_RULES,
    EVENT_RULES,
    FINDING_RULES,
    CERTIFYING_RULES,
    CAPTURE_RULES,
    CONSENT_RULES,
    HANDOVER_RULES,
    IDENTITY_RULES,
    INDEX_RULES,
    STAMP_RULES,
    RECORD_RULES,
    EXAMINATION_RULES,
)

RULES: Final[dict[str, Rule]] = {rule.name: rule for rule in chain.from_iterable(_MODULES)}
