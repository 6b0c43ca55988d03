"""`kistui allocation`: print how assets are divided by class, currency, market or account."""

from argparse import ArgumentParser, Namespace

from msgspec import Struct

from kistui.cli.output import print_csv, print_failure, print_notice, print_table, table_width
from kistui.cli.parser import (
    TABLE_FORMATS,
    add_common_options,
    add_format_option,
    add_hide_option,
    add_price_option,
)
from kistui.cli.trade_lists import read_accounts
from kistui.clock import system_clock
from kistui.formatting.allocation import (
    allocation_title,
    difference_text,
    folded_text,
    missing_shares_text,
    part_bar_lines,
)
from kistui.formatting.ansi import styled_lines
from kistui.formatting.cash import cash_notes
from kistui.formatting.cash_exports import allocation_csv, allocation_document
from kistui.formatting.serialization import FailedAccount, format_timestamp, profile_fields, to_json
from kistui.formatting.values import format_number, mask_amount
from kistui.i18n.translations import Translations
from kistui.models.account import Profile
from kistui.models.allocation import (
    LISTED_GROUPINGS,
    Allocation,
    AllocationGrouping,
    allocate_accounts,
    allocate_balance,
    allocate_classes,
)
from kistui.models.balance import Balance
from kistui.models.calls import OnProgress
from kistui.models.cash import CashCall, CashReport
from kistui.models.load_state import Failed, Loaded
from kistui.models.totals import AccountOverview
from kistui.services.session import Session, last_part


class AllocationSnapshot(Struct, frozen=True):
    """A profile's assets: its balance, or the classes that KIS adds up."""

    profile: Profile
    balance: Balance | None
    allocation: Allocation
    report: CashReport = CashReport()


def add_arguments(parser: ArgumentParser, t: Translations) -> None:
    """Add the options of `kistui allocation`."""
    add_common_options(parser, t)
    add_format_option(parser, t, TABLE_FORMATS)
    add_hide_option(parser, t)
    add_price_option(parser, t)
    parser.add_argument(
        "--by",
        choices=[by.value for by in LISTED_GROUPINGS],
        default=AllocationGrouping.CLASS.value,
        help=t("cli.allocation_by"),
    )


def run(options: Namespace, t: Translations) -> int:
    """Print the parts in the chosen format; return 1 if a part could not be read."""
    by = AllocationGrouping(options.by)

    async def read(session: Session, on_progress: OnProgress) -> AllocationSnapshot:
        return await _read(session, by, on_progress)

    is_by_account = by is AllocationGrouping.ACCOUNT
    snapshots, hidden = read_accounts(options, t, read, all_accounts=is_by_account)
    first = snapshots[0]
    if is_by_account or isinstance(first, FailedAccount):
        allocation, header = allocate_accounts(list(map(_overview, snapshots))), {}
    else:
        allocation, header = first.allocation, profile_fields(first.profile)
    match options.format:
        case "json":
            header |= {
                "fetched_at": format_timestamp(system_clock()),
                "price_after_hours": _price_after_hours(snapshots),
            }
            document = header | allocation_document(allocation, amounts_hidden=hidden)
            print(to_json(document | ({"hidden": True} if hidden else {})))
        case "csv" | "tsv":
            print_csv(allocation_csv(allocation, amounts_hidden=hidden), options)
        case _:
            table = _format_table(allocation, t, amounts_hidden=hidden)
            print_table(table, options)
    if options.price and isinstance(first, AllocationSnapshot) and first.balance is None:
        print_notice(f"kistui: {t('allocation.price_unused')}")
    return _print_warnings(snapshots, allocation, t, amounts_hidden=hidden)


def _price_after_hours(snapshots: list[AllocationSnapshot | FailedAccount]) -> str | None:
    """Return which prices the balances have; `None` for the classes that KIS adds up itself."""
    for snapshot in snapshots:
        if isinstance(snapshot, AllocationSnapshot) and snapshot.balance is not None:
            price = snapshot.balance.after_hours_price
            if price is not None:
                return str(price.value)
    return None


def _print_warnings(
    snapshots: list[AllocationSnapshot | FailedAccount],
    allocation: Allocation,
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
        name = snapshot.profile.name if allocation.by is AllocationGrouping.ACCOUNT else "kistui"
        for note in cash_notes(snapshot.balance, snapshot.report, t):
            print_notice(f"{name}: {note}")
        if snapshot.balance and isinstance(snapshot.balance.overseas, Failed):
            has_failed = True
    if allocation.is_computed:
        print_notice(f"kistui: {t('allocation.computed')}")
    if difference := difference_text(allocation, t, amounts_hidden=amounts_hidden):
        print_notice(f"kistui: {difference}")
    reason = missing_shares_text(allocation, t)
    if reason and not has_failed:
        print_notice(f"kistui: {reason}")
        has_failed = allocation.total is None
    return int(has_failed)


async def _read(
    session: Session, by: AllocationGrouping, on_progress: OnProgress
) -> AllocationSnapshot:
    report = CashReport()
    if by is AllocationGrouping.CLASS:
        report = await last_part(session.cash.read((CashCall.ASSET_CLASSES,), on_progress))
        for error in report.failures.values():
            raise error
        if report.asset_classes is not None:
            allocation = allocate_classes(report.asset_classes)
            return AllocationSnapshot(session.profile, None, allocation, report)
    balance = await session.fetch_full_balance(system_clock, on_progress)
    return AllocationSnapshot(session.profile, balance, allocate_balance(balance, by), report)


def _overview(snapshot: AllocationSnapshot | FailedAccount) -> AccountOverview:
    now = system_clock()
    if isinstance(snapshot, FailedAccount):
        return AccountOverview(snapshot.profile, Failed(snapshot.error, now))
    assert snapshot.balance is not None  # noqa: S101  # read for every account
    return AccountOverview(snapshot.profile, Loaded(snapshot.balance, now))


def _format_table(allocation: Allocation, t: Translations, *, amounts_hidden: bool) -> str:
    total = mask_amount(format_number(allocation.total), amounts_hidden=amounts_hidden)
    sum_text = f"{t('allocation.total')} {total.text}"
    title = f"{allocation_title(allocation, allocation.by, t)} · {sum_text}"
    width = table_width()
    bars = part_bar_lines(allocation, t, width, amounts_hidden=amounts_hidden)
    folded = folded_text(allocation, t, width)
    return "\n".join(filter(None, (title, styled_lines(bars), folded)))
