"""What lies beside stamps, anywhere in a bundle: certificates, and what was said about revocation.

Each file is asked once, by its bytes: where else a copy of it lies does not matter, and by when it is shown
to exist is the earliest that is shown of any copy. What is no DER value is none of this and takes no room.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator

from attrs import define, field, frozen

from custody.errors import CustodyError
from custody.format.der import read_tlv
from custody.format.layout import STAMP_FILE
from custody.format.limits import COMPANIONS_BYTES, STAMP_BYTES
from custody.model.instant import Instant
from custody.proof.stamp import Material
from custody.verification.inventory import Inventory
from custody.verification.run import Run

ProvenBy = Callable[[str], Instant | None]
"""Tells by when a file is proven to have existed as it is, by a renewal; None where nothing tells."""
_ENDINGS = ("cer", "crl", "ocsp")


@frozen(kw_only=True)
class Companion:
    """One certificate, list or response.

    Attributes:
        ending: cer, crl or ocsp.
        data: its bytes, which its name is the digest of.
        paths: where it lies.
    """

    ending: str
    data: bytes = field(repr=False)
    paths: tuple[str, ...] = ()


@frozen(kw_only=True)
class Dated:
    """Companions parted at a moment.

    Attributes:
        older: what is shown to have existed by then.
        others: the rest.
    """

    older: Material
    others: Material


@define
class Companions:
    """Reads them once, up to a size; dates them as long as nothing else is learned.

    Attributes:
        run: the bytes.
        inventory: what stands where.
        overfull: whether there are more than are read; then nothing is shown about revocation.
    """

    run: Run
    inventory: Inventory
    overfull: bool = False
    _read: tuple[Companion, ...] | None = None
    _dates: dict[int, Instant | None] | None = None
    _dated: dict[Instant | None, Dated] = field(factory=dict)

    def all(self) -> tuple[Companion, ...]:
        """Return every companion of the bundle, each once."""
        if self._read is None:
            self._read = tuple(self._collect())
        return self._read

    def _collect(self) -> Iterator[Companion]:
        found: dict[str, Companion] = {}
        places: dict[str, list[str]] = {}
        left = COMPANIONS_BYTES
        for path in self._paths():
            name = path.rpartition("/")[2]
            data = self._sound(path)
            if data is None:
                continue
            if name not in found:
                left -= len(data)
                if left < 0:
                    self.overfull = True
                    continue
                found[name] = Companion(ending=name.rpartition(".")[2], data=data)
            places.setdefault(name, []).append(path)
        for name, companion in found.items():
            yield Companion(ending=companion.ending, data=companion.data, paths=tuple(places[name]))

    def _paths(self) -> Iterator[str]:
        for over, names in sorted(self.inventory.stamps.items()):
            for name in sorted(names):
                if name.endswith(_ENDINGS) and STAMP_FILE.fullmatch(name):
                    yield f"{over}/{name}"

    def _sound(self, path: str) -> bytes | None:
        """Read a file that is one DER value and named by its digest; others are named where they lie."""
        try:
            data = self.run.source.read(path, STAMP_BYTES)
            _, end = read_tlv(data)
        except CustodyError:
            return None
        stem = path.rpartition("/")[2].partition(".")[0]
        return data if end == len(data) and hashlib.sha256(data).hexdigest() == stem else None

    def moments(self, proven_file: ProvenBy) -> list[Instant]:
        """Return the moments by which some of them are shown to exist, ascending."""
        return sorted({moment for moment in self._dates_by(proven_file).values() if moment is not None})

    def dated(self, moment: Instant | None, proven_file: ProvenBy) -> Dated:
        """Part them at a moment; None: nothing is shown."""
        if moment not in self._dated:
            dates = {} if moment is None else self._dates_by(proven_file)
            older: list[Companion] = []
            others: list[Companion] = []
            for place, one in enumerate(self.all()):
                known_by = dates.get(place)
                shown = moment is not None and known_by is not None and known_by <= moment
                (older if shown else others).append(one)
            self._dated[moment] = Dated(older=_material(older), others=_material(others))
        return self._dated[moment]

    def _dates_by(self, proven_file: ProvenBy) -> dict[int, Instant | None]:
        if self._dates is None:
            self._dates = {
                place: min((at for path in one.paths if (at := proven_file(path)) is not None), default=None)
                for place, one in enumerate(self.all())
            }
        return self._dates

    def forget_dates(self) -> None:
        """Date them anew: another renewal has been dated."""
        self._dates = None
        self._dated.clear()


def _material(companions: list[Companion]) -> Material:
    found: dict[str, list[bytes]] = {ending: [] for ending in _ENDINGS}
    for one in companions:
        found[one.ending].append(one.data)
    return Material(certificates=tuple(found["cer"]), crls=tuple(found["crl"]), ocsps=tuple(found["ocsp"]))
