"""From an entry of the list of authorities to an authority that a verifier accepts."""

from __future__ import annotations

from collections.abc import Iterable

from custody.errors import UsageError
from custody.format.authority_list import ListedAuthority
from custody.format.root_file import RootCertificate, decode_root_certificate, decode_root_file


def listed_roots(listed: ListedAuthority, files: Iterable[bytes] = ()) -> tuple[RootCertificate, ...]:
    """Return the roots of a listed authority: from files that the verifier brought, else from the list.

    Args:
        listed: the entry.
        files: PEM or DER files, each of which must hold at least one root of the entry; other certificates in
            them are left alone.

    Raises:
        UsageError: FINGERPRINT: a file holds no certificate of a recorded fingerprint. ROOT_NEEDED: there are
            no files, and the list holds no certificate.
        FormatError: a file cannot be read; see `decode_root_file`.
    """
    given = tuple(files)
    if not given:
        roots = tuple(root.certificate for root in listed.roots if root.certificate is not None)
        if not roots:
            raise UsageError(
                "root: expected it with --root, for the list knows its fingerprint alone, found none",
                code="ROOT_NEEDED",
                hint=_where(listed),
            )
        return tuple(decode_root_certificate(root) for root in roots)
    fingerprints = [root.fingerprint for root in listed.roots]
    found = [root for data in given for root in decode_root_file(data, fingerprints=fingerprints)]
    return tuple({root.fingerprint: root for root in found}.values())


def _where(listed: ListedAuthority) -> str:
    published = [root.published_at for root in listed.roots if root.published_at is not None]
    place = published[0] if published else "its operator"
    return f"take it from {place}; a file of many roots will do, only the recorded one is taken"
