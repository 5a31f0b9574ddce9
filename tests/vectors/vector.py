"""The form of a test vector: a text header that states one fact, an empty line, then a bundle as a zip.

    custody vector 1
    comment: what the vector is about, one sentence
    tags: audit                      (optional: who else can judge it)
    form: folder                     (unpack the zip into a folder first) or zip (judge the bytes as they are)
    trust: sealer                    (trust/sealer.json; none: nothing is trusted)
    at: 2026-02-01T00:00:00Z         (the moment that counts as now)
    require: intact sealed-by        (the claims that must be proven)
    before: / expect-seal: / head:   (optional arguments of verification)
    link: path target                (optional: a symbolic link to add after unpacking)
    folder: path                     (optional: an empty folder to add)
    receipt: zip 1234                (optional: a receipt, given as a zip, or in a folder; the zips of all,
                                     of so many bytes each, follow that of the bundle in this order)
    expect: refuted FILE_DIGEST      (outcome of the required claims, and a reason code that must be there)

Outcome: refuted when a required claim is refuted, else undetermined when one is, else proven. The reason code
is among the findings; for refuted and undetermined it bears on a required claim, unless the code stands in
brackets: then it is only listed.
"""

from __future__ import annotations

from attrs import field, frozen

MAGIC = "custody vector 1"
_SINGLE = ("comment", "tags", "form", "trust", "at", "require", "before", "expect-seal", "head", "expect")
_REPEATED = ("link", "folder", "receipt")


@frozen(kw_only=True)
class GivenReceipt:
    """A receipt: how it is given, and its zip."""

    form: str
    body: bytes = field(repr=False)


@frozen(kw_only=True)
class Vector:
    """One vector, as its file says it."""

    name: str
    comment: str
    expect: str
    body: bytes = field(repr=False)
    tags: str = ""
    form: str = "folder"
    trust: str = "sealer"
    at: str = "2026-02-01T00:00:00Z"
    require: str = "intact sealed-by"
    before: str = ""
    expect_seal: str = ""
    head: str = ""
    links: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    receipts: tuple[GivenReceipt, ...] = ()

    @property
    def outcome(self) -> str:
        """The outcome expected of the required claims together."""
        return self.expect.split()[0]

    @property
    def reason(self) -> str:
        """The reason code that must be found."""
        return self.expect.split()[1].strip("()")

    @property
    def only_listed(self) -> bool:
        """Whether the reason need not bear on a required claim."""
        return self.outcome == "proven" or self.expect.split()[1].startswith("(")

    def encode(self) -> bytes:
        """Return the bytes of the vector's file."""
        values = {name: getattr(self, name.replace("-", "_")) for name in _SINGLE}
        lines = [MAGIC, *(f"{name}: {value}" for name, value in values.items() if value)]
        lines += [f"link: {link}" for link in self.links] + [f"folder: {folder}" for folder in self.folders]
        lines += [f"receipt: {receipt.form} {len(receipt.body)}" for receipt in self.receipts]
        zips = (self.body, *(receipt.body for receipt in self.receipts))
        return "\n".join(lines).encode() + b"\n\n" + b"".join(zips)


def decode_vector(data: bytes, name: str) -> Vector:
    """Read a vector's file."""
    head, _, body = data.partition(b"\n\n")
    magic, *lines = head.decode().split("\n")
    if magic != MAGIC:
        raise ValueError(name)
    values: dict[str, str] = {}
    repeated: dict[str, list[str]] = {key: [] for key in _REPEATED}
    for line in lines:
        key, _, value = line.partition(": ")
        if key in repeated:
            repeated[key].append(value)
        elif key in _SINGLE:
            values[key.replace("-", "_")] = value
        else:
            raise ValueError(line)
    receipts: list[GivenReceipt] = []
    for form, size in reversed([line.split(" ") for line in repeated["receipt"]]):
        body, last = body[: len(body) - int(size)], body[len(body) - int(size) :]
        receipts.insert(0, GivenReceipt(form=form, body=last))
    return Vector(
        name=name,
        body=body,
        links=tuple(repeated["link"]),
        folders=tuple(repeated["folder"]),
        receipts=tuple(receipts),
        **values,
    )
