"""Laws of hash renewals: no changed byte stays covered, and nothing that is not covered is touched."""

from __future__ import annotations

from functools import cache

from hypothesis import given
from hypothesis import strategies as st

from custody.trust.trust import Trust
from custody.verification.inventory import take_inventory
from custody.verification.items import read_items
from custody.verification.log import read_log
from custody.verification.renewals import RenewalFacts, judge_renewals, leaves_named_erased
from custody.verification.run import Question, Run
from tests.tools.bundles import Bundle, Files, add_event, attest, make_bundle, seed_signer
from tests.tools.memory import NOW, MemorySource
from tests.tools.renewals import renew

ARCHIVE = seed_signer("archive")
COURT = seed_signer("court")
FUNCTIONS_OF_THE_REST = ("bag", "manifest-sha256.txt", "tagmanifest-sha256.txt", "custody/VERIFY.txt")


@cache
def renewed() -> Bundle:
    """Sealed, stamped, with a later event and an attestation; renewed, and renewed again over that."""
    bundle = make_bundle(signers=[ARCHIVE], fields={"case": {"title": "قضية"}})
    bundle = bundle.edit({bundle.path(f"stamps/{'a' * 64}/stamp.tst"): b"token"})
    bundle = add_event(bundle, "accessed", {"leaves": [0]}, signers=[ARCHIVE])
    bundle = attest(bundle, "countersigned", {"events": [bundle.head]}, signers=[COURT], prev=[bundle.head])
    return renew(renew(bundle), "sha3_256")


def judged(files: Files) -> dict[str, RenewalFacts]:
    """Recompute the renewals of a bundle, by their folders."""
    run = Run(question=Question(trust=Trust.none(), verified_at=NOW), source=MemorySource(files))
    inventory = take_inventory(run.source)
    log = read_log(run, inventory, sealer_known=lambda _record: False)
    items = read_items(run, inventory, log.bundle_id or "")
    found = judge_renewals(run, inventory, log, items, erased=leaves_named_erased(log))
    return {one.path: one for one in found}


def covers(folder: str, path: str) -> bool:
    """Tell whether a change of a file must be felt by a renewal."""
    if path.startswith("custody/renewals/"):
        later = judged(renewed().files)[folder].matched
        return path.startswith(f"{folder}/") or path in later
    return not path.startswith(FUNCTIONS_OF_THE_REST)


def still_covered(found: dict[str, RenewalFacts], path: str) -> list[str]:
    """Return the renewals that hold and should have felt a change of this file."""
    return [
        folder
        for folder, facts in found.items()
        if facts.void is None
        and covers(folder, path)
        and not ("/stamps/" in path and path in facts.failing_stamps and path not in facts.matched)
    ]


@given(st.sampled_from(sorted(renewed().files)), st.data())
def test_no_changed_byte_stays_covered(path: str, data: st.DataObject) -> None:
    """Whatever file of the bundle it is in, a renewal that covers it is void; of a stamp, without it."""
    content = renewed().files[path]
    place = data.draw(st.integers(0, max(len(content) - 1, 0)), label="place")
    change = data.draw(st.integers(1, 255), label="change")
    changed = content[:place] + bytes([(content[place] if content else 0) ^ change]) + content[place + 1 :]
    assert not still_covered(judged({**renewed().files, path: changed}), path)


@given(st.sampled_from(sorted(renewed().files)))
def test_no_missing_file_stays_covered(path: str) -> None:
    """The same of a file that is taken away."""
    assert not still_covered(
        judged({one: data for one, data in renewed().files.items() if one != path}), path
    )


@given(st.sampled_from([path for path in sorted(renewed().files) if path.startswith(FUNCTIONS_OF_THE_REST)]))
def test_what_follows_from_the_rest_is_not_covered(path: str) -> None:
    """A changed manifest, bag-info.txt or VERIFY.txt is nothing to a renewal."""
    assert judged({**renewed().files, path: b"another"}) == judged(renewed().files)


@given(st.binary(max_size=200), st.integers(0, 4000))
def test_no_bytes_make_a_renewal_by_accident(junk: bytes, place: int) -> None:
    """Bytes put into a text give a void renewal or one that says the same, and never an error."""
    folder = next(iter(judged(renewed().files)))
    text = renewed().files[f"{folder}/renewal.txt"]
    found = judged({**renewed().files, f"{folder}/renewal.txt": text[:place] + junk + text[place:]})
    assert found[folder].void is not None or not junk
