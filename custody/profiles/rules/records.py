"""The rule about how long proofs of time last: the next renewal is due, and not too soon."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from custody.format.shape import Integer, Record
from custody.profiles.answer import Answer, State, Where
from custody.profiles.rules.rule import Parameters, Rule
from custody.profiles.rules.stamps import CODES, none_here, relied_on, stamps_over_seal
from custody.profiles.subject import Subject


def ask_renewal_ahead(subject: Subject, parameters: Parameters) -> Answer:
    """The earliest date at which a proof weakens lies more than so many `days` ahead.

    Where no proof holds any more and one of them has a code of `ended`, the date has passed.
    """
    report = subject.report
    stamps = relied_on(subject, {})
    if report is None or not stamps:
        return none_here(subject, parameters)
    if not stamps[0].members["holds"]:
        ended = {code for thing in stamps for code in thing.members["codes"]} & {*parameters["ended"]}
        where = tuple(Where(place=thing.place, members=("codes",)) for thing in stamps) if ended else ()
        state = State.NOT_MET if ended else State.UNDETERMINED
        return Answer(state=state, where=where, codes=tuple(sorted(ended)))
    due = report.renew_by
    if due is None:
        return Answer(state=State.UNDETERMINED)
    if due.moment - subject.moment.moment > timedelta(days=parameters["days"]):
        return Answer(state=State.MET)
    where = tuple(
        Where(place=thing.place, members=("weakens_at",))
        for thing in stamps_over_seal(subject, {})
        if thing.value("weakens_at") == str(due)
    )
    return Answer(state=State.NOT_MET, where=where)


RECORD_RULES: Final = (
    Rule(
        name="renewal-ahead",
        ask=ask_renewal_ahead,
        parameters=Record(required={"days": Integer(0, 36_600), "ended": CODES}),
    ),
)
