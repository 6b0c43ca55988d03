"""What the doctor found: for its reader, for scripts, and for an issue anyone may read."""

import json
from collections.abc import Iterable, Sequence
from itertools import groupby

from kistui.models.diagnostics import CheckResult, CheckStatus
from kistui.view.cells import pad, width_of
from kistui.view.status import error_text, reason_text
from kistui.view.words import Words

MARKS = {CheckStatus.OK: "+", CheckStatus.WARNING: "!", CheckStatus.FAILED: "x", CheckStatus.SKIPPED: "-"}
FENCE = "```"


def report(findings: Sequence[CheckResult], words: Words) -> str:
    """Group by group in the user's language, and last the block to paste."""
    return "\n".join(
        [*_groups(findings, words), verdict(findings, words), "", _paste(findings, words)]
    )


def verdict(findings: Sequence[CheckResult], words: Words) -> str:
    """Whether all is well."""
    bad = sum(each.status is CheckStatus.FAILED for each in findings)
    return words("doctor.broken", n=bad) if bad else words("doctor.well")


def as_json(findings: Sequence[CheckResult]) -> str:
    """The public contract, described in the README."""
    checks = [
        {
            "group": each.group,
            "name": each.name,
            "state": each.status.value,
            "value": each.value,
            "fault": each.error.slug if each.error else each.problem or None,
        }
        for each in findings
    ]
    is_well = not any(each.status is CheckStatus.FAILED for each in findings)
    return json.dumps({"ok": is_well, "checks": checks}, ensure_ascii=False, indent=2)


def _groups(findings: Iterable[CheckResult], words: Words) -> Iterable[str]:
    for group, members in groupby(findings, key=lambda each: each.group):
        lines = list(members)
        yield words(f"doctor.{group}")
        width = max(width_of(_label(each, words)) for each in lines)
        for each in lines:
            label, value = pad(_label(each, words), width), each.local_value or each.value
            yield f"  {MARKS[each.status]} {label}  {value}".rstrip() + _why(each, words)
        yield ""


def _label(finding: CheckResult, words: Words) -> str:
    parts = [f"check_of.{part}" for part in finding.name.split(" ")]
    return " ".join(words(key) if key in words else key.partition(".")[2] for key in parts)


def _why(finding: CheckResult, words: Words) -> str:
    if finding.error is not None:
        told = error_text(finding.error, words)
        return f"  {told.title}. {told.message}"
    if not finding.problem:
        return ""
    key = f"finding.{finding.problem}"
    text = words(key) if key in words else reason_text(finding.problem, words)
    return f"  ({text})"


def _paste(findings: Iterable[CheckResult], words: Words) -> str:
    lines = [
        f"{MARKS[each.status]} {each.group}.{each.name}: {each.value}{_code(each)}"
        for each in findings
    ]
    return "\n".join([words("doctor.paste"), FENCE, *lines, FENCE])


def _code(finding: CheckResult) -> str:
    code = finding.error.slug if finding.error else finding.problem
    return f" ({code})" if code else ""
