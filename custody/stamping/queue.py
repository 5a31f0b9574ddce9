"""Questions that are under way, kept on disk so that no token that has arrived is lost or asked for again.

A request is written before it is sent and its token as soon as it holds; both go when the token stands
beside everything that it is for. A process may end anywhere in between: a request without a token was never
answered as far as anybody knows, and is dropped, to be asked once more; one with its token is put away by the
next run. What is to be stamped at all is never kept here: it follows from the bundles themselves, so nothing
can be forgotten.

    <id>.request   JSON: what for, whom, the query, the leaves of the tree; ids are the query's SHA-256
    <id>.token     the token, exactly as it came
"""

from __future__ import annotations

import hashlib
from base64 import b64decode, b64encode
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any, Final

from attrs import field, frozen

from custody.errors import BundleError, FormatError
from custody.format.canonical import encode_json
from custody.format.hashes import HASHES
from custody.format.key_file import decode_json_file
from custody.format.limits import KIB, MIB, STAMP_BYTES
from custody.format.shape import Base64Text, Choice, Hex, OneOf, Record, Text
from custody.format.shape import Sequence as ListOf
from custody.format.timestamp_query import Query, decode_query, encode_query
from custody.proof.evidence_record.record import ReducedTree
from custody.proof.evidence_record.tree import reduced_trees
from custody.stamping.desk import Desk
from custody.stamping.exchange import Token, make_query
from custody.storage.spool import Spool
from custody.trust.trust import Authority

QUEUE_FOLDER: Final = ".custody-queue"
"""Where requests are kept, beside the bundles that they are for."""
BATCH_LEAVES: Final = 65_536
"""How many proofs one token is asked for at most."""
STAMP: Final = "stamp"
RENEWAL: Final = "renewal"

_FORMAT: Final = "custody/request/1"
_REQUEST: Final = ".request"
_TOKEN: Final = ".token"  # noqa: S105 - the ending of a file
_MEMBER: Final = "request"
_REQUEST_BYTES: Final = 16 * MIB
_DIGESTS: Final = OneOf(tuple(Hex(2 * size) for size in sorted({one.size_bytes for one in HASHES.values()})))
_SHAPE: Final = Record(
    required={
        "format": Choice([_FORMAT]),
        "kind": Choice([STAMP, RENEWAL]),
        "authority": Text(max_characters=200),
        "query": Base64Text(max_bytes=KIB),
        "leaves": ListOf(_DIGESTS, minimum=1, maximum=BATCH_LEAVES, sorted_unique=True),
    }
)


@frozen(kw_only=True)
class Request:
    """A question and what its answer is for.

    Attributes:
        kind: STAMP, or RENEWAL of proofs that are there.
        authority: name of whom it is put to, in the trust.
        query: with the root of the leaves' tree as imprint.
        leaves: digests of what is stamped, under the hash of the imprint; ascending, each once.
    """

    kind: str
    authority: str
    query: Query
    leaves: tuple[bytes, ...] = field(repr=False)

    @cached_property
    def id(self) -> str:
        """Name of its files."""
        return hashlib.sha256(self.encoded_query).hexdigest()

    @cached_property
    def encoded_query(self) -> bytes:
        """The query as it is sent."""
        return encode_query(self.query)

    @cached_property
    def trees(self) -> dict[bytes, ReducedTree]:
        """The reduced hash tree of each leaf; empty where there is one leaf."""
        _, trees = reduced_trees(self.leaves, HASHES[self.query.imprint_algorithm])
        return dict(zip(self.leaves, trees, strict=True))


def make_request(
    desk: Desk, authority: Authority, kind: str, algorithm: str, leaves: Sequence[bytes]
) -> Request:
    """Make one question for many leaves.

    Args:
        desk: gives the nonce.
        authority: whom it is for.
        kind: STAMP or RENEWAL.
        algorithm: name of the hash of leaves, tree and imprint.
        leaves: digests, at least one.
    """
    listed = tuple(sorted(set(leaves)))
    root, _ = reduced_trees(listed, HASHES[algorithm])
    query = make_query(desk, authority, algorithm, root)
    return Request(kind=kind, authority=authority.name, query=query, leaves=listed)


@frozen
class Queue:
    """Requests in a spool whose lock is held."""

    spool: Spool

    def keep(self, request: Request) -> None:
        """Write a request, before it is sent.

        Raises:
            StorageError: it could not be kept, so it must not be sent.
        """
        value = {
            "format": _FORMAT,
            "kind": request.kind,
            "authority": request.authority,
            "query": b64encode(request.encoded_query).decode("ascii"),
            "leaves": [leaf.hex() for leaf in request.leaves],
        }
        self.spool.write(request.id + _REQUEST, encode_json(value))

    def keep_token(self, request: Request, token: Token) -> None:
        """Write a token that holds, before anything else is done with it.

        Raises:
            StorageError: it could not be kept; it counts as not received.
        """
        self.spool.write(request.id + _TOKEN, token.data)

    def drop(self, request: Request) -> None:
        """Forget a request whose token stands everywhere, or that was not answered.

        The token goes first: a request without one is dropped by the next run.

        Raises:
            StorageError: the machine refused.
        """
        self._forget(request.id)

    def received(self) -> Iterator[tuple[Request, bytes]]:
        """Yield the requests whose token is here, and drop what is of no use: those without one.

        Raises:
            StorageError: the machine refused.
        """
        names = set(self.spool.names())
        for stem in sorted({name.partition(".")[0] for name in names}):
            kept = self._read(stem) if {stem + _REQUEST, stem + _TOKEN} <= names else None
            if kept is None:
                self._forget(stem)
            else:
                yield kept

    def _read(self, stem: str) -> tuple[Request, bytes] | None:
        """Read a request and its token; None where they are damaged: what they are for is pending anyway."""
        try:
            request = _decode_request(self.spool.read(stem + _REQUEST, _REQUEST_BYTES))
            return request, self.spool.read(stem + _TOKEN, STAMP_BYTES)
        except BundleError:
            return None

    def _forget(self, stem: str) -> None:
        self.spool.remove(stem + _TOKEN)
        self.spool.remove(stem + _REQUEST)


def _decode_request(data: bytes) -> Request:
    """Read a request.

    Raises:
        BundleError: it is none, or its query does not ask for the root of its leaves.
    """
    value: Any = decode_json_file(data, _SHAPE, member=_MEMBER, limit=_REQUEST_BYTES, file_format=_FORMAT)
    query = decode_query(b64decode(value["query"]))
    leaves = tuple(bytes.fromhex(leaf) for leaf in value["leaves"])
    used = HASHES[query.imprint_algorithm]
    if any(len(leaf) != used.size_bytes for leaf in leaves) or reduced_trees(leaves, used)[0] != query.digest:
        raise FormatError(_MEMBER, expected="the root of its leaves", found="another digest")
    return Request(kind=value["kind"], authority=value["authority"], query=query, leaves=leaves)
