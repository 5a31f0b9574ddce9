"""The English words of VERIFY.txt, template 1. Every change of a byte here needs a new template number."""

from __future__ import annotations

TITLE = "HOW TO CHECK THIS BUNDLE WITHOUT THOSE WHO MADE IT"

BUNDLE = "Bundle id:"
SEAL = "Seal id:"
TIME = "Time of sealing as the signers state it (a statement, not a proof):"
SIGNER = "Signer {number}. The name is a label that the signer chose, not a proof:"
FINGERPRINT = "Fingerprint of the signer's keys:"
ED25519 = "Key id, Ed25519:"
MLDSA65 = "Key id, ML-DSA-65:"
STEP = "STEP {number}. {heading}"

FORMULAS = """\
    fields      content name kind origin time place people terms derivation extra
    commitment  = SHA-256( [salt,"item",field,value] )      JSON in the canonical form of RFC 8785
    entry       = "custody/item/1" LF, bundle id (16 bytes), index (8 bytes, big-endian), ten commitments
    leaf        = SHA-256( 0x00, entry )      index = number - 1
    root        = SHA-256( 0x01, left, right ) upwards: the tree of RFC 9162 section 2.1 over the leaves

    open line         {"key":KEY, and the ten fields}     file's digest: content.sha256
                      salts = SHAKE-256( "custody/salts/1" LF, KEY (32 bytes) ), 10 times 32 bytes, in hex
    partly open line  {"closed":{field:commitment},"open":{field:[salt,value]}}
    withheld line     "leaf"

    event fields      body manifest case place people purpose reference condition opened note
    FIELD.json        [salt,"event",field,value]"""

OPENING = """\
VERIFY.txt, template 1. النص العربي بعد النص الإنجليزي.

This folder is an evidence bundle. You can check it with tools that every system has or that come
from publishers whom you choose; nothing here needs the program that made the bundle."""

MEANING = """\
WHAT THESE STEPS SHOW
(draft wording, to be reviewed by a lawyer)

If every step succeeds, the files that you hold are, byte for byte, the files whose digests the
seal states (or, in a part, the files whose digests the holder's statement lists), and the
statement was signed with the keys named above.

The steps do not show that the content is true, who held the keys, what happened before the
sealing, what was never sealed, or that a stated time is right. A time is shown by step 11 alone.

If a step fails, write down the step and what it printed, keep the folder as it is, and ask for a
fresh copy. A failed step shows that this copy differs; it does not show who changed it, or why.
Step 11 is the exception: a stamp that fails there shows nothing about the files.

This text came with the bundle, and whoever can change the bundle can change this text. It is the
same for every bundle except for ids, keys, labels and the time of sealing: compare it with the
text printed in the specification "Custody bundles, version 1" (docs/spec/bundle-1.md of the custody
project, appendix A), or take the ids of step 1 from elsewhere and the commands from there. Get the
specification, and the audit.py of step 12 (examples/audit.py of the custody project), from the
project's own publication or from somebody whom you trust. Neither comes with a bundle."""

HOW = """\
HOW TO READ THE COMMANDS

Type each line without the mark in front of it, in the order given, in one terminal window that
you opened in the bundle's folder (the one that holds bagit.txt). Of steps 6 and 7 do only the one
that step 5 names. No command writes into the bundle.

    $      Linux, macOS, and Git Bash on Windows
    mac$   on macOS, in addition, after the line above it
    PS>    Windows PowerShell, instead of the lines marked $
    ssl$   where OpenSSL 3.5 or later is installed
    node$  where Node.js 24.8 or later is installed

A line of step 0 to 7 that compares prints "same: ..."; "DIFFERENT: ..." or an error message means
that the step failed. Other expected results are stated with the step. You need sha256sum, OpenSSH
8.1 or later (ssh-keygen) and openssl; Windows needs only PowerShell and its OpenSSH client for
steps 0 to 9, and Git Bash for steps 10 and 11."""

