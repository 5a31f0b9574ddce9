"""Profiles: what a forum asks for, checked before and after sealing.

A profile is data (`schemas/profiles/<name>.json`, read by `custody.profiles.profile`). A check names a rule
of `custody.profiles.rules.registry`; the rule answers about a `Subject` (`custody.profiles.subject`), which
is a draft or a bundle; `custody.profiles.gaps.check` asks all of them.

To add a check: add an entry to `checks` of the profile: `id` (stable), `severity` error, warning or info,
`phase` source, bundle or filing, `kind` computed or declared (as the rule is), `rule` and its `parameters`,
`text` and `remedy` in English and Arabic (without vowel signs), `citation`. List the members it asks about in
`fields`. Give it an example that holds and one that does not in `tests/unit/profiles/cases/<profile>.py`.
First try the rules that ask about members of any things:

    members            all of some members are there, and one of some others (`all`, `any`)
    absent             none of some members is there (`members`)
    values             a member, where it is there, is among some values, or not (`member`, `in`, `not_in`)
    magnitude          an integer is at most so far from zero (`member`, `at_most`)
    text               a text is so long, and no template (`member`, `at_least`)
    interval           two moments are in order, and near enough (`from`, `until`, `at_most_s`)
    current            a date has not passed (`member`)
    exists             so many things are there (`at_least`)
    declared           a named person has stated it (`member`, `by`, `every`, `yes`)
    same-digest        a digest that people took is the file's own (`member`)

Others: `parts` (items with one value at `group` have every part among them), `two-signers`, `same-root`,
`intervals`, `gaps-explained` and `repeated` (the log), `claim`, `findings`, `stamped` and `operators` (what
verification found), `declarant-checked`, `checked-last` and `exhibits` (the filing), `names`,
`sealed-is-closed`; `stamps`, `order`, `chain-operators` and `renewal-ahead` (the proofs of time that date the
seal: those that hold, or all where none does), `examined` and `sourced` (what named persons have looked at
with other means, found by its `method`); `consent`, `handed-over-in-scope`, `not-after-withdrawal` and
`recipients-told` (those who testify, and what was made of their words), `identities` and `pseudonyms` (a
scanner with limits), `hashed-soon`, `evidence-copies` and `closed-in-parts` (captures), `contiguous` and
`translations` (an index).

A profile may have `variants` in its file: each with a name and title of its own, and other parameters for the
checks that it names (`iiim` in `icc-otp.json`).

Those of the first list take `object` (item unless told; event, case, seal, stamp, filing) and `of`, the
conditions on the things that are meant: `[{"member": "kind.kind", "in": ["derived"]}, {"member":
"origin.url"}]`. A member is a path with dots; of an event its data are under `data.`, its other open fields
under their names; of a filing it is a path in the declaration. What is withheld leaves a check undetermined,
whatever the rule.

To add a rule: write `ask_…(subject, parameters) -> Answer` in a module of `custody.profiles.rules`, most
easily with `ask_each`, and put a `Rule` with the shape of its parameters into the registry; then run
`tools/make_schemas.py`, for the schema `profile-1` names the rules.
"""
