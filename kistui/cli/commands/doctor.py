"""`kistui doctor`: check the machine, the files and the servers; changes and issues nothing."""

import asyncio
import json
import os
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping

from kistui.cli.context import open_command_profiles
from kistui.cli.parser import add_common_options, add_format_option
from kistui.client.endpoints import (
    ALLOWED_ENDPOINTS,
    BASE_URLS,
    DOMESTIC_FEEDS,
    OVERSEAS_FEEDS,
    WEBSOCKET_URLS,
)
from kistui.clock import system_clock
from kistui.errors import KistuiError
from kistui.formatting import doctor_report
from kistui.i18n.translations import Translations
from kistui.services.profiles import ProfileService
from kistui.storage.env_vars import BASE_URL_VAR
from kistui.storage.files import read_only_mode
from kistui.storage.paths import default_paths

KIS_SERVERS = {environment.value: origin for environment, origin in BASE_URLS.items()}


def add_arguments(parser: ArgumentParser, t: Translations) -> None:
    """Add the options of `kistui doctor`."""
    add_common_options(parser, t)
    add_format_option(parser, t)
    parser.add_argument("--offline", action="store_true", help=t("cli.offline"))
    parser.add_argument("--api", action="store_true", help=t("cli.api"))


def run(options: Namespace, t: Translations) -> int:
    """Print the findings; return 1 if one of them is an error."""
    if options.api:
        print(_format_endpoints_json(t) if options.format == "json" else _format_endpoints_table(t))
        return 0
    from kistui.doctor import check_disk, check_machine, check_network_settings, check_servers

    with open_command_profiles(options) as profiles:
        if options.demo:
            profiles.demo_profile()
        findings = [
            *check_machine(os.environ),
            *check_disk(default_paths(), profiles, system_clock),
            *check_network_settings(os.environ),
        ]
        if not options.offline:
            servers = _servers_to_probe(profiles, os.environ, is_demo=options.demo)
            findings += asyncio.run(check_servers(servers, system_clock))
    as_json = options.format == "json"
    print(
        doctor_report.json_report(findings) if as_json else doctor_report.text_report(findings, t)
    )
    return int(any(finding.status.value == "bad" for finding in findings))


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
