"""Writing evidence records: the first one around a token, and both renewals (RFC 4998, section 5).

*Timestamp renewal* stamps the previous token before its certificate, root or signature algorithm ends; only
the record is needed. *Hash-tree renewal* stamps the document and all chains under a new hash before the old
hash ends; the document is needed. Neither needs a key.

Every digest here is over bytes exactly as stored (rule ER-12). So whatever is to be kept inside a token is
added before it is renewed.
"""

from __future__ import annotations

from attrs import evolve

from custody.errors import UsageError
from custody.format.hashes import HASH_OF_OID, Hash
from custody.proof.evidence_record.record import (
    EvidenceRecord,
    ReducedTree,
    encode_algorithm,
    encode_chains,
    make_archive_timestamp,
)
from custody.proof.stamp import DigestOf


def record_of_token(token: bytes, algorithm: Hash, tree: ReducedTree = ()) -> EvidenceRecord:
    """Make the evidence record of one token.

    Args:
        token: the ContentInfo as the authority gave it.
        algorithm: the hash of the token's imprint and of the tree.
        tree: what `reduced_trees` gave for the document; empty where the token stamps its digest itself.
    """
    stamp = make_archive_timestamp(token, algorithm=algorithm.oid, tree=tree)
    return EvidenceRecord(algorithms=(encode_algorithm(algorithm.oid),), chains=((stamp,),))


def renewal_digest(record: EvidenceRecord, algorithm: Hash) -> bytes:
    """Return what the next token of the last chain must stamp, alone or as a leaf (rule ER-6).

    Args:
        record: the record to renew.
        algorithm: the hash of its last chain; a renewal with another one is a hash-tree renewal.

    Raises:
        UsageError: the last chain names another hash.
    """
    last = record.chains[-1][-1]
    if last.algorithm not in {None, algorithm.oid}:
        named = HASH_OF_OID.get(last.algorithm or "")
        found = "an unknown one" if named is None else named.name
        message = f"hash: expected that of the record's last chain, {found}, found {algorithm.name}"
        raise UsageError(message)
    return algorithm.digest(last.token)


def with_renewal(record: EvidenceRecord, token: bytes, tree: ReducedTree = ()) -> EvidenceRecord:
    """Add a token to the last chain (timestamp renewal).

    Args:
        record: the record to renew.
        token: over `renewal_digest`, or over the root of a tree whose leaf that is; under the chain's hash.
        tree: what `reduced_trees` gave for that leaf; so one token renews many records.
    """
    chain = record.chains[-1]
    stamp = make_archive_timestamp(token, algorithm=chain[-1].algorithm, tree=tree)
    return evolve(record, chains=(*record.chains[:-1], (*chain, stamp)))


def hash_renewal_digest(record: EvidenceRecord, digest_of: DigestOf, algorithm: Hash) -> bytes:
    """Return what the first token of a new chain must stamp, alone or as a leaf (rule ER-7).

    It is the hash of the document's digest and the digest of all chains, in this order: they are not sorted.

    Args:
        record: the record to renew.
        digest_of: gives the digest of the document.
        algorithm: the new hash.
    """
    before = algorithm.digest(encode_chains(record.chains))
    return algorithm.digest(digest_of(algorithm.name) + before)


def with_hash_renewal(
    record: EvidenceRecord, token: bytes, algorithm: Hash, tree: ReducedTree = ()
) -> EvidenceRecord:
    """Add a chain under another hash (hash-tree renewal).

    Args:
        record: the record to renew.
        token: over `hash_renewal_digest`, or over the root of a tree whose leaf that is.
        algorithm: the new hash.
        tree: what `reduced_trees` gave for that leaf.
    """
    stamp = make_archive_timestamp(token, algorithm=algorithm.oid, tree=tree)
    named = encode_algorithm(algorithm.oid)
    algorithms = record.algorithms if named in record.algorithms else (*record.algorithms, named)
    return evolve(record, algorithms=algorithms, chains=(*record.chains, (stamp,)))
