"""A command that refuses to guess: an option that takes one value is given once."""

from __future__ import annotations

from collections import Counter

import click
from typing_extensions import override


class Verb(click.Command):
    """A command in which no second value of an option silently replaces the first."""

    @override
    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the words, after a look for options that are there twice; a repeated flag says the same."""
        _, _, order = self.make_parser(ctx).parse_args(args=list(args))
        counted = Counter(given for given in order if isinstance(given, click.Option))
        for option, count in counted.items():
            if count > 1 and not (option.multiple or option.is_flag):
                raise click.UsageError(f"{option.opts[0]}: expected it once, found it {count} times", ctx)
        return super().parse_args(ctx, args)
