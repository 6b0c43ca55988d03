"""`kistui doctor`: check the machine, the files and the servers; changes and issues nothing."""

import json
import os
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from kistui.cli.context import open_command_profiles
from kistui.cli.parser import add_common_options, add_format_option
from kistui.cli.signals import run_coroutine
from kistui.client.endpoints import (
    ALLOWED_ENDPOINTS,
    BASE_URLS,
    DOMESTIC_FEEDS,
    OVERSEAS_FEEDS,
    WEBSOCKET_URLS,
)
from kistui.clock import system_clock
from kistui.doctor import CheckResult, CheckStatus
from kistui.errors import KistuiError
from kistui.formatting.cells import display_width, pad
from kistui.formatting.error_text import describe_error, describe_reason
from kistui.i18n.translations import Translations
from kistui.services.profiles import ProfileService
from kistui.storage.env_vars import BASE_URL_VAR
from kistui.storage.files import read_only_mode
from kistui.storage.paths import default_paths

KIS_SERVERS = {environment.value: origin for environment, origin in BASE_URLS.items()}
STATUS_SYMBOLS = {
    CheckStatus.OK: "+",
    CheckStatus.WARNING: "!",
    CheckStatus.FAILED: "x",
    CheckStatus.SKIPPED: "-",
}
CODE_FENCE = "```"


def add_arguments(parser: ArgumentParser, t: Translations) -> None:
    """Add the options of `kistui doctor`."""
    add_common_options(parser, t)
    add_format_option(parser, t)
    parser.add_argument("--offline", action="store_true", help=t("cli.offline"))
    parser.add_argument("--api", action="store_true", help=t("cli.api"))


def run(options: Namespace, t: Translations) -> int:
    """Print the results; return 1 if a check failed."""
    if options.api:
        print(_format_endpoints_json(t) if options.format == "json" else _format_endpoints_table(t))
        return 0
    from kistui.doctor.local import check_disk, check_machine
    from kistui.doctor.network import check_network_settings, check_servers

    with open_command_profiles(options) as profiles:
        if options.demo:
            profiles.demo_profile()
        results = [
            *check_machine(os.environ),
            *check_disk(default_paths(), profiles, system_clock),
            *check_network_settings(os.environ),
        ]
        if not options.offline:
            servers = _servers_to_probe(profiles, os.environ, is_demo=options.demo)
            results += run_coroutine(check_servers(servers, system_clock))
    print(_json_report(results) if options.format == "json" else _text_report(results, t))
    return int(any(result.status is CheckStatus.FAILED for result in results))


def _servers_to_probe(
    profiles: ProfileService, environ: Mapping[str, str], *, is_demo: bool
) -> dict[str, str]:
    """Return the URLs by name: KIS's two, or KISTUI_BASE_URL instead, and those of profiles."""
    if is_demo:
        return {"demo": profiles.demo_profile().base_url or ""}
    override = environ.get(BASE_URL_VAR)
    servers = {"other": override} if override else dict(KIS_SERVERS)
    try:
        with read_only_mode():
            all_profiles = profiles.list_profiles()
    except KistuiError:  # check_disk reports it
        all_profiles = ()
    for number, profile in enumerate(all_profiles, 1):
        if profile.base_url and profile.base_url not in servers.values():
            servers[f"server {number}"] = profile.base_url
    return servers


def _text_report(results: Sequence[CheckResult], t: Translations) -> str:
    """Return the results by group in the user's language, then the block to paste."""
    return "\n".join(
        [
            *_group_lines(results, t),
            _overall_result(results, t),
            "",
            _paste_block(results, t),
        ]
    )


def _overall_result(results: Sequence[CheckResult], t: Translations) -> str:
    """Return the line that says whether all checks passed, or how many failed."""
    failed_count = sum(result.status is CheckStatus.FAILED for result in results)
    return t("doctor.problem_count", n=failed_count) if failed_count else t("doctor.no_problems")


def _json_report(results: Sequence[CheckResult]) -> str:
    """Return the results as JSON; its keys are a public contract (`docs/output.md`)."""
    checks = [
        {
            "group": result.group,
            "name": result.name,
            "state": result.status.value,
            "value": result.value,
            "fault": _problem_code(result) or None,
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
            line = f"  {STATUS_SYMBOLS[result.status]} {label}  {value}".rstrip()
            yield line + _problem_text(result, t)
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


def _problem_text(result: CheckResult, t: Translations) -> str:
    if result.error is not None:
        return f"  {describe_error(result.error, t).summary}"
    if not result.problem:
        return ""
    key = f"check_fault.{result.problem}"
    text = t(key) if key in t else describe_reason(result.problem, t)
    return f"  ({text})"


def _paste_block(results: Iterable[CheckResult], t: Translations) -> str:
    lines = []
    for result in results:
        problem = f" ({code})" if (code := _problem_code(result)) else ""
        symbol = STATUS_SYMBOLS[result.status]
        lines.append(f"{symbol} {result.group}.{result.name}: {result.value}{problem}")
    return "\n".join([t("doctor.paste"), CODE_FENCE, *lines, CODE_FENCE])


def _problem_code(result: CheckResult) -> str:
    return result.error.slug if result.error else result.problem


def _endpoint_rows(t: Translations) -> list[dict[str, str]]:
    return [
        {
            "method": endpoint.method,
            "path": endpoint.path,
            **{
                environment.value: endpoint.tr_ids.get(environment, "") for environment in BASE_URLS
            },
            "purpose": t(f"api.{endpoint.name.replace(' ', '_')}"),
        }
        for endpoint in ALLOWED_ENDPOINTS
    ]


def _format_endpoints_json(t: Translations) -> str:
    return json.dumps(_endpoint_rows(t), ensure_ascii=False, indent=2)


def _format_endpoints_table(t: Translations) -> str:
    lines = [t("api.head")]
    for row in _endpoint_rows(t):
        tr_ids = ", ".join(filter(None, (row["real"], row["paper"]))) or "-"
        lines.append(f"{row['method']:4} {row['path']}\n     {tr_ids}: {row['purpose']}")
    feeds = (*DOMESTIC_FEEDS.values(), *OVERSEAS_FEEDS.values())
    live = t(
        "api.live",
        hosts=", ".join(WEBSOCKET_URLS.values()),
        names=", ".join(feed.tr_id for feed in feeds),
    )
    return "\n".join([*lines, live, t("api.foot", hosts=", ".join(BASE_URLS.values()))])