STEPS: dict[int, tuple[str, str]] = {
    0: (
        "PREPARE",
        """\
The first lines set short names. The last ones check that the folder holds only plain files and
folders with plain names, so that nothing printed later can mislead you.
Expected: "same: 0" three times. (PowerShell: nothing from the last line.)

A .DS_Store, Thumbs.db, desktop.ini or a name that begins with ._ or ~$ comes from a computer that
opened the folder; it is no evidence. Work on a fresh copy.

These checks are stricter than those of the program custody: below a folder stamps, and in the
folder of a later event, it sets a foreign file or a link aside and names it, and its results stay
the same. If step 0 fails for such a thing alone, write down its path.""",
    ),
    1: (
        "COMPARE WITH ANOTHER SOURCE",
        """\
This is the most important step, and no command can do it. Compare the seal id and the fingerprint
above with a source other than this bundle: a receipt, a court file, a letter, a telephone call to
a number that you know, the organisation's own publication. Anybody can make another bundle with
other keys, whose steps all succeed; only this comparison tells them apart.

If you could compare only one of the two, say which. If neither, all that follows shows no more
than that the bundle agrees with itself.""",
    ),
    2: (
        "THE KEYS",
        """\
The key files in the seal's folder must be those named above. A key id is the SHA-256 of the key
in the form SubjectPublicKeyInfo (DER). The fingerprint is the SHA-256 of the line
"custody/fingerprint/1" and the key ids, in ascending order, one a line; its first twelve pairs of
bytes are written as decimal numbers of five digits.""",
    ),
    3: (
        "THE SEAL ID",
        """\
The seal id is the SHA-256 of proof.sha256, which lists the signed statement (event.json) and
every signature over it. So no signature can be removed or replaced without changing the seal id.
Expected: "same" twice; then "OK" for every file.""",
    ),
    4: (
        "THE SIGNATURES",
        """\
Every signature of every signer must succeed.
Expected: Good "event@custody" signature, for each signer; with ssl$ or node$, success for each
ML-DSA-65 signature.

Where neither OpenSSL 3.5 nor Node.js 24.8 is at hand, the Ed25519 signatures suffice; say which
you checked. ML-DSA-65 protects against forgers who one day own a quantum computer.""",
    ),
    5: (
        "WHAT WAS SIGNED",
        """\
event.json holds the id of the bundle and ten commitments. A commitment is the SHA-256 of a file
beside it; the first belongs to body.json, which must name the same signers and keys as this text.
Expected: 1, same, 1, then the body, in which "root" and "items" are used in step 12, and then the
step that comes next: "next: step 6", "next: step 7" or "next: step 8". (PowerShell prints True in
place of 1.)""",
    ),
    6: (
        'ONLY IF STEP 5 SAID "next: step 6". A WHOLE: FROM THE SEAL TO THE LIST OF FILES',
        """\
The seal's folder holds manifest.json; leave out step 7. The second commitment belongs to
manifest.json, which states the SHA-256 of manifest-sha256.txt and the number of files.""",
    ),
    7: (
        'ONLY IF STEP 5 SAID "next: step 7". A PART: FROM A DISCLOSURE TO THE LIST OF FILES',
        """\
The seal's folder holds no manifest.json, so leave out step 6: you hold a part. The holder made it
for somebody, and signed in an event "disclosed" what is open in it. There is no way with stock
tools from the seal to the files of a part, because the seal's own list names withheld files and
is withheld too; only from that event, whose opened.json states the SHA-256 of the part's
manifest-sha256.txt.
Expected: exactly one folder, then "same" twice, then what is open.

Step 10 checks the signatures of that event. They are the holder's: compare the fingerprint of his
keys with another source too (step 1). That the open items belong to the sealed ones is shown by
step 12.

If step 5 said "next: step 8", there is neither manifest.json nor opened.json (after an erasure,
the list goes with the file): leave out steps 6 and 7. Then steps 8 and 9 show only that the files
agree with an unsigned list; step 12 leads from the seal to the files.""",
    ),
    8: (
        "THE FILES",
        """\
Every file that the list names must be there, unchanged, and nothing else in data.
Expected: "OK" for every file, then "same set of files". (PowerShell: "same" for every file; the
other line prints nothing.)

If manifest-sha256.txt is empty, no file is open in this copy.""",
    ),
    9: (
        "THE WRAPPING",
        """\
tagmanifest-sha256.txt lists the files around the evidence. It is not signed: this step finds
accidents, and proves nothing against intent.
Expected: "OK" for every file.""",
    ),
    10: (
        "LATER EVENTS",
        """\
Later events (releases, receipts, disclosures and others) have the form of the seal: for each, the
id and its folder, its files, "same" for its body, and for each signer "Good" and the key id.
Their allowed_signers lines are made from the key files beside them, so a name proves nothing
here: compare each key id with one that you have from another source, with the "keys" in
body.json, and with what the role of that person should be. For ML-DSA-65 repeat the lines of step
4 with S set to the event's folder; the context for attestations is attestation@custody.

An event whose folder holds only event.json and proof.sha256 is a stub, whose content is withheld:
its missing signatures are not reported, its id still counts. Each event names in "prev" the ids
of those it follows. The last line marked $ prints every id that is named and not here; nothing
printed, and no failure, means that the links hold. A cut-off end of the log cannot be seen in the
log: only a receipt in other hands shows it.
Expected: no "FAILED", "same: 0" after each list, and nothing from the last line marked $.""",
    ),
    11: (
        "TIME",
        """\
A stamp of a time authority (RFC 3161; a file stamp.tst) shows that the proof.sha256 of the event in
whose folder it lies existed at the time printed; under custody/renewals, the renewal.txt. Put the
authority's root certificates into roots.pem in your home folder; get them from the authority, never
from this bundle. Each stamp is checked as of its own time, for certificates expire long before
trials end.
Expected: "Verification: OK" and a line HOLDS with the time, for at least one stamp of an authority
that you trust; for the time of the seal, "HOLDS over the seal: 1" or more. "no stamp here" means
that nothing in this bundle shows a time.

A stamp that FAILED shows nothing about the files, and nothing about the other stamps. It may come
from an authority whose root is not in roots.pem, or from a stranger, for anybody can add a stamp.
What matters is that at least one stamp of an authority you trust holds. Without roots.pem every
stamp fails.

NOT CHECKED names stamps that these lines cannot check and that count for nothing here; with them
alone, this step has shown no time. A stamp.ers is an evidence record (RFC 4998): one stamp for many
bundles, or a stamp that was renewed. It needs a tool for evidence records; how openssl checks the
usual ones is shown in docs/lawyers/verify-by-hand.md of the custody project. A stamp.ots is an
OpenTimestamps proof, for the OpenTimestamps client. (PowerShell only lists the stamps, all as NOT
CHECKED.)

openssl's messages "Using configuration from ..." and "... is not a CA cert" are usual and mean no
failure. It does not look for revocation. A file under anchors is a stamp that existed before the
event: it dates the signing, never the evidence. LibreSSL, which macOS brings, cannot do this step:
install OpenSSL 3.""",
    ),
    12: (
        "FROM THE SEAL TO EACH ITEM",
        """\
Line n of custody/items.jsonl is item n; data/ holds its file under the same number. The number of
lines must be "items" in the seal's body. That the lines lead to "root" in the seal's body is
checked with audit.py (examples/audit.py of the custody project, one file of Python without any
library, short enough to read), or with a program of your own from these formulas:

"""
        + FORMULAS
        + """

A commitment of an event is the SHA-256 of the file FIELD.json beside it.""",
    ),
    13: (
        "WRITE DOWN",
        """\
The date, your system, the versions of your tools; with which source you compared the seal id and
the fingerprint; which steps succeeded, which failed, which you left out; whether you checked
ML-DSA-65.""",
    ),
}
