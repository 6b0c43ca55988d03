"""What the doctor found: for its reader, for scripts, and for an issue anyone may read."""

import json
from collections.abc import Iterable, Sequence
from itertools import groupby

from kistui.models.diagnostics import CheckResult, CheckStatus
from kistui.formatting.cells import pad, display_width
from kistui.formatting.status import describe_error, describe_reason
from kistui.i18n.translations import Translations

STATE_SYMBOLS = {CheckStatus.OK: "+", CheckStatus.WARNING: "!", CheckStatus.FAILED: "x", CheckStatus.SKIPPED: "-"}
CODE_FENCE = "```"


def text_report(results: Sequence[CheckResult], words: Translations) -> str:
    """Group by group in the user's language, and last the block to paste."""
    return "\n".join(
        [*_group_lines(results, words), overall_result(results, words), "", _paste_block(results, words)]
    )


def overall_result(results: Sequence[CheckResult], words: Translations) -> str:
    """Whether all is well."""
    bad = sum(each.status is CheckStatus.FAILED for each in results)
    return words("doctor.broken", n=bad) if bad else words("doctor.well")


def json_report(results: Sequence[CheckResult]) -> str:
    """The public contract, described in the README."""
    checks = [
        {
            "group": each.group,
            "name": each.name,
            "state": each.status.value,
            "value": each.value,
            "fault": each.error.slug if each.error else each.problem or None,
        }
        for each in results
    ]
    is_well = not any(each.status is CheckStatus.FAILED for each in results)
    return json.dumps({"ok": is_well, "checks": checks}, ensure_ascii=False, indent=2)


def _group_lines(results: Iterable[CheckResult], words: Translations) -> Iterable[str]:
    for group, members in groupby(results, key=lambda each: each.group):
        lines = list(members)
        yield words(f"doctor.{group}")
        width = max(display_width(_check_label(each, words)) for each in lines)
        for each in lines:
            label, value = pad(_check_label(each, words), width), each.local_value or each.value
            yield f"  {STATE_SYMBOLS[each.status]} {label}  {value}".rstrip() + _fault_text(each, words)
        yield ""


def _check_label(result: CheckResult, words: Translations) -> str:
    parts = [f"check_name.{part}" for part in result.name.split(" ")]
    return " ".join(words(key) if key in words else key.partition(".")[2] for key in parts)


def _fault_text(result: CheckResult, words: Translations) -> str:
    if result.error is not None:
        told = describe_error(result.error, words)
        return f"  {told.title}. {told.message}"
    if not result.problem:
        return ""
    key = f"check_fault.{result.problem}"
    text = words(key) if key in words else describe_reason(result.problem, words)
    return f"  ({text})"


def _paste_block(results: Iterable[CheckResult], words: Translations) -> str:
    lines = [
        f"{STATE_SYMBOLS[each.status]} {each.group}.{each.name}: {each.value}{_fault_code(each)}"
        for each in results
    ]
    return "\n".join([words("doctor.paste"), CODE_FENCE, *lines, CODE_FENCE])


def _fault_code(result: CheckResult) -> str:
    code = result.error.slug if result.error else result.problem
    return f" ({code})" if code else ""
