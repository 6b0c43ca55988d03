"""`kistui doctor`: is everything there that kistui needs? It changes nothing and issues nothing."""

import json
import os
from argparse import Namespace
from collections.abc import Mapping

from kistui.cli.context import demo_simulator_options, open_profiles
from kistui.cli.running import result_of
from kistui.client.endpoints import ALLOWED_ENDPOINTS, BASE_URLS
from kistui.clock import system_clock
from kistui.errors import KistuiError
from kistui.formatting import doctor_report as view
from kistui.i18n.translations import Translations
from kistui.services.profiles import ProfileService
from kistui.storage.env_vars import BASE_URL_VAR
from kistui.storage.files import read_only_mode
from kistui.storage.paths import default_paths

KIS_SERVERS = {environment.value: origin for environment, origin in BASE_URLS.items()}


def run(options: Namespace, t: Translations) -> int:
    """Print what was found; 1 when something is broken."""
    if options.api:
        print(_format_endpoints_json(t) if options.format == "json" else _format_endpoints_table(t))
        return 0
    from kistui.doctor import check_disk, check_machine, check_network_settings, check_servers

    with open_profiles(lambda: demo_simulator_options(options)) as profiles:
        if options.demo:
            profiles.demo_profile()
        findings = [
            *check_machine(os.environ),
            *check_disk(default_paths(), profiles, system_clock),
            *check_network_settings(os.environ),
        ]
        if not options.offline:
            servers = _servers_to_probe(profiles, os.environ, is_demo=options.demo)
            findings += result_of(check_servers(servers, system_clock))
    as_json = options.format == "json"
    print(view.json_report(findings) if as_json else view.text_report(findings, t))
    return int(any(each.status.value == "bad" for each in findings))


def _servers_to_probe(
    profiles: ProfileService, environ: Mapping[str, str], *, is_demo: bool
) -> dict[str, str]:
    """KIS's two hosts or what the environment puts in their place, and the profiles' own."""
    if is_demo:
        return {"demo": profiles.demo_profile().base_url or ""}
    named = environ.get(BASE_URL_VAR)
    servers = {"other": named} if named else dict(KIS_SERVERS)
    try:
        with read_only_mode():
            known = profiles.list_profiles()
    except KistuiError:  # told with the configuration
        known = ()
    for at, profile in enumerate(known, 1):
        if profile.base_url and profile.base_url not in servers.values():
            servers[f"server {at}"] = profile.base_url
    return servers


def _endpoint_rows(t: Translations) -> list[dict[str, str]]:
    return [
        {
            "method": each.method,
            "path": each.path,
            **{environment.value: each.tr_ids.get(environment, "") for environment in BASE_URLS},
            "purpose": t(f"api.{each.name.replace(' ', '_')}"),
        }
        for each in ALLOWED_ENDPOINTS
    ]


def _format_endpoints_json(t: Translations) -> str:
    return json.dumps(_endpoint_rows(t), ensure_ascii=False, indent=2)


def _format_endpoints_table(t: Translations) -> str:
    lines = [t("api.head")]
    for each in _endpoint_rows(t):
        tr_ids = ", ".join(filter(None, (each["real"], each["paper"]))) or "-"
        lines.append(f"{each['method']:4} {each['path']}\n     {tr_ids}: {each['purpose']}")
    return "\n".join([*lines, t("api.foot", hosts=", ".join(BASE_URLS.values()))])
