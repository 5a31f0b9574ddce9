"""What the verbs share that ask time authorities: options, and words about who is contacted and what came."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

import click

from custody.cli.console import error_lines, tell, tell_error
from custody.cli.options import PATH
from custody.errors import BundleError, CustodyError, StorageError
from custody.facade.stamping import Service
from custody.network.address import decode_address
from custody.network.pace import Pace, Wait
from custody.network.timestamp import TIMEOUT_SECONDS
from custody.present.display import display, quote
from custody.present.exit_code import UNDETERMINED, UNREADABLE, exit_code_for, first_of
from custody.stamping.desk import Contact, Postponed
from custody.stamping.publish import Added
from custody.stamping.target import Passed, check_bundle
from custody.storage.tree import base_name

_Function = TypeVar("_Function", bound=Callable[..., Any])
_PURPOSES = {
    "stamp": "a token by {}",
    "crl": "the revocation list of {}",
    "ocsp": "the revocation status of {}",
}
_SEEN = "it sees this machine's address and the moment"
_SEEN_THROUGH = "the proxy sees this machine's address, both see the moment"
_LISTED = 20


def proxy_option(function: _Function) -> _Function:
    """Add the way to the outside; the environment is not asked."""
    return click.option("--proxy", metavar="URL", help="An HTTP proxy; the environment is not asked.")(
        function
    )


def service_options(function: _Function) -> _Function:
    """Add whom to ask, and how."""
    for option in (
        click.option(
            "--timeout",
            type=click.FloatRange(min=1, max=600),
            default=TIMEOUT_SECONDS,
            show_default=True,
            metavar="SECONDS",
            help="How long an authority has to answer.",
        ),
        click.option("--no-revocation", is_flag=True, help="Do not fetch what is said about revocation."),
        proxy_option,
        click.option(
            "--authority",
            "authorities",
            multiple=True,
            metavar="NAME",
            help="Whom to ask, by its name in the trust; several add up.",
        ),
        click.option("--all", "folder", type=PATH, help="Every bundle anywhere below this folder."),
    ):
        function = option(function)
    return function


def service_of(*, proxy: str | None, timeout: float, no_revocation: bool) -> Service:
    """Return how authorities are reached, with everybody announced before being contacted."""
    return Service(
        proxy=proxy,
        timeout_seconds=timeout,
        revocation=not no_revocation,
        announce=announce_once(proxy),
        waits=_tell_wait,
        postpones=_tell_postponed,
        queues=_tell_queue,
    )


def service_at_once(*, proxy: str | None) -> Service:
    """Return how authorities are reached by somebody who waits: each is asked once."""
    return Service(proxy=proxy, pace=Pace(tries=1), announce=announce_once(proxy), waits=_tell_wait)


def _tell_wait(wait: Wait) -> None:
    if wait.seconds < 1:
        return
    why = "it did not answer"
    if wait.error is None:
        why = f"it is asked at most every {wait.interval_seconds:.0f} s"
    tell(f"waiting {wait.seconds:.0f} s for {wait.service}: {why}; Ctrl-C loses nothing")


def _tell_postponed(postponed: Postponed) -> None:
    error = postponed.error
    said = f"{display(str(error))} [{error.code}]"
    tell(f"not yet obtained: {said}; asked again in {postponed.again_in_seconds:.0f} s, after the others")


def _tell_queue() -> None:
    tell("waiting for another custody run on this folder; Ctrl-C loses nothing")


def announce_once(proxy: str | None) -> Callable[[Contact], None]:
    """Return a function that says who is contacted and what they see, once for each host and purpose."""
    told: set[tuple[str, str, str]] = set()
    way, seen = ("", _SEEN) if proxy is None else (" through the proxy", _SEEN_THROUGH)

    def announce(contact: Contact) -> None:
        host = decode_address(contact.url, subject=f"authority {contact.authority}").place
        key = (host, contact.purpose, contact.authority)
        if key not in told:
            told.add(key)
            what = _PURPOSES[contact.purpose].format(quote(contact.authority))
            tell(f"contacting {display(host)}{way} for {what}: {seen}")

    return announce


def openable(bundles: Sequence[str]) -> tuple[tuple[str, ...], tuple[Passed, ...]]:
    """Return the bundles that can be opened, and what is wrong with the others.

    Raises:
        CustodyError: none of them can be: that is the end of the command.
    """
    opened: list[str] = []
    passed: list[Passed] = []
    for bundle in bundles:
        try:
            check_bundle(bundle)
        except CustodyError as error:
            passed.append(Passed(bundle=bundle, folder="", error=error))
        else:
            opened.append(bundle)
    if passed and not opened:
        for one in passed[:-1]:
            tell_error(*error_lines(one.error))
        raise passed[-1].error
    return tuple(opened), tuple(passed)


def check_found(folder: str | None, bundles: int, passed: Sequence[Passed]) -> None:
    """Refuse a folder below which there is nothing to work on.

    Raises:
        BundleError: code NO_BUNDLE.
    """
    if folder is not None and not bundles and not passed:
        raise BundleError(
            f"{base_name(folder)}: expected bundles below this folder, found none",
            code="NO_BUNDLE",
            hint="name the folder that bundles lie in",
        )


def added_line(added: Added) -> str:
    """Return what is said of a stamp that was added; the time is that of EXISTED_BEFORE."""
    place = f"{quote(added.bundle)} {added.over}"
    proven = f"existed before {added.not_after}, according to {quote(added.operator)}"
    until = f"; renew before {added.weakens_at}" if added.weakens_at is not None else ""
    if added.renewed:
        return f"renewed {place} by a token of authority {quote(added.authority)}: still {proven}{until}"
    return f"stamped {place} by authority {quote(added.authority)}: {proven}{until}"


def tell_troubles(
    refused: Sequence[CustodyError], notes: Sequence[CustodyError], passed: Sequence[Passed], waiting: int
) -> None:
    """Say what did not work; nothing of it is stored."""
    tell_errors("not obtained", refused)
    tell_errors("note", notes)
    _tell_listed("left out", [(f"{quote(one.bundle)}: {one.error}", one.error) for one in passed])
    if waiting:
        tell(f"{waiting} tokens received earlier wait for custody stamp, custody renew or another trust")


def tell_errors(title: str, errors: Iterable[CustodyError]) -> None:
    """Say under a title what went wrong; a long list is cut."""
    _tell_listed(title, [(str(error), error) for error in errors])


def _tell_listed(title: str, listed: Sequence[tuple[str, CustodyError]]) -> None:
    for text, error in listed[:_LISTED]:
        tell(f"{title}: {display(text)} [{error.code}]{f'; {error.hint}' if error.hint else ''}")
    if len(listed) > _LISTED:
        tell(f"{title}: and {len(listed) - _LISTED} more")


def trouble_codes(
    refused: Sequence[CustodyError],
    passed: Sequence[Passed],
    *,
    bundles: int,
    added: bool,
    open_ends: bool,
) -> int:
    """Return the exit code of a run.

    3 where something is left to be done; 4 where the machine refused, or every authority did, or none of the
    bundles could be opened; else 0.
    """
    codes = [UNDETERMINED] if open_ends or passed else []
    codes += [UNREADABLE for one in passed if not bundles or _machine(one.error)]
    if refused and open_ends and not added:
        codes += [exit_code_for(error) for error in refused]
    return first_of(codes)


def _machine(error: CustodyError) -> bool:
    """Tell whether the machine refused, or a name was wrong; a zip is only in the wrong form."""
    return error.code == "NO_BUNDLE" or (isinstance(error, StorageError) and error.code != "NOT_A_FOLDER")
