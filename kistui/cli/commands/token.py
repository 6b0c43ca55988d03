"""`kistui token status|issue|revoke`: the shared access token.

Exit code 0 when the token is valid, 3 when it is not.
"""

import os
from argparse import ArgumentParser, Namespace
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from kistui.cli.context import locked_profile, open_session, unlocked_profile
from kistui.cli.output import print_notice, print_progress, print_table
from kistui.cli.parser import add_common_options, add_format_option
from kistui.cli.prompts import read_line
from kistui.cli.signals import run_coroutine
from kistui.clock import system_clock
from kistui.formatting import token as token_formatting
from kistui.formatting.cells import plain_lines
from kistui.formatting.serialization import format_timestamp, profile_fields, to_json
from kistui.i18n.translations import Translations
from kistui.models.account import Profile
from kistui.models.token import TokenState, TokenStatus
from kistui.services.profiles import ProfileService

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from kistui.services.session import Session

EXIT_NOT_VALID = 3
USABLE_STATES = (TokenState.VALID, TokenState.EXPIRING)


def add_arguments(parser: ArgumentParser, t: Translations) -> None:
    """Add the options of `kistui token`."""
    add_common_options(parser, t)
    parser.add_argument(
        "action",
        nargs="?",
        choices=("status", "issue", "revoke"),
        default="status",
        metavar="status|issue|revoke",
        help=t("cli.token_action"),
    )
    add_format_option(parser, t)
    parser.add_argument("--again", action="store_true", help=t("cli.again"))
    parser.add_argument("--yes", action="store_true", help=t("cli.yes_revoke"))


def run(options: Namespace, t: Translations) -> int:
    """Run `options.action`, then print the token's status; return the exit code."""
    action = {"issue": _issue, "revoke": _revoke}.get(options.action)
    with (unlocked_profile if action else locked_profile)(options, t) as (profiles, profile):
        if action and not action(profiles, profile, options, t):
            return 1
        status = profiles.token_status(profile)
        if options.format == "json":
            print(_format_json(profile, status))
        else:
            print_table(_format_table(status, t), options)
        if action is _revoke:
            return 0
        return 0 if status.record.state(system_clock()) in USABLE_STATES else EXIT_NOT_VALID


def _issue(profiles: ProfileService, profile: Profile, options: Namespace, t: Translations) -> bool:
    record, now = profiles.token_status(profile).record, system_clock()
    if record.state(now) in USABLE_STATES and not options.again:
        print_notice(t("cli.still_valid"))
        return True

    on_progress = partial(print_progress, t=t)
    _run_with_session(
        profiles, profile, t, lambda session: session.token_manager.issue(on_progress)
    )
    return True


def _revoke(
    profiles: ProfileService, profile: Profile, options: Namespace, t: Translations
) -> bool:
    if not options.yes:
        print_notice(t("token.ask_revoke"))
        print_notice(t("cli.type_name", name=profile.name))
        if read_line().strip() != profile.name:
            print_notice(t("cli.not_revoked"))
            return False
    if not _run_with_session(profiles, profile, t, lambda session: session.token_manager.revoke()):
        print_notice(t("token.nothing_to_revoke"))
    return True


def _run_with_session(
    profiles: ProfileService,
    profile: Profile,
    t: Translations,
    operation: "Callable[[Session], Awaitable[object]]",
) -> object:
    async def run_operation() -> object:
        async with open_session(profiles, profile, t) as session:
            return await operation(session)

    return run_coroutine(run_operation())


def _format_table(status: TokenStatus, t: Translations) -> str:
    now = system_clock()
    headline = token_formatting.token_headline(status.record, now, t)
    lines = token_formatting.token_facts(
        status, None, now, t, to_local=datetime.astimezone, pid=os.getpid()
    )
    facts = plain_lines(lines[:-1])  # the last line lists calls
    return f"{headline.countdown}  {headline.state.text}. {headline.meaning.text}\n\n{facts}"


def _format_json(profile: Profile, status: TokenStatus) -> str:
    """Return the JSON that `docs/output.md` documents; times are in KST."""
    record, token, now = status.record, status.record.token, system_clock()
    state = record.state(now)
    fields = profile_fields(profile) | {
        "state": state.value,
        "valid": state in USABLE_STATES,
        "remaining_seconds": record.remaining(now) // timedelta(seconds=1),
        "expires_at": _format_instant(token.expires_at if token else None),
        "issued_at": _format_instant(token.issued_at if token else None),
        "origin": token.origin.value if token else None,
        "next_issue_at": _format_instant(record.next_issue_at(now)),
        "same_token_until": _format_instant(token.reissue_window_end if token else None),
        "notices_today": record.notifications_today(now),
        "clock_skew_seconds": (
            None if record.measured_skew is None else record.measured_skew // timedelta(seconds=1)
        ),
        "folder": status.folder or None,
    }
    return to_json(fields)


def _format_instant(instant: datetime | None) -> str | None:
    return format_timestamp(instant) if instant else None
