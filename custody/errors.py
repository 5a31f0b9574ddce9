"""Every exception that custody raises, so that one `except` clause can be chosen by what to do next.

*Findings* are facts about the evidence and are values in a report; *errors* are facts about the call or the
machine.

    CustodyError                  never raised itself
    ├── UsageError(ValueError)    the caller asked for something that makes no sense
    ├── BundleError               bytes that cannot be read as what they claim to be
    │   ├── FormatError           they break the format: member, pointer, expected, found
    │   ├── VersionError          they need a newer reader
    │   ├── LimitError            larger or deeper than accepted
    │   └── LogError              the custody log of a bundle does not let an event happen
    ├── SealError                 a bundle cannot be made
    │   ├── SourceChangedError    a file changed while it was read
    │   ├── SourceRefusedError    links, devices, unreadable files: all of them are named at once
    │   └── SealExistsError       this bundle id is sealed already, with other content
    ├── SignerError               a key is locked, absent, refused
    ├── StorageError              the machine: permission, space, I/O
    │   └── ExistsError           the name to be created is taken
    └── NetworkError              a service is unreachable, refuses, or answers nonsense

`custody.report.NotProvenError` is a CustodyError too; it lives beside the findings that it carries, as does
`custody.network.fault.ExchangeError`, a NetworkError, beside its codes.

Wording: lower case, no final period, the thing first, then what was expected and what was found. A message
holds bundle-relative paths and codes only: never contents, people, host paths or key material.
"""

from __future__ import annotations


class CustodyError(Exception):
    """Root of all errors that custody raises.

    Attributes:
        code: a stable upper-case word; programs compare this, never the message.
        hint: what to do next, or None.
    """

    default_code = "CUSTODY"

    def __init__(self, message: str, *, code: str | None = None, hint: str | None = None) -> None:
        """Keep the message, the stable code and the hint."""
        super().__init__(message)
        self.code = code or self.default_code
        self.hint = hint


class UsageError(CustodyError, ValueError):
    """The caller asked for something that makes no sense; nothing was done."""

    default_code = "USAGE"


class BundleError(CustodyError):
    """Bytes cannot be read as the bundle, key or trust file that they claim to be."""

    default_code = "BUNDLE"


class FormatError(BundleError):
    """Bytes break the format.

    Attributes:
        member: the file inside the bundle (or the kind of input) that is meant.
        pointer: RFC 6901 JSON pointer of the first fault, or "".
        expected: what the format wants there.
        found: a description of what stands there, never the content itself.
    """

    default_code = "FORMAT"

    def __init__(
        self,
        member: str,
        *,
        expected: str,
        found: str,
        pointer: str = "",
        code: str | None = None,
        hint: str | None = None,
    ) -> None:
        """Build the message `member#pointer: expected …, found …`."""
        where = f"{member}#{pointer}" if pointer else member
        super().__init__(f"{where}: expected {expected}, found {found}", code=code, hint=hint)
        self.member = member
        self.pointer = pointer
        self.expected = expected
        self.found = found


class VersionError(BundleError):
    """The bytes name a version that this reader does not know; a newer one is needed."""

    default_code = "VERSION"


class LimitError(BundleError):
    """The bytes are larger, deeper or more numerous than any accepted bundle.

    Attributes:
        limit: the name of the limit in `custody.format.limits`.
        maximum: its value.
        value: what was found.
    """

    default_code = "LIMIT"

    def __init__(self, member: str, *, limit: str, maximum: int, value: int) -> None:
        """Build the message from the name of the limit, its value and what was found."""
        super().__init__(f"{member}: expected at most {maximum} ({limit}), found {value}")
        self.member = member
        self.limit = limit
        self.maximum = maximum
        self.value = value


class LogError(BundleError):
    """The custody log, as far as it shows, does not let an event happen; nothing was written.

    Where the verifier has a reason for it, the code is that reason's name.
    """

    default_code = "LOG"


class SealError(CustodyError):
    """A bundle cannot be made; nothing was published."""

    default_code = "SEAL"


class SourceChangedError(SealError):
    """A source file changed while it was read."""

    default_code = "SOURCE_CHANGED"


class SourceRefusedError(SealError):
    """Sources hold things that cannot be sealed; every one of them is named.

    Attributes:
        refused: the name in its source and the reason, in the order of the sources.
    """

    default_code = "SOURCE_REFUSED"

    def __init__(self, refused: tuple[tuple[str, str], ...], *, hint: str | None = None) -> None:
        """Build the message from all names and reasons."""
        named = ", ".join(f"{name} ({reason})" for name, reason in refused)
        super().__init__(f"sources: expected readable files and folders, found {named}", hint=hint)
        self.refused = refused


class SealExistsError(SealError):
    """The bundle id asked for is sealed already, and with other content."""

    default_code = "SEAL_EXISTS"


class SignerError(CustodyError):
    """A key is locked, absent, damaged or refused."""

    default_code = "SIGNER"


class StorageError(CustodyError):
    """The machine refused: permission, space, a broken disk. It says nothing about the evidence."""

    default_code = "STORAGE"


class ExistsError(StorageError):
    """The file or folder that was to be created exists already; it was left as it is."""

    default_code = "EXISTS"


class NetworkError(CustodyError):
    """A service is unreachable, refuses, or answers nonsense."""

    default_code = "NETWORK"
