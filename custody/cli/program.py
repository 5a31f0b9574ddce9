"""The verbs, loaded when they are called."""

from __future__ import annotations

import importlib

import click
from typing_extensions import override

VERBS = {
    "seal": "custody.cli.seal",
    "draft": "custody.cli.draft",
    "check": "custody.cli.check",
    "verify": "custody.cli.verify",
    "report": "custody.cli.report",
    "certify": "custody.cli.certify",
    "sign-pdf": "custody.cli.sign_pdf",
    "contact-sheet": "custody.cli.contact_sheet",
    "stamp": "custody.cli.stamp",
    "renew": "custody.cli.renew",
    "release": "custody.cli.release",
    "receive": "custody.cli.receive",
    "withdraw": "custody.cli.withdraw",
    "copy": "custody.cli.record_copy",
    "event": "custody.cli.event",
    "succeed": "custody.cli.succeed",
    "refuse": "custody.cli.refuse",
    "attest": "custody.cli.attest",
    "reconcile": "custody.cli.reconcile",
    "receipt": "custody.cli.receipt",
    "cosign": "custody.cli.cosign",
    "merge": "custody.cli.merge",
    "compare": "custody.cli.compare",
    "log": "custody.cli.log",
    "show": "custody.cli.show",
    "list": "custody.cli.listing",
    "export": "custody.cli.export",
    "pack": "custody.cli.pack",
    "unpack": "custody.cli.unpack",
    "key": "custody.cli.key",
    "trust": "custody.cli.trust",
    "authority": "custody.cli.authority",
}


class Verbs(click.Group):
    """A group whose commands are modules with a `COMMAND`."""

    def __init__(self, *, modules: dict[str, str], name: str, help_text: str) -> None:
        """Keep the names; nothing is imported yet."""
        super().__init__(name=name, help=help_text, no_args_is_help=True)
        self.modules = modules

    @override
    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the verbs in the order in which they are met."""
        return list(self.modules)

    @override
    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load a verb."""
        if cmd_name not in self.modules:
            return None
        command = importlib.import_module(self.modules[cmd_name]).COMMAND
        return command if isinstance(command, click.Command) else None


PROGRAM = click.version_option(package_name="custody", message="custody %(version)s")(
    Verbs(
        name="custody",
        modules=VERBS,
        help_text=(
            "Seal evidence into bundles whose every claim a stranger can check.\n\n"
            "Exit codes: 0 every required claim is proven, 1 refuted, 2 wrong call, 3 undetermined,"
            " 4 unreadable, 130 interrupted. Treat any other code as a failure."
        ),
    )
)
