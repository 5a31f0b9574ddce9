"""Merges copies again and again while the machine fails: at one call of the system after another.

Run as a program: `merging_at_risk.py FOLDER MODE HOW FIRST STEP`. MODE is `grow` or `to`, HOW is `kill` or
the name of an errno. Each attempt runs in a process of its own. Afterwards the bundle must be intact and its
custody unbroken, with no event that is not the union's; and the same merge again must finish it. Prints one
line of JSON: the points, and every breach.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
from pathlib import Path

from custody.errors import CustodyError
from custody.facade.merging import merge
from custody.facade.verifying import verify
from custody.format.layout import event_path
from custody.report.claim import Claim, Outcome
from tests.tools.bundles import Bundle, Files, attest
from tests.tools.copies import NGO, TRUST, checked, erased, read_copy, received, released, sealed, write_copy
from tests.tools.failing import DONE, FINISHED, OTHER, attempt_failing, begin_again, try_points
from tests.tools.memory import NOW
from tests.tools.renewals import renew

TOKEN = b"a token"
_STAMP = f"stamps/{hashlib.sha256(TOKEN).hexdigest()}/stamp.tst"


def given(mode: str) -> tuple[Bundle, Bundle]:
    """Return the bundle, and the copy with everything: events, openings, stamps, statements, a renewal."""
    mine = released(sealed())
    theirs = received(mine)
    if mode == "to":
        mine = released(erased(sealed(), 1))
        theirs = received(mine)
    theirs = checked(checked(theirs, NGO), NGO)
    theirs = theirs.edit({theirs.path(_STAMP): TOKEN, f"{event_path(theirs.holding, 1)}/{_STAMP}": TOKEN})
    said = attest(theirs, "countersigned", {"events": [theirs.head]}, signers=[NGO], prev=[theirs.head])
    junk = f"{event_path(theirs.holding, 0)}/event.json"
    start = mine.edit({junk: b"{}"} if mode == "grow" else {})
    return start, renew(said)


def run(folder: Path, mode: str) -> None:
    """Merge, as a command would."""
    to = folder / "new" if mode == "to" else None
    merge(folder / "mine", folder / "theirs", trust=TRUST, at=NOW, to=to)


def breaches(folder: Path, mode: str, whole: Files, ended: int) -> list[str]:
    """Say what is wrong with what an attempt left."""
    found = []
    place = folder / ("new" if mode == "to" else "mine")
    if ended == OTHER:
        found.append("an error that is none of ours")
    if place.exists():
        found += _unsound(place, whole)
        if mode == "to" and read_copy(place) != whole:
            found.append("a new bundle that is not the union")
    elif ended in {DONE, FINISHED}:
        found.append("said to be written, and is not there")
    if mode == "grow" or not place.exists():
        try:
            run(folder, mode)
        except CustodyError as error:
            found.append(f"the next attempt fails: {error.code}")
    if read_copy(place) != whole:
        found.append("the next attempt does not finish it")
    if [path.name for path in folder.iterdir() if ".tmp-" in path.name or ".signed-" in path.name]:
        found.append("the next attempt leaves something behind")
    return found


def _unsound(place: Path, whole: Files) -> list[str]:
    """Judge what stands there: a shorter log at most, and no file that is not the union's."""
    found = []
    report = verify(place, trust=TRUST, at=NOW)
    if report.outcome(Claim.INTACT) is not Outcome.PROVEN:
        found.append("not intact")
    known = {"EVENT_MALFORMED", "IN_TRANSIT", "LOG_UNBROKEN"}
    reasons = {reason.name for reason in report.reasons(Claim.CUSTODY_UNBROKEN)} - known
    if reasons:
        found.append(f"custody: {sorted(reasons)}")
    strange = {path for path, data in read_copy(place).items() if whole.get(path) != data}
    if {path for path in strange if not path.endswith("00000000/event.json")}:
        found.append("a file that the union does not have")
    return found


def main(folder: Path, mode: str, how: str, first: int, step: int) -> None:
    """Try point after point until a merge runs through untouched."""
    mine, theirs = given(mode)
    start = folder / "start"
    write_copy(start / "mine", mine.files)
    write_copy(start / "theirs", theirs.files)
    shutil.copytree(start, folder / "whole")
    run(folder / "whole", mode)
    whole = read_copy(folder / "whole" / ("new" if mode == "to" else "mine"))
    work = folder / "work"

    def attempt(point: int) -> int:
        begin_again(start, work)
        return attempt_failing(how, point, lambda _: lambda: run(work, mode))

    result = try_points(how, first, step, attempt, lambda ended: breaches(work, mode, whole, ended))
    sys.stdout.write(json.dumps(result) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5]))
