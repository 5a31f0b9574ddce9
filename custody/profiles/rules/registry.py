"""Every rule, by name. A rule that stands here can be named by a check."""

from __future__ import annotations

from typing import Final

from custody.profiles.rules.declared import DECLARED_RULES
from custody.profiles.rules.findings import FINDING_RULES
from custody.profiles.rules.members import MEMBER_RULES
from custody.profiles.rules.names import NAME_RULES
from custody.profiles.rules.rule import Rule

RULES: Final[dict[str, Rule]] = {
    rule.name: rule for rule in (*MEMBER_RULES, *DECLARED_RULES, *FINDING_RULES, *NAME_RULES)
}
