"""English words of gap reports; ASCII only."""

# ruff: noqa: E501 - one sentence stands on one line, so that the languages can be compared

from __future__ import annotations

from collections.abc import Mapping

WORDS: Mapping[str, str] = {
    "profile": "profile",
    "draft": "DRAFT, needs a lawyer's review",
    "own_file": "own file, SHA-256 {digest}",
    "state_met": "MET",
    "state_not-met": "NOT MET",
    "state_undetermined": "UNDETERMINED",
    "state_declared": "DECLARED",
    "state_not-declared": "NOT DECLARED",
    "state_not-applicable": "NOT APPLICABLE",
    "state_later": "LATER",
    "severity_error": "error",
    "severity_warning": "warning",
    "severity_info": "information",
    "declared_by": "declared, and checked by no program; by",
    "because": "because",
    "next": "next",
    "citation": "rests on",
    "too_late": "this is sealed and stays as it is: seal a new bundle that names this one (--previous), or let a named person state what is missing (custody attest)",
    "later_bundle": "can be asked when it is sealed",
    "later_filing": "can be asked when it is filed: --declaration FILE",
    "cannot_be_seen": "withheld, or not to be seen here",
    "more": "and {count} more",
    "object_file": "file",
    "no_numbers": "items have no numbers before they are sealed: the seal gives them, in an order of its own",
    "add_columns": "where the sheet of custody draft has no column for a named member, add a column with this name, such as origin.started",
    "later_checks": "checks: {count}",
    "object_item": "item",
    "object_event": "event",
    "object_case": "case",
    "object_seal": "seal",
    "object_stamp": "proof of time",
    "object_filing": "declaration",
    "comma": ", ",
    "counts": "checks: {checks}; errors: {errors}, warnings: {warnings}, undetermined: {undetermined}, met: {met}, declared: {declared}, later: {later}",
    "has_checks": "version {version}, checks: {count}",
    "exit": "exit code {code}: {meaning}",
    "verification": "verification of the bundle",
    "required": "required",
    "exit_0": "no check that is an error is open",
    "exit_0_bundle": "no check that is an error is open, and every required claim is proven",
    "exit_1": "a check that is an error is not met or not declared",
    "exit_1_bundle": "a check that is an error is not met or not declared, or a required claim is refuted",
    "exit_3": "a check that is an error could not be decided",
    "exit_3_bundle": "a check that is an error, or a required claim, could not be decided",
}
