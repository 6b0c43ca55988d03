"""Shares of assets as bars, one line each; parts of zero fold into one line."""

from kistui.formatting import values as show
from kistui.formatting.bars import fraction_bar
from kistui.formatting.cells import Cell, Line, Role, display_width, pad, truncate
from kistui.i18n.translations import Translations
from kistui.models.allocation import AssetClass
from kistui.models.asset_shares import AssetGrouping, AssetShare, AssetShares
from kistui.models.totals import Scope

MAX_NAME_WIDTH = 24
SHARE_WIDTH = 6
"""Columns of `100.0%`."""
GAP = "  "
MIN_BAR_WIDTH = 6
"""Columns below which there is no bar."""
MAX_BAR_WIDTH = 80


def asset_bar_lines(
    shares: AssetShares, t: Translations, width: int, *, amounts_hidden: bool
) -> tuple[Line, ...]:
    """Return a line for each part with its name, bar, amount and share."""
    shown_shares = shares.shown_shares
    names = [truncate(share_name(shares.by, share, t), MAX_NAME_WIDTH) for share in shown_shares]
    amounts = [
        show.mask_amount(show.format_number(share.amount), amounts_hidden=amounts_hidden)
        for share in shown_shares
    ]
    percents = show.format_shares([share.share for share in shown_shares])
    name_width = max(map(display_width, names), default=0)
    amount_width = max((cell.width for cell in amounts), default=0)
    fixed = name_width + amount_width + SHARE_WIDTH + 3 * len(GAP)
    bar_width = min(width - fixed, MAX_BAR_WIDTH)
    greatest = shares.total or max((share.amount or 0 for share in shown_shares), default=0)
    return tuple(
        _bar_line(
            (Cell(pad(name, name_width) + GAP, Role.LABEL),),
            fraction_bar(share.amount or 0, greatest, bar_width)
            if bar_width >= MIN_BAR_WIDTH
            else None,
            bar_width,
            (
                Cell(GAP + " " * (amount_width - amount.width) + amount.text, amount.role),
                _share_cell(percent),
            ),
        )
        for name, share, amount, percent in zip(names, shown_shares, amounts, percents, strict=True)
    )


def _bar_line(name: Line, bar: str | None, width: int, figures: Line) -> Line:
    if bar is None:
        return (*name, *figures)
    return (*name, Cell(pad(bar, width), Role.BAR), *figures)


def _share_cell(cell: Cell) -> Cell:
    return Cell(GAP + pad(cell.text, SHARE_WIDTH, align_right=True), cell.role)


def difference_text(shares: AssetShares, t: Translations, *, amounts_hidden: bool) -> str:
    """Return the difference between the parts and KIS's total; blank if they add up."""
    if not shares.difference:
        return ""
    won = show.mask_amount(show.format_number(shares.difference), amounts_hidden=amounts_hidden)
    return t("cash.shares_differ", won=won.text)


def missing_shares_text(shares: AssetShares, t: Translations) -> str:
    """Return why there are no shares; blank if there are some."""
    if shares.total is None:
        is_by_kis = shares.by is AssetGrouping.CLASS and not shares.is_computed
        return t("cash.classes_unknown" if is_by_kis else "cash.shares_unknown")
    return "" if shares.total > 0 else t("cash.no_assets")


def folded_text(shares: AssetShares, t: Translations, width: int) -> str:
    """Return the parts of zero, as many as fit into one line, and how many more there are.

    Without such parts the text is empty.
    """
    names = [share_name(shares.by, share, t) for share in shares.zero_shares]
    for count in range(len(names), 0, -1):
        shown_names, hidden_count = " · ".join(names[:count]), len(names) - count
        key = "cash.nothing_more" if hidden_count else "cash.nothing"
        text = t(key, names=shown_names, n=hidden_count)
        if count == 1 or display_width(text) <= width:
            return text
    return ""


def share_name(by: AssetGrouping, share: AssetShare, t: Translations) -> str:
    """Return the name of a part."""
    match by:
        case AssetGrouping.CLASS:
            row = share.key.removeprefix("row_")
            return t("asset_class.row", n=row) if row.isdecimal() else t(f"asset_class.{share.key}")
        case AssetGrouping.MARKET:
            is_cash = share.key == AssetClass.CASH.value
            return t("allocation.cash") if is_cash else t(f"market.{share.key}")
        case _:
            return share.key or "?"


def shares_title(shares: AssetShares | None, by: AssetGrouping, t: Translations) -> str:
    """Return the criterion, marked if the parts are computed, and a missing overseas part."""
    mark = show.COMPUTED_MARK if shares is not None and shares.is_computed else ""
    title = f"{t('accounts.allocation')} · {t(f'allocation_by.{by.value}')}{mark}"
    is_domestic = shares is not None and shares.scope is Scope.DOMESTIC
    return f"{title} · {t('cash.domestic_only')}" if is_domestic else title
