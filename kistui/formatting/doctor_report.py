"""What the doctor found: for its reader, for scripts, and for an issue anyone may read."""

import json
from collections.abc import Iterable, Sequence
from itertools import groupby

from kistui.formatting.cells import display_width, pad
from kistui.formatting.status import describe_error, describe_reason
from kistui.i18n.translations import Translations
from kistui.models.diagnostics import CheckResult, CheckStatus

STATE_SYMBOLS = {
    CheckStatus.OK: "+",
    CheckStatus.WARNING: "!",
    CheckStatus.FAILED: "x",
    CheckStatus.SKIPPED: "-",
}
CODE_FENCE = "```"


def text_report(results: Sequence[CheckResult], t: Translations) -> str:
    """Group by group in the user's language, and last the block to paste."""
    return "\n".join(
        [
            *_group_lines(results, t),
            overall_result(results, t),
            "",
            _paste_block(results, t),
        ]
    )


def overall_result(results: Sequence[CheckResult], t: Translations) -> str:
    """Whether all is well."""
    bad = sum(each.status is CheckStatus.FAILED for each in results)
    return t("doctor.broken", n=bad) if bad else t("doctor.well")


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


def _group_lines(results: Iterable[CheckResult], t: Translations) -> Iterable[str]:
    for group, members in groupby(results, key=lambda each: each.group):
        lines = list(members)
        yield t(f"doctor.{group}")
        width = max(display_width(_check_label(each, t)) for each in lines)
        for each in lines:
            label, value = pad(_check_label(each, t), width), each.local_value or each.value
            yield f"  {STATE_SYMBOLS[each.status]} {label}  {value}".rstrip() + _fault_text(each, t)
        yield ""


def _check_label(result: CheckResult, t: Translations) -> str:
    parts = [f"check_name.{part}" for part in result.name.split(" ")]
    return " ".join(t(key) if key in t else key.partition(".")[2] for key in parts)


def _fault_text(result: CheckResult, t: Translations) -> str:
    if result.error is not None:
        told = describe_error(result.error, t)
        return f"  {told.title}. {told.message}"
    if not result.problem:
        return ""
    key = f"check_fault.{result.problem}"
    text = t(key) if key in t else describe_reason(result.problem, t)
    return f"  ({text})"


def _paste_block(results: Iterable[CheckResult], t: Translations) -> str:
    lines = [
        f"{STATE_SYMBOLS[each.status]} {each.group}.{each.name}: {each.value}{_fault_code(each)}"
        for each in results
    ]
    return "\n".join([t("doctor.paste"), CODE_FENCE, *lines, CODE_FENCE])


def _fault_code(result: CheckResult) -> str:
    code = result.error.slug if result.error else result.problem
    return f" ({code})" if code else ""
