"""The entry of the command line, and the only place that catches what nobody foresaw.

Whatever happens, a command ends with an exit code and at most two lines on stderr: what happened, in lower
case and without contents, people, host paths or keys; and what to do next. Never a traceback.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from custody.cli.console import error_lines, prepare_streams, silence, tell_error
from custody.cli.program import PROGRAM
from custody.errors import CustodyError
from custody.present.exit_code import INTERRUPTED, UNREADABLE, USAGE, exit_code_for
from custody.storage.os_errors import errno_words


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code.

    Args:
        arguments: the words after `custody`; those of this process unless given.
    """
    if not prepare_streams():
        tell_error("standard output: expected it open, found it closed", "send it to a file or to /dev/null")
        return UNREADABLE
    try:
        code = _run(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader of our output went away. What it did not read is no result, so this is no success.
        code = UNREADABLE
    except OSError as error:
        code = _machine_refused(error)
    if code == UNREADABLE:
        _let_go_of_stdout()
    return code


def _let_go_of_stdout() -> None:
    """Nothing may be left for the end of the process to write, or its failure would change the exit code."""
    try:
        sys.stdout.flush()
    except (OSError, ValueError):
        silence(sys.stdout)


def _run(arguments: Sequence[str] | None) -> int:  # noqa: PLR0911 - one way out for each kind of ending
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        result = PROGRAM.main(args=words, prog_name="custody", standalone_mode=False)
    except (KeyboardInterrupt, click.Abort):
        tell_error("interrupted")
        return INTERRUPTED
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return USAGE
    except click.UsageError as error:
        tell_error(_one_line(error), f"{_command(error)} --help")
        return USAGE
    except click.ClickException as error:
        tell_error(_one_line(error))
        return UNREADABLE
    except CustodyError as error:
        tell_error(*error_lines(error))
        return exit_code_for(error)
    except (
        SystemExit
    ):  # how click ends when the reader of our output went away; its code 1 would say "refuted"
        raise BrokenPipeError from None
    except (OSError, MemoryError) as error:
        return _machine_refused(error)
    except Exception as error:  # noqa: BLE001 - the last line of defence: a person must never meet a traceback
        tell_error(f"internal fault: {type(error).__name__}", "please report this, without the evidence")
        return UNREADABLE
    return result if isinstance(result, int) else 0


def _machine_refused(error: OSError | MemoryError) -> int:
    if isinstance(error, BrokenPipeError):
        raise error
    if isinstance(error, MemoryError):
        tell_error("the machine has no memory left", "close other programs and run the command again")
    else:
        tell_error(f"the machine refused: {errno_words(error)}", "check the disk, permissions and free space")
    return UNREADABLE


def _one_line(error: click.ClickException) -> str:
    text = " ".join(error.format_message().split()).removesuffix(".")
    return text[:1].lower() + text[1:]


def _command(error: click.UsageError) -> str:
    return error.ctx.command_path if error.ctx else "custody"


if __name__ == "__main__":
    sys.exit(main())
