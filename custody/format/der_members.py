"""The members of a DER value taken in their order, as a SEQUENCE with optional members wants it."""

from __future__ import annotations

from custody.format.der import Tlv, der_error, members_of


class DerMembers:
    """What a constructed value holds and was not taken yet."""

    __slots__ = ("_left",)

    def __init__(self, value: Tlv) -> None:
        """Read the members.

        Raises:
            FormatError: code DER.
        """
        self._left = list(members_of(value))
        self._left.reverse()

    def optional(self, tag: int) -> Tlv | None:
        """Take the next member if it has a tag."""
        left = self._left
        return left.pop() if left and left[-1].tag == tag else None

    def take(self, tag: int) -> Tlv:
        """Take the next member, which must have a tag.

        Raises:
            FormatError: code DER.
        """
        left = self._left
        if not left or left[-1].tag != tag:
            raise der_error(f"tag {tag:#04x}", "another, or the end")
        return left.pop()

    def rest(self) -> tuple[Tlv, ...]:
        """Take all that is left."""
        left = tuple(reversed(self._left))
        self._left.clear()
        return left

    def end(self) -> None:
        """Refuse a member that nothing took.

        Raises:
            FormatError: code DER.
        """
        if self._left:
            raise der_error("the end", "another member")
