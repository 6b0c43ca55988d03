"""`kistui token status|issue|revoke` and `kistui status`: the shared token from a script.

Exit code 0 when the token is valid, 3 when it is not.
"""

import json
import os
import sys
from argparse import Namespace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from kistui.cli.context import (
    demo_simulator_options,
    locked_profile,
    open_profiles,
    unlocked_profile,
)
from kistui.clock import KST, system_clock
from kistui.formatting import token as view
from kistui.formatting.cells import plain_text
from kistui.i18n.translations import Translations
from kistui.models.account import Profile
from kistui.models.token import TokenState, TokenStatus
from kistui.services.profiles import ProfileService

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from kistui.models.progress import ProgressEvent
    from kistui.services.session import Session

EXIT_NOT_VALID = 3
USABLE_PHASES = (TokenState.VALID, TokenState.EXPIRING)


def run(options: Namespace, t: Translations) -> int:
    """Do what `options.action` names; returns the exit code."""
    acts = {"issue": _issue, "revoke": _revoke}
    act = acts.get(options.action)
    with (unlocked_profile if act else locked_profile)(options, t) as (profiles, profile):
        if act and not act(profiles, profile, options, t):
            return 1
        status = profiles.token_status(profile)
        print(
            _format_json(profile, status) if options.format == "json" else _format_table(status, t)
        )
        if act is _revoke:
            return 0
        return 0 if status.record.state(system_clock()) in USABLE_PHASES else EXIT_NOT_VALID


def run_status(options: Namespace, t: Translations) -> int:
    """Print what is known, from the disk alone: one line, or one for each profile."""
    now = system_clock()
    if options.line:
        with locked_profile(options, t) as (profiles, profile):
            status = profiles.token_status(profile)
            print(view.token_status_line(profile, status.record, now, t))
        return 0
    with open_profiles(lambda: demo_simulator_options(options)) as profiles:
        if options.demo:
            profiles.demo_profile()
        known = profiles.list_profiles()
        if not known:
            print(t("cli.no_profiles"), file=sys.stderr)
        for profile in known:
            record = profiles.token_status(profile).record
            print(plain_text(view.token_profile_line(profile, record, now, t)).rstrip())
    return 0


def _issue(profiles: ProfileService, profile: Profile, options: Namespace, t: Translations) -> bool:
    record, now = profiles.token_status(profile).record, system_clock()
    if record.state(now) in USABLE_PHASES and not options.again:
        print(t("cli.still_valid"), file=sys.stderr)
        return True

    # Imported here so that `status --line` in a shell prompt does not pay 40 ms for it.
    from kistui.formatting.status import describe_progress
    from kistui.models.progress import TokenRequestDelayed

    def tell(progress: "ProgressEvent") -> None:
        if isinstance(progress, TokenRequestDelayed):
            print(describe_progress(progress, t, stop_key="Ctrl+C"), file=sys.stderr)

    _run_with_session(profiles, profile, lambda session: session.token_manager.issue(tell))
    return True


def _revoke(
    profiles: ProfileService, profile: Profile, options: Namespace, t: Translations
) -> bool:
    if not options.yes:
        print(t("token.ask_revoke"), file=sys.stderr)
        print(t("cli.type_name", name=profile.name), file=sys.stderr)
        if sys.stdin.readline().strip() != profile.name:
            print(t("cli.not_revoked"), file=sys.stderr)
            return False
    if not _run_with_session(profiles, profile, lambda session: session.token_manager.revoke()):
        print(t("token.nothing_to_revoke"), file=sys.stderr)
    return True


def _run_with_session(
    profiles: ProfileService, profile: Profile, operation: "Callable[[Session], Awaitable[object]]"
) -> object:
    from kistui.cli.running import result_of

    async def run_it() -> object:
        session = profiles.open_session(profile)
        try:
            return await operation(session)
        finally:
            await session.aclose()

    return result_of(run_it())


def _format_table(status: TokenStatus, t: Translations) -> str:
    now = system_clock()
    head = view.token_headline(status.record, now, t)
    lines = view.token_facts(status, None, now, t, to_local=datetime.astimezone, pid=os.getpid())
    facts = "\n".join(plain_text(line).rstrip() for line in lines[:-1])  # no calls: none were made
    return f"{head.countdown}  {head.state.text}. {head.meaning.text}\n\n{facts}"


def _format_json(profile: Profile, status: TokenStatus) -> str:
    """The public contract, described in the README; instants in Korean time."""
    record, token, now = status.record, status.record.token, system_clock()
    phase = record.state(now)
    told: dict[str, Any] = {
        "profile": profile.name,
        "environment": profile.environment_label,
        "account": profile.account.masked,
        "state": phase.value,
        "valid": phase in USABLE_PHASES,
        "remaining_seconds": record.remaining(now) // timedelta(seconds=1),
        "expires_at": _format_instant(token.expires_at if token else None),
        "issued_at": _format_instant(token.issued_at if token else None),
        "origin": token.origin.value if token else None,
        "next_issue_at": _format_instant(record.next_issue_at(now)),
        "same_token_until": _format_instant(token.reissue_window_end if token else None),
        "notices_today": record.notifications_today(now),
        "clock_skew_seconds": record.clock_skew // timedelta(seconds=1),
        "folder": status.folder or None,
    }
    return json.dumps(told, ensure_ascii=False, indent=2)


def _format_instant(at: datetime | None) -> str | None:
    return at.astimezone(KST).replace(microsecond=0).isoformat() if at else None
