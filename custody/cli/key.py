"""`custody key`: make, show, export, back up and restore keys."""

from __future__ import annotations

from custody.cli.program import Verbs

COMMAND = Verbs(
    name="key",
    modules={
        "new": "custody.cli.key_new",
        "show": "custody.cli.key_show",
        "export": "custody.cli.key_export",
        "backup": "custody.cli.key_backup",
        "restore": "custody.cli.key_restore",
    },
    help_text="Make, show, export, back up and restore keys.",
)
