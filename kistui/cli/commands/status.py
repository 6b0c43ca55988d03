"""`kistui status`: print the token's state from the disk, without a call."""

from argparse import ArgumentParser, Namespace

from kistui.cli.context import (
    list_command_profiles,
    locked_profile,
    open_command_profiles,
    print_env_notice,
    print_product_code_notice,
)
from kistui.cli.output import print_notice
from kistui.cli.parser import add_common_options
from kistui.clock import system_clock
from kistui.formatting import token as token_formatting
from kistui.formatting.cells import display_width, plain_text
from kistui.i18n.translations import Translations


def add_arguments(parser: ArgumentParser, t: Translations) -> None:
    """Add the options of `kistui status`."""
    add_common_options(parser, t)
    parser.add_argument("--line", action="store_true", help=t("cli.line"))


def run(options: Namespace, t: Translations) -> int:
    """Print one line for the chosen profile, or one for each profile; return 0."""
    now = system_clock()
    if options.line:
        with locked_profile(options, t) as (profiles, profile):
            status = profiles.token_status(profile)
            print(token_formatting.token_status_line(profile, status.record, now, t))
        return 0
    with open_command_profiles(options) as profiles:
        if not options.demo:
            print_env_notice(profiles, t)
            print_product_code_notice(profiles, t)
        all_profiles = list_command_profiles(profiles, options)
        if not all_profiles:
            print_notice(t("cli.no_profiles"))
        name_width = max((display_width(profile.name) for profile in all_profiles), default=0)
        for profile in all_profiles:
            record = profiles.token_status(profile).record
            line = token_formatting.token_profile_line(
                profile, record, now, t, name_width=name_width
            )
            print(plain_text(line).rstrip())
    return 0
