"""`custody authority`: who gives stamps of time, as recorded."""

from __future__ import annotations

from custody.cli.program import Verbs

COMMAND = Verbs(
    name="authority",
    modules={
        "list": "custody.cli.authority_list",
        "show": "custody.cli.authority_show",
    },
    help_text="Look at the list of well-known time authorities; none of them is contacted.",
)
