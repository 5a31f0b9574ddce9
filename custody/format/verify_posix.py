"""The commands of VERIFY.txt for Linux and macOS, step by step, with stock tools alone.

Every command is one line, so that it can be copied, and runs in bash, zsh and dash. What sealing cannot know
is found by the commands themselves: the text never changes while the log grows.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from custody.format.bag import ITEMS_PATH
from custody.format.event_fields import EVENT_FIELDS
from custody.format.verify_facts import (
    ATTESTATION_NAMESPACE,
    MACOS,
    NAMESPACE,
    NODE,
    OPENSSL,
    POSIX,
    Command,
    SealFacts,
    allowed_signer,
    openssh_key,
)


def posix_steps(seal: SealFacts) -> dict[int, tuple[Command, ...]]:
    """Return the commands of each step, by the step's number; steps without commands are left out."""
    return {
        0: tuple(_prepare(seal)),
        2: tuple(_keys(seal)),
        3: tuple(_seal_id(seal)),
        4: tuple(_signatures(seal)),
        5: tuple(_statement(seal)),
        6: tuple(_whole()),
        7: tuple(_part()),
        8: tuple(_files()),
        9: (Command(POSIX, "sha256sum --strict -c tagmanifest-sha256.txt"),),
        10: tuple(_events()),
        11: tuple(_stamps()),
        12: (Command(POSIX, f"wc -l < {ITEMS_PATH}"),),
    }


def signers_json(seal: SealFacts) -> str:
    """Return the end of the seal's body.json: the signers with their keys, and the type."""
    listed = [
        {"identity": signer.claimed_identity, "keys": list(signer.key_set.key_ids)} for signer in seal.signers
    ]
    return f'"signers":{json.dumps(listed, separators=(",", ":"))},"type":"sealed"}}]'


def statement_pattern(seal: SealFacts) -> str:
    """Return an extended regular expression that the seal's whole event.json matches."""
    commitments = f'"[0-9a-f]{{64}}"(,"[0-9a-f]{{64}}"){{{len(EVENT_FIELDS) - 1}}}'
    names = f'\\{{"bundle":"{seal.bundle_id}","fields":\\[{commitments}\\],"holding":"{seal.bundle_id}",'
    return names + '"prev":\\[\\],"seq":0,"v":1\\}'


def _prepare(seal: SealFacts) -> Iterator[Command]:
    yield Command(POSIX, f'S=custody/log/{seal.bundle_id}/00000000; W="$(mktemp -d)"; export LC_ALL=C')
    yield Command(MACOS, 'sha256sum() { shasum -a 256 "$@"; }')
    yield Command(POSIX, 'digest() { sha256sum < "$1" | cut -c1-64; }')
    yield Command(
        POSIX,
        'same() { if [ -n "$1" ] && [ "$1" = "$2" ]; then echo "same: $1"; '
        'else echo "DIFFERENT: $1 / $2"; false; fi; }',
    )
    yield Command(POSIX, """commitment() { cut -d'"' -f"$((6 + 2 * $2))" "$1/event.json"; }""")
    # A link or a pipe could lead a tool away or hold it up; a name could hold codes that repaint the screen.
    yield Command(POSIX, """same "$(find . ! -type f ! -type d | wc -l | tr -d ' ')" 0""")
    yield Command(POSIX, """same "$(find . | grep -cvxE '[A-Za-z0-9._/-]+')" 0""")
    yield Command(
        POSIX,
        """same "$(find . -name '*-sha256.txt' -o -name proof.sha256 | while read -r f; do cat "$f"; done """
        """| grep -cvxE '[0-9a-f]{64}  [A-Za-z0-9._/-]+')" 0""",
    )


def _keys(seal: SealFacts) -> Iterator[Command]:
    # One strict line: the key that verifies and the key that is printed must be one, whatever the file holds.
    yield Command(POSIX, """public() { grep -xE 'ssh-ed25519 [A-Za-z0-9+/]{68}' "$1" | head -n 1; }""")
    yield Command(
        POSIX,
        r"keyid() { { printf '\060\052\060\005\006\003\053\145\160\003\041\000'; "
        """public "$1" | cut -d' ' -f2 | openssl base64 -d -A | tail -c 32; } | sha256sum | cut -c1-64; }""",
    )
    yield Command(
        POSIX,
        r"""fingerprint() { printf '%s\n' custody/fingerprint/1 "$(printf '%s\n' "$@" | sort)" """
        r"""| sha256sum | cut -c1-48 | fold -w 4 | while read -r w; do printf '%05d\n' "0x$w"; done """
        "| paste -s -d ' ' -; }",
    )
    for number, signer, ed25519, mldsa65 in seal.numbered():
        yield Command(POSIX, f'same "$(cat "$S/{number}.ed25519.pub")" "{openssh_key(ed25519)}"')
        yield Command(POSIX, f'same "$(keyid "$S/{number}.ed25519.pub")" {ed25519.key_id}')
        key_ids = f'"$(keyid "$S/{number}.ed25519.pub")"'
        if mldsa65 is not None:
            yield Command(POSIX, f'same "$(digest "$S/{number}.mldsa65.der")" {mldsa65.key_id}')
            key_ids += f' "$(digest "$S/{number}.mldsa65.der")"'
        yield Command(POSIX, f'same "$(fingerprint {key_ids})" "{signer.key_set.fingerprint}"')


