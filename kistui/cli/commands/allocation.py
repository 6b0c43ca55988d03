"""`kistui allocation`: print how assets are divided by class, currency, market or account."""

from argparse import ArgumentParser, Namespace

from msgspec import Struct

from kistui.cli.output import print_csv, print_notice, print_table, table_width
from kistui.cli.parser import (
    TABLE_FORMATS,
    add_common_options,
    add_enum_option,
    add_format_option,
    add_hide_option,
    add_price_option,
)
from kistui.cli.trade_lists import print_failure, read_accounts
from kistui.clock import system_clock
from kistui.formatting.allocation import (
    asset_bar_lines,
    difference_text,
    folded_text,
    missing_shares_text,
    shares_title,
)
from kistui.formatting.cash import allocation_csv, allocation_document, cash_notes
from kistui.formatting.cells import styled_lines
from kistui.formatting.serialization import FailedAccount, format_timestamp, profile_fields, to_json
from kistui.formatting.values import format_number, mask_amount
from kistui.i18n.translations import Translations
from kistui.models.account import Profile
from kistui.models.allocation import (
    AssetGrouping,
    AssetShares,
    account_shares,
    balance_shares,
    class_shares,
)
from kistui.models.balance import Balance
from kistui.models.calls import OnProgress
from kistui.models.cash import CashCall, CashReport
from kistui.models.load_state import Failed, Loaded
from kistui.models.totals import AccountOverview
from kistui.services.session import Session, last_part


class SharesSnapshot(Struct, frozen=True):
    """A profile's assets: its balance, or the classes that KIS adds up."""

    profile: Profile
    balance: Balance | None
    shares: AssetShares
    report: CashReport = CashReport()


def add_arguments(parser: ArgumentParser, t: Translations) -> None:
    """Add the options of `kistui allocation`."""
    add_common_options(parser, t)
    add_format_option(parser, t, TABLE_FORMATS)
    add_hide_option(parser, t)
    add_price_option(parser, t)
    add_enum_option(parser, "--by", AssetGrouping.CLASS, t("cli.allocation_by"))


def run(options: Namespace, t: Translations) -> int:
    """Print the shares in the chosen format; return 1 if a part could not be read."""
    by = AssetGrouping(options.by)

    async def read(session: Session, on_progress: OnProgress) -> SharesSnapshot:
        return await _read(session, by, on_progress)

    is_by_account = by is AssetGrouping.ACCOUNT
    snapshots, hidden = read_accounts(options, t, read, all_accounts=is_by_account)
    first = snapshots[0]
    if is_by_account or isinstance(first, FailedAccount):
        shares, header = account_shares(list(map(_overview, snapshots))), {}
    else:
        shares, header = first.shares, profile_fields(first.profile)
    match options.format:
        case "json":
            header |= {
                "fetched_at": format_timestamp(system_clock()),
                "price_after_hours": _price_after_hours(snapshots),
            }
            document = header | allocation_document(shares, amounts_hidden=hidden)
            print(to_json(document | ({"hidden": True} if hidden else {})))
        case "csv" | "tsv":
            print_csv(allocation_csv(shares, amounts_hidden=hidden), options)
        case _:
            table = _format_table(shares, t, amounts_hidden=hidden)
            print_table(table, options)
    if options.price and isinstance(first, SharesSnapshot) and first.balance is None:
        print_notice(f"kistui: {t('cash.price_unused')}")
    return _print_warnings(snapshots, shares, t, amounts_hidden=hidden)


def _price_after_hours(snapshots: list[SharesSnapshot | FailedAccount]) -> str | None:
    """Return which prices the balances have; `None` for the classes that KIS adds up itself."""
    for snapshot in snapshots:
        if isinstance(snapshot, SharesSnapshot) and snapshot.balance is not None:
            price = snapshot.balance.after_hours_price
            if price is not None:
                return str(price.value)
    return None


def _print_warnings(
    snapshots: list[SharesSnapshot | FailedAccount],
    shares: AssetShares,
    t: Translations,
    *,
    amounts_hidden: bool,
) -> int:
    """Print on stderr what is missing; return the exit code."""
    has_failed = False
    for snapshot in snapshots:
        if isinstance(snapshot, FailedAccount):
            print_failure(snapshot, t)
            has_failed = True
            continue
        name = snapshot.profile.name if shares.by is AssetGrouping.ACCOUNT else "kistui"
        for note in cash_notes(snapshot.balance, snapshot.report, t):
            print_notice(f"{name}: {note}")
        if snapshot.balance and isinstance(snapshot.balance.overseas, Failed):
            has_failed = True
    if shares.is_computed:
        print_notice(f"kistui: {t('cash.computed')}")
    if difference := difference_text(shares, t, amounts_hidden=amounts_hidden):
        print_notice(f"kistui: {difference}")
    reason = missing_shares_text(shares, t)
    if reason and not has_failed:
        print_notice(f"kistui: {reason}")
        has_failed = shares.total is None
    return int(has_failed)


async def _read(session: Session, by: AssetGrouping, on_progress: OnProgress) -> SharesSnapshot:
    report = CashReport()
    if by is AssetGrouping.CLASS:
        report = await last_part(session.cash.read((CashCall.ASSET_CLASSES,), on_progress))
        for error in report.failures.values():
            raise error
        if report.asset_classes is not None:
            shares = class_shares(report.asset_classes)
            return SharesSnapshot(session.profile, None, shares, report)
    balance = await session.fetch_full_balance(system_clock, on_progress)
    return SharesSnapshot(session.profile, balance, balance_shares(balance, by), report)


def _overview(snapshot: SharesSnapshot | FailedAccount) -> AccountOverview:
    now = system_clock()
    if isinstance(snapshot, FailedAccount):
        return AccountOverview(snapshot.profile, Failed(snapshot.error, now))
    assert snapshot.balance is not None  # noqa: S101  # read for every account
    return AccountOverview(snapshot.profile, Loaded(snapshot.balance, now))


def _format_table(shares: AssetShares, t: Translations, *, amounts_hidden: bool) -> str:
    total = mask_amount(format_number(shares.total), amounts_hidden=amounts_hidden)
    sum_text = f"{t('accounts.allocation_total')} {total.text}"
    title = f"{shares_title(shares, shares.by, t)} · {sum_text}"
    width = table_width()
    bars = asset_bar_lines(shares, t, width, amounts_hidden=amounts_hidden)
    folded = folded_text(shares, t, width)
    return "\n".join(filter(None, (title, styled_lines(bars), folded)))
