"""`custody trust`: whom and what you accept, in a file of your own."""

from __future__ import annotations

from custody.cli.program import Verbs

COMMAND = Verbs(
    name="trust",
    modules={
        "new": "custody.cli.trust_new",
        "add": "custody.cli.trust_add",
        "show": "custody.cli.trust_show",
        "revoke": "custody.cli.trust_revoke",
        "remove": "custody.cli.trust_remove",
        "add-authority": "custody.cli.trust_add_authority",
        "end-authority": "custody.cli.trust_end_authority",
        "remove-authority": "custody.cli.trust_remove_authority",
        "end-algorithm": "custody.cli.trust_end_algorithm",
    },
    help_text="Keep the file that says whom and what you accept.",
)