def _seal_id(seal: SealFacts) -> Iterator[Command]:
    names = ["event.json"]
    for number, _, _, mldsa65 in seal.numbered():
        names += [f"{number}.sshsig"] if mldsa65 is None else [f"{number}.mldsa65", f"{number}.sshsig"]
    listed = " ".join(sorted(names))
    yield Command(POSIX, f'same "$(digest "$S/proof.sha256")" {seal.seal_id}')
    yield Command(POSIX, f"""same "$(cut -c67- "$S/proof.sha256" | paste -s -d ' ' -)" "{listed}\"""")
    yield Command(POSIX, '(cd "$S" && sha256sum --strict -c proof.sha256)')


def _signatures(seal: SealFacts) -> Iterator[Command]:
    for number, _, ed25519, mldsa65 in seal.numbered():
        line = allowed_signer(number, ed25519)
        yield Command(POSIX, f"""printf '%s\\n' '{line}' > "$W/allowed_signers\"""")
        yield Command(
            POSIX,
            f'ssh-keygen -Y verify -f "$W/allowed_signers" -I signer-{number} -n {NAMESPACE} '
            f'-s "$S/{number}.sshsig" < "$S/event.json"',
        )
        if mldsa65 is not None:
            yield from _mldsa65(number)


def _mldsa65(number: int) -> Iterator[Command]:
    key, signature = f'"$S/{number}.mldsa65.der"', f'"$S/{number}.mldsa65"'
    yield Command(
        OPENSSL,
        f'openssl pkeyutl -verify -pubin -keyform DER -inkey {key} -rawin -in "$S/event.json" '
        f"-sigfile {signature} -pkeyopt context-string:{NAMESPACE}",
    )
    # Single quotes inside, nothing that a shell expands: the line is the same in PowerShell.
    yield Command(
        NODE,
        "node -e \"const [k, m, s] = process.argv.slice(1).map(f => require('fs').readFileSync(f)); "
        "const good = require('crypto').verify(null, m, {key: k, format: 'der', type: 'spki', "
        f"context: Buffer.from('{NAMESPACE}')}}, s); "
        "console.log(good ? 'Good ML-DSA-65 signature' : 'BAD ML-DSA-65 SIGNATURE'); "
        f'process.exit(good ? 0 : 1)" {key} "$S/event.json" {signature}',
    )


def _statement(seal: SealFacts) -> Iterator[Command]:
    yield Command(POSIX, f"""grep -cxE '{statement_pattern(seal)}' "$S/event.json\"""")
    yield Command(POSIX, 'same "$(commitment "$S" 1)" "$(digest "$S/body.json")"')
    yield Command(POSIX, f"""grep -cF '{signers_json(seal)}' "$S/body.json\"""")
    yield Command(POSIX, 'cat -v "$S/body.json"; echo')
    yield Command(
        POSIX,
        'if test -e "$S/manifest.json"; then echo "next: step 6"; '
        'elif find custody/log -name opened.json | grep -q .; then echo "next: step 7"; '
        'else echo "next: step 8"; fi',
    )


def _whole() -> Iterator[Command]:
    yield Command(POSIX, 'same "$(commitment "$S" 2)" "$(digest "$S/manifest.json")"')
    yield Command(POSIX, """same "$(cut -d'"' -f14 "$S/manifest.json")" "$(digest manifest-sha256.txt)\"""")
    yield Command(
        POSIX,
        """same "$(sed 's/.*"files":\\([0-9]*\\),.*/\\1/' "$S/manifest.json")" """
        """"$(find data -type f | wc -l | tr -d ' ')\"""",
    )


def _part() -> Iterator[Command]:
    position = EVENT_FIELDS.index("opened") + 1
    yield Command(POSIX, 'E="$(find custody/log -name opened.json)"; E="${E%/opened.json}"; echo "$E"')
    yield Command(POSIX, f'same "$(commitment "$E" {position})" "$(digest "$E/opened.json")"')
    yield Command(
        POSIX,
        """same "$(sed 's/.*"manifest":"\\([0-9a-f]*\\)"}]$/\\1/' "$E/opened.json")" """
        '"$(digest manifest-sha256.txt)"',
    )
    yield Command(POSIX, 'cat -v "$E/opened.json"; echo')


