"""The doctor's results as a text report, as JSON, and as a block to paste into an issue."""

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
    """Return the results by group in the user's language, then the block to paste."""
    return "\n".join(
        [
            *_group_lines(results, t),
            overall_result(results, t),
            "",
            _paste_block(results, t),
        ]
    )


def overall_result(results: Sequence[CheckResult], t: Translations) -> str:
    """Return the line that says whether all checks passed, or how many failed."""
    failed_count = sum(result.status is CheckStatus.FAILED for result in results)
    return t("doctor.problem_count", n=failed_count) if failed_count else t("doctor.no_problems")


def json_report(results: Sequence[CheckResult]) -> str:
    """Return the results as JSON; its keys are a public contract (`docs/output.md`)."""
    checks = [
        {
            "group": result.group,
            "name": result.name,
            "state": result.status.value,
            "value": result.value,
            "fault": result.error.slug if result.error else result.problem or None,
        }
        for result in results
    ]
    is_ok = not any(result.status is CheckStatus.FAILED for result in results)
    return json.dumps({"ok": is_ok, "checks": checks}, ensure_ascii=False, indent=2)


def _group_lines(results: Iterable[CheckResult], t: Translations) -> Iterable[str]:
    for group, members in groupby(results, key=lambda result: result.group):
        group_results = list(members)
        yield t(f"doctor.{group}")
        width = max(display_width(_check_label(result, t)) for result in group_results)
        for result in group_results:
            label, value = pad(_check_label(result, t), width), _value_text(result, t)
            line = f"  {STATE_SYMBOLS[result.status]} {label}  {value}".rstrip()
            yield line + _fault_text(result, t)
        yield ""


def _value_text(result: CheckResult, t: Translations) -> str:
    if not result.text:
        return result.local_value or result.value
    details = dict(result.details)
    if "state" in details:
        details["state"] = t(f"token_state.{details['state']}")
    return t(f"check_value.{result.text}", **details)


def _check_label(result: CheckResult, t: Translations) -> str:
    parts = [f"check_name.{part}" for part in result.name.split(" ")]
    return " ".join(t(key) if key in t else key.partition(".")[2] for key in parts)


def _fault_text(result: CheckResult, t: Translations) -> str:
    if result.error is not None:
        description = describe_error(result.error, t)
        return f"  {description.title}. {description.message}"
    if not result.problem:
        return ""
    key = f"check_fault.{result.problem}"
    text = t(key) if key in t else describe_reason(result.problem, t)
    return f"  ({text})"


def _paste_block(results: Iterable[CheckResult], t: Translations) -> str:
    lines = [
        f"{STATE_SYMBOLS[result.status]} {result.group}.{result.name}: "
        f"{result.value}{_fault_code(result)}"
        for result in results
    ]
    return "\n".join([t("doctor.paste"), CODE_FENCE, *lines, CODE_FENCE])


def _fault_code(result: CheckResult) -> str:
    code = result.error.slug if result.error else result.problem
    return f" ({code})" if code else ""
