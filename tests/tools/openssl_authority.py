"""Time authorities run by stock `openssl ts`, made in a folder when they are needed."""

from __future__ import annotations

import itertools
import subprocess
import threading
from pathlib import Path
from typing import Final

from attrs import field, frozen

from custody.format.der import decode_tlv, members_of
from custody.trust.trust import Authority, TrustedRoot

POLICY: Final = "2.999.3161.2"
_DAYS: Final = "5475"
_AUTHORITY: Final = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n"
_UNIT: Final = (
    "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature,nonRepudiation\n"
    "extendedKeyUsage=critical,timeStamping\n"
)
_IDENTIFIERS: Final = "subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n"
_CONFIGURATION: Final = f"""[tsa]
default_tsa = unit
[unit]
serial = serial
crypto_device = builtin
signer_cert = unit.pem
signer_key = unit.key
certs = chain.pem
signer_digest = sha256
default_policy = {POLICY}
other_policies = {POLICY}.1
digests = sha256, sha384, sha512
accuracy = secs:1, millisecs:500
clock_precision_digits = 3
ordering = no
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""


def _key_options(kind: str) -> list[str]:
    if kind.startswith("rsa-"):
        return ["-newkey", f"rsa:{kind[4:]}"]
    return ["-newkey", "ec", "-pkeyopt", f"ec_paramgen_curve:{kind}"]


@frozen(kw_only=True)
class OpensslAuthority:
    """A root, an authority under it and a time-stamping unit, each with files in a folder.

    Attributes:
        name: also the label in a trust.
        operator: the O of every name.
        folder: holds root.pem, chain.pem, unit.pem, keys and the configuration.
        openssl: the program.
    """

    name: str
    operator: str
    folder: Path
    openssl: str = "openssl"
    _lock: threading.Lock = field(factory=threading.Lock, repr=False, eq=False)
    _number: itertools.count[int] = field(factory=lambda: itertools.count(1), repr=False, eq=False)

    def run(self, *arguments: str, given: bytes | None = None) -> bytes:
        """Run openssl in the folder and return what it prints."""
        done = subprocess.run(
            [self.openssl, *arguments], cwd=self.folder, input=given, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout

    def reply(self, query: bytes) -> bytes:
        """Answer a TimeStampReq; one at a time, for the serial number is a file."""
        with self._lock:
            (self.folder / "query.tsq").write_bytes(query)
            self.run("ts", "-reply", "-config", "tsa.cnf", "-queryfile", "query.tsq", "-out", "reply.tsr")
            return (self.folder / "reply.tsr").read_bytes()

    def stamp(self, data: bytes, *, hash_name: str = "sha256", certificates: bool = True) -> bytes:
        """Make a token over bytes, at the time of the system's clock."""
        (self.folder / "data").write_bytes(data)
        asked = ["ts", "-query", "-data", "data", f"-{hash_name}", *(["-cert"] if certificates else [])]
        self.run(*asked, "-out", "asked.tsq")
        reply = self.reply((self.folder / "asked.tsq").read_bytes())
        return members_of(decode_tlv(reply))[1].raw

    @property
    def chain(self) -> tuple[bytes, ...]:
        """Unit, authority, root; DER."""
        return tuple(self._der(name) for name in ("unit.pem", "issuer.pem", "root.pem"))

    @property
    def root_pem(self) -> bytes:
        """The root, as it is pinned."""
        return (self.folder / "root.pem").read_bytes()

    def authority(self, *, url: str | None = None, policy: str | None = None) -> Authority:
        """Return the authority for a trust: its root, pinned."""
        roots = (TrustedRoot(certificate=self._der("root.pem")),)
        return Authority(name=self.name, operator=self.operator, roots=roots, url=url, policy=policy)

    def _der(self, name: str) -> bytes:
        return self.run("x509", "-in", name, "-outform", "DER")

    def _certify(self, who: str, by: str, kind: str, extensions: str) -> None:
        subject = f"/O={self.operator}/CN={self.name} {who}"
        request = ["-nodes", "-keyout", f"{who}.key", "-out", f"{who}.csr", "-subj", subject]
        self.run("req", *_key_options(kind), *request)
        (self.folder / f"{who}.ext").write_text(extensions + _IDENTIFIERS, "ascii")
        serial = f"0x{next(self._number) + 0x1000:x}"
        signing = ["-CA", f"{by}.pem", "-CAkey", f"{by}.key", "-set_serial", serial, "-days", _DAYS]
        written = ["-sha256", "-extfile", f"{who}.ext", "-out", f"{who}.pem"]
        self.run("x509", "-req", "-in", f"{who}.csr", *signing, *written)

    def prepare(self, *, root_key: str, unit_key: str) -> None:
        """Make keys, certificates and the configuration."""
        self.folder.mkdir(parents=True)
        subject = f"/O={self.operator}/CN={self.name} root"
        usage = [
            "-addext",
            "basicConstraints=critical,CA:TRUE",
            "-addext",
            "keyUsage=critical,keyCertSign,cRLSign",
        ]
        named = [
            "-nodes",
            "-keyout",
            "root.key",
            "-out",
            "root.pem",
            "-days",
            "7300",
            "-sha256",
            "-subj",
            subject,
        ]
        self.run("req", "-x509", *_key_options(root_key), *named, *usage)
        self._certify("issuer", "root", root_key, _AUTHORITY)
        self._certify("unit", "issuer", unit_key, _UNIT)
        issuer = (self.folder / "issuer.pem").read_bytes()
        (self.folder / "chain.pem").write_bytes(issuer)
        (self.folder / "tsa.cnf").write_text(_CONFIGURATION, "ascii")
        (self.folder / "serial").write_text("01\n", "ascii")


def make_openssl_authority(
    folder: Path,
    name: str,
    *,
    operator: str = "Operator of tests",
    openssl: str = "openssl",
    root_key: str = "P-256",
    unit_key: str = "P-256",
) -> OpensslAuthority:
    """Make an authority in a new folder.

    Args:
        folder: is made.
        name: the label.
        operator: who runs it.
        openssl: the program.
        root_key: of root and issuer: a curve's name, or "rsa-BITS".
        unit_key: of the unit, alike.
    """
    made = OpensslAuthority(name=name, operator=operator, folder=folder, openssl=openssl)
    made.prepare(root_key=root_key, unit_key=unit_key)
    return made