def _files() -> Iterator[Command]:
    yield Command(POSIX, "sha256sum --strict -c manifest-sha256.txt")
    yield Command(
        POSIX,
        'find data ! -type d | sort > "$W/found"; cut -c67- manifest-sha256.txt | sort | cmp - "$W/found" '
        '&& echo "same set of files"',
    )


def _events() -> Iterator[Command]:
    yield Command(
        POSIX,
        'signed() { k="${1%.sshsig}.ed25519.pub"; '
        """printf '%s\\n' "signer namespaces=\\"$2\\" $(public "$k")" > "$W/one"; """
        'ssh-keygen -Y verify -f "$W/one" -I signer -n "$2" -s "$1" < "${1%/*}/event.json" '
        '&& keyid "$k"; }',
    )
    yield Command(
        POSIX,
        'event() { echo "event $(digest "$1/proof.sha256") $1"; (cd "$1" && sha256sum --strict -c '
        'proof.sha256) && same "$(commitment "$1" 1)" "$(digest "$1/body.json")" '
        '&& for s in "$1"/*.sshsig; do signed "$s" "$2" || return 1; done; }',
    )
    yield Command(
        POSIX,
        'events() { find "$1" -name body.json | sort | while read -r b; do event "${b%/body.json}" "$2" '
        '|| echo "FAILED $b"; done | tee "$W/events"; same "$(grep -c "^FAILED " "$W/events")" 0; }',
    )
    yield Command(POSIX, f"events custody/log {NAMESPACE}")
    yield Command(
        POSIX, f"test ! -d custody/attestations || events custody/attestations {ATTESTATION_NAMESPACE}"
    )
    yield Command(
        POSIX,
        'find custody/log -name proof.sha256 | sort | while read -r p; do (cd "${p%/*}" && '
        'sha256sum --strict --ignore-missing -c proof.sha256) && digest "$p" || echo "FAILED $p"; done '
        '| tee "$W/all"; same "$(grep -c "^FAILED " "$W/all")" 0',
    )
    yield Command(
        POSIX,
        """find custody/log -name event.json -exec sed 's/.*"prev":\\[\\([^]]*\\)].*/\\1/' {} \\; """
        """| grep -oE '[0-9a-f]{64}' | sort -u > "$W/prev"; grep -xE '[0-9a-f]{64}' "$W/all" | sort -u """
        '| comm -23 "$W/prev" - | tee "$W/absent"; test ! -s "$W/absent"',
    )


def _stamps() -> Iterator[Command]:
    yield Command(POSIX, "ROOTS=~/roots.pem")
    yield Command(POSIX, 'when() { date -u -d "$1" +%s; }')
    # That date reads no fractions of a second, which many authorities state.
    yield Command(
        MACOS,
        r"""when() { date -j -u -f '%b %d %T %Y %Z' "$(echo "$1" | sed 's/\.[0-9]*//')" +%s; }""",
    )
    yield Command(
        POSIX,
        """gentime() { openssl ts -reply -token_in -in "$1" -text | sed -n 's/^Time stamp: //p' """
        "| head -n 1; }",
    )
    yield Command(
        POSIX,
        'chain() { cat "$ROOTS"; find "$1" -name \'*.cer\' | while read -r c; '
        'do openssl x509 -inform DER -in "$c"; done; }',
    )
    # The outermost stamps folder counts: below it anybody may lay a proof.sha256 of his own.
    yield Command(
        POSIX,
        'over() { o="${1%%/stamps/*}"; case "$o" in (custody/renewals/*) echo "$o/renewal.txt";; '
        '(*) echo "$o/proof.sha256";; esac; }',
    )
    yield Command(
        POSIX,
        'stamp() { g="$(gentime "$1")"; chain "${1%/*}" > "$W/chain.pem"; '
        'openssl ts -verify -token_in -in "$1" -data "$(over "$1")" '
        '-attime "$(when "$g")" -CAfile "$ROOTS" -untrusted "$W/chain.pem" && echo "HOLDS $g $1"; }',
    )
    yield Command(
        POSIX,
        "find custody -name stamp.tst | sort | while read -r t; "
        'do stamp "$t" || echo "FAILED $t"; done | tee "$W/stamps"',
    )
    yield Command(
        POSIX,
        "find custody -name stamp.ers -o -name stamp.ots | sort | sed 's/^/NOT CHECKED /' "
        '| tee -a "$W/stamps"',
    )
    yield Command(
        POSIX,
        'for r in HOLDS FAILED "NOT CHECKED"; do echo "$r: $(grep -c "^$r " "$W/stamps")"; done; '
        'echo "HOLDS over the seal: $(grep -c "^HOLDS .* $S/" "$W/stamps")"',
    )
    yield Command(
        POSIX,
        'test -s "$W/stamps" || echo "no stamp here"; test "$(grep -c "^FAILED " "$W/stamps")" = 0',
    )
