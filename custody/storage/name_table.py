"""A million names with their numbers in a few flat arrays; objects would take ten times the memory."""

from __future__ import annotations

from array import array


class NameTable:
    """Names in ascending order, each with a row of unsigned 64-bit numbers.

    Names are bytes: the order of a bundle is bytewise, and names that are not UTF-8 are names too.
    """

    def __init__(self, columns: int) -> None:
        """Start empty, with that many numbers in a row."""
        self._names = bytearray()
        self._ends = array("Q", [0])
        self._columns = tuple(array("Q") for _ in range(columns))
        self._guess = 0

    def __len__(self) -> int:
        return len(self._ends) - 1

    def append(self, name: bytes, *numbers: int) -> None:
        """Add the next name and its row."""
        self._names += name
        self._ends.append(len(self._names))
        for column, number in zip(self._columns, numbers, strict=True):
            column.append(number)

    def name(self, position: int) -> bytes:
        """Return the name at a position, counted from 0."""
        return bytes(self._names[self._ends[position] : self._ends[position + 1]])

    def row(self, position: int) -> tuple[int, ...]:
        """Return the numbers at a position."""
        return tuple([column[position] for column in self._columns])

    def number(self, position: int, column: int) -> int:
        """Return one number of the row at a position; cheaper than the row."""
        return self._columns[column][position]

    def first_at_or_after(self, name: bytes) -> int:
        """Return the position of the first name not less than the given one; the length if none is."""
        low, high = 0, len(self)
        while low < high:
            middle = (low + high) // 2
            if self.name(middle) < name:
                low = middle + 1
            else:
                high = middle
        return low

    def find(self, name: bytes) -> int | None:
        """Return the position of a name, or None; asking in ascending order costs no search."""
        guess = self._guess
        if guess >= len(self) or self.name(guess) != name:
            guess = self.first_at_or_after(name)
            if guess == len(self) or self.name(guess) != name:
                return None
        self._guess = guess + 1
        return guess
