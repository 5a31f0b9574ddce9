"""Hash renewals recomputed: what matches, what is not covered, what is passed over."""

from __future__ import annotations

import pytest

from custody.trust.trust import Trust
from custody.verification.inventory import take_inventory
from custody.verification.items import read_items
from custody.verification.log import read_log
from custody.verification.renewals import RenewalFacts, judge_renewals, leaves_named_erased
from custody.verification.run import Question, Run
from tests.tools.bundles import make_bundle, seed_signer
from tests.tools.memory import NOW, MemorySource
from tests.tools.renewals import NEW_HASHES, renew

ARCHIVE = seed_signer("archive")


def judged(files: dict[str, bytes]) -> tuple[RenewalFacts, ...]:
    """Recompute the renewals of a bundle in memory."""
    run = Run(question=Question(trust=Trust.none(), verified_at=NOW), source=MemorySource(files))
    inventory = take_inventory(run.source)
    log = read_log(run, inventory, sealer_known=lambda _record: False)
    assert log.bundle_id is not None
    facts = read_items(run, inventory, log.bundle_id)
    return judge_renewals(run, inventory, log, facts, erased=leaves_named_erased(log))


@pytest.mark.parametrize("name", NEW_HASHES)
def test_a_renewal_of_everything_matches(name: str) -> None:
    """Every line of a renewal of the whole bundle is recomputed and matches."""
    bundle = renew(make_bundle(signers=[ARCHIVE]), name)
    (facts,) = judged(bundle.files)
    assert (facts.void, facts.items_matched, facts.hash) == (None, True, name)
