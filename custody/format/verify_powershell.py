"""The commands of VERIFY.txt for Windows PowerShell 5.1 and later, needing only Windows' own OpenSSH.

Steps 10 and 11 need openssl and loops that Git Bash has; here they only list the event ids and the stamps.
"""

from __future__ import annotations

from collections.abc import Iterator

from custody.format.bag import ITEMS_PATH
from custody.format.event_fields import EVENT_FIELDS
from custody.format.verify_facts import NAMESPACE, POWERSHELL, Command, SealFacts, allowed_signer
from custody.format.verify_posix import signers_json, statement_pattern


def powershell_steps(seal: SealFacts) -> dict[int, tuple[Command, ...]]:
    """Return the commands of each step, by the step's number; steps without commands are left out."""
    steps = {
        0: _prepare(seal),
        2: _keys(seal),
        3: (f'same (digest "$S\\proof.sha256") {seal.seal_id}', "sums $S proof.sha256"),
        4: _signatures(seal),
        5: _statement(seal),
        6: _whole(),
        7: _part(),
        8: _files(),
        9: ("sums . tagmanifest-sha256.txt",),
        10: _events(),
        11: _stamps(),
        12: (f"(Get-Content -LiteralPath {ITEMS_PATH}).Count",),
    }
    return {number: tuple(Command(POWERSHELL, line) for line in lines) for number, lines in steps.items()}


def _prepare(seal: SealFacts) -> Iterator[str]:
    yield f"$S = 'custody\\log\\{seal.bundle_id}\\00000000'"
    yield "$W = Join-Path ([IO.Path]::GetTempPath()) ([guid]::NewGuid()); mkdir $W"
    yield "function text($f) { Get-Content -Raw -Encoding UTF8 -LiteralPath $f }"
    yield "function digest($f) { (Get-FileHash -Algorithm SHA256 -LiteralPath $f).Hash.ToLower() }"
    yield ('function same($a, $b) { if ($a -and ($a -ceq $b)) { "same: $a" } else { "DIFFERENT: $a / $b" } }')
    yield (
        'function sums($d, $list) { foreach ($l in (Get-Content -LiteralPath "$d\\$list")) '
        '{ $n = $l.Substring(66); "$n $(same ($l.Substring(0, 64)) (digest "$d\\$n"))" } }'
    )
    yield 'function commitment($d, $n) { (text "$d\\event.json").Split([char]34)[5 + 2 * $n] }'
    yield (
        "Get-ChildItem -Recurse -Force | Where-Object { $_.LinkType -or "
        "$_.Name -cnotmatch '^[A-Za-z0-9._-]+$' }"
    )


def _keys(seal: SealFacts) -> Iterator[str]:
    yield 'function hex($b) { -join ($b | ForEach-Object { $_.ToString("x2") }) }'
    yield "function sha($b) { [Security.Cryptography.SHA256]::Create().ComputeHash([byte[]]$b) }"
    yield (
        'function keyid($f) { $b = [Convert]::FromBase64String((text $f).Trim().Split(" ")[1]); '
        "hex (sha (@(48,42,48,5,6,3,43,101,112,3,33,0) + $b[-32..-1])) }"
    )
    yield (
        "function fingerprint($ids) { "
        "$t = (@('custody/fingerprint/1') + @($ids | Sort-Object)) -join \"`n\"; "
        '$h = sha ([Text.Encoding]::ASCII.GetBytes("$t`n")); '
        '(0..11 | ForEach-Object { "{0:D5}" -f (256 * $h[2 * $_] + $h[2 * $_ + 1]) }) -join " " }'
    )
    for number, signer, ed25519, mldsa65 in seal.numbered():
        yield f'same (keyid "$S\\{number}.ed25519.pub") {ed25519.key_id}'
        key_ids = f'(keyid "$S\\{number}.ed25519.pub")'
        if mldsa65 is not None:
            yield f'same (digest "$S\\{number}.mldsa65.der") {mldsa65.key_id}'
            key_ids += f', (digest "$S\\{number}.mldsa65.der")'
        yield f'same (fingerprint @({key_ids})) "{signer.key_set.fingerprint}"'


def _signatures(seal: SealFacts) -> Iterator[str]:
    for number, _, ed25519, _ in seal.numbered():
        # Written by .NET: Set-Content would end the line with CR LF, and `<` exists in cmd alone.
        line = allowed_signer(number, ed25519)
        yield f'[IO.File]::WriteAllText("$W\\allowed_signers", \'{line}\' + "`n")'
        yield (
            f'cmd /c "ssh-keygen -Y verify -f ""$W\\allowed_signers"" -I signer-{number} -n {NAMESPACE} '
            f'-s $S\\{number}.sshsig < $S\\event.json"'
        )


def _statement(seal: SealFacts) -> Iterator[str]:
    yield f"(text \"$S\\event.json\") -cmatch '^{statement_pattern(seal)}$'"
    yield 'same (commitment $S 1) (digest "$S\\body.json")'
    yield f"(text \"$S\\body.json\").EndsWith('{signers_json(seal)}', 'Ordinal')"
    yield 'text "$S\\body.json"'
    yield (
        'if (Test-Path "$S\\manifest.json") { "next: step 6" } '
        "elseif (Get-ChildItem -Recurse -Filter opened.json -LiteralPath custody\\log) "
        '{ "next: step 7" } else { "next: step 8" }'
    )


def _whole() -> Iterator[str]:
    yield 'same (commitment $S 2) (digest "$S\\manifest.json")'
    yield 'same ((text "$S\\manifest.json").Split([char]34)[13]) (digest manifest-sha256.txt)'


def _part() -> Iterator[str]:
    yield "$E = (Get-ChildItem -Recurse -Filter opened.json -LiteralPath custody\\log).DirectoryName; $E"
    yield f'same (commitment $E {EVENT_FIELDS.index("opened") + 1}) (digest "$E\\opened.json")'
    yield 'same ((text "$E\\opened.json").Split([char]34)[-2]) (digest manifest-sha256.txt)'
    yield 'text "$E\\opened.json"'


def _files() -> Iterator[str]:
    yield "sums . manifest-sha256.txt"
    yield (
        "Compare-Object @(Get-Content manifest-sha256.txt | ForEach-Object { $_.Substring(66) }) "
        "@(Get-ChildItem -Recurse -Force -File data | ForEach-Object { "
        "$_.FullName.Substring((Get-Location).Path.Length + 1).Replace('\\', '/') })"
    )


def _events() -> Iterator[str]:
    yield (
        "Get-ChildItem -Recurse -Filter proof.sha256 -LiteralPath custody | ForEach-Object { "
        '"$(digest $_.FullName) $($_.DirectoryName)" }'
    )


def _stamps() -> Iterator[str]:
    yield (
        "$stamps = @(Get-ChildItem -Recurse -File -LiteralPath custody | "
        "Where-Object { $_.Name -cmatch '^stamp\\.(tst|ers|ots)$' })"
    )
    yield '$stamps | ForEach-Object { "NOT CHECKED $($_.FullName)" }; "NOT CHECKED: $($stamps.Count)"'
    yield 'if ($stamps.Count -eq 0) { "no stamp here" }'
