"""The pension's TRs (product 29, real only): its two balances and its deposit."""

from decimal import Decimal

from kistui.simulator.call import Call
from kistui.simulator.figures import Snapshot, percent
from kistui.simulator.korea import Clock
from kistui.simulator.ledger import Watched
from kistui.simulator.listings import is_fund
from kistui.simulator.market import standstill
from kistui.simulator.paging import Pages, Paging, complete, echo
from kistui.simulator.replies import Reply, invalid, success

BALANCE_FIELDS = (
    "CANO", "ACNT_PRDT_CD", "ACCA_DVSN_CD", "INQR_DVSN", "CTX_AREA_FK100", "CTX_AREA_NK100",
)  # fmt: skip
PRESENT_FIELDS = ("CANO", "ACNT_PRDT_CD", "USER_DVSN_CD", "CTX_AREA_FK100", "CTX_AREA_NK100")
DEPOSIT_FIELDS = ("CANO", "ACNT_PRDT_CD", "ACCA_DVSN_CD")
BALANCE_COPIED = (
    "thdt_buyqty", "thdt_sll_qty", "hldg_qty", "ord_psbl_qty", "pchs_avg_pric", "pchs_amt",
    "prpr", "evlu_amt", "evlu_pfls_amt",
)  # fmt: skip
BALANCE_SUMMARY = (
    "dnca_tot_amt", "nxdy_excc_amt", "prvs_rcdl_excc_amt", "thdt_buy_amt", "thdt_sll_amt",
    "thdt_tlex_amt", "scts_evlu_amt", "tot_evlu_amt",
)  # fmt: skip

Row = dict[str, str]


class PensionBalance:
    """퇴직연금 잔고조회: `output2` is an object."""

    def __init__(self, watched: Watched, paging: Paging, clock: Clock) -> None:
        self._watched = watched
        self._paging = paging
        self._clock = clock

    def answer(self, call: Call) -> Reply:
        """A page, or why the query is refused."""
        wrong = next((name for name in BALANCE_FIELDS[2:4] if call.query[name] != "00"), None)
        if wrong:
            return invalid(wrong)
        codes = [position.item.code for position in self._watched.book.positions]
        pages = Pages(self._paging, codes, echo(call, BALANCE_FIELDS[:4]))
        place = pages.place(call, standstill(self._clock()))
        whole = self._watched.at(place.seconds)
        return success(
            pages.code(place, is_paper=False),
            {
                **pages.keys(place),
                "output1": [_balance_row(row) for row in whole.rows[pages.rows(place)]],
                "output2": {name: whole.summary[name] for name in BALANCE_SUMMARY},
            },
            headers={"tr_cont": pages.letter(place)},
        )


class PensionPresent:
    """퇴직연금 체결기준잔고: `output2` is an array."""

    def __init__(self, watched: Watched, paging: Paging, clock: Clock) -> None:
        self._watched = watched
        self._paging = paging
        self._clock = clock

    def answer(self, call: Call) -> Reply:
        """A page, or why the query is refused; PRCS_DVSN_CD 01 hides rows sold out."""
        if call.query["USER_DVSN_CD"] != "00":
            return invalid("USER_DVSN_CD")
        process = call.query.get("PRCS_DVSN_CD", "") or "00"
        if process not in {"00", "01"}:
            return invalid("PRCS_DVSN_CD")
        every = self._watched.book.positions
        shown = [at for at, each in enumerate(every) if process == "00" or each.quantity]
        codes = [every[at].item.code for at in shown]
        condition = f"{echo(call, PRESENT_FIELDS[:3])}{process}^".replace("^", "!^")
        pages = Pages(self._paging, codes, condition)
        place = pages.place(call, standstill(self._clock()))
        whole = self._watched.at(place.seconds)
        rows = [whole.rows[at] for at in shown[pages.rows(place)]]
        return success(
            pages.code(place, is_paper=False),
            {
                **pages.keys(place),
                "output1": [_present_row(row, whole) for row in rows],
                "output2": [_present_summary(whole)],
            },
            headers={"tr_cont": pages.letter(place)},
        )


class PensionDeposit:
    """퇴직연금 예수금조회: an `output` alone."""

    def __init__(self, watched: Watched, clock: Clock) -> None:
        self._watched = watched
        self._clock = clock

    def answer(self, call: Call) -> Reply:
        """Cash today and what is settled on the next two days."""
        if call.query["ACCA_DVSN_CD"] != "00":
            return invalid("ACCA_DVSN_CD")
        summary = self._watched.at(standstill(self._clock())).summary
        d0, d1, d2 = (
            int(summary[name]) for name in ("dnca_tot_amt", "nxdy_excc_amt", "prvs_rcdl_excc_amt")
        )
        output = {
            "dnca_tota": str(d0),
            "nxdy_excc_amt": str(d1),
            "nxdy_sttl_amt": str(d1 - d0),
            "nx2_day_sttl_amt": str(d2 - d1),
        }
        return success(complete(is_paper=False), {"output": output})


def _balance_row(row: Row) -> Row:
    return {
        "cblc_dvsn_name": row["trad_dvsn_name"],
        "prdt_name": row["prdt_name"],
        "pdno": row["pdno"],
        "item_dvsn_name": "ETF" if is_fund(row["prdt_name"]) else "주식",
        **{name: row[name] for name in BALANCE_COPIED},
        "evlu_erng_rt": percent(int(row["evlu_pfls_amt"]), int(row["pchs_amt"]), 8),
    }


def _present_row(row: Row, whole: Snapshot) -> Row:
    return {
        "cblc_dvsn": "01",
        "cblc_dvsn_name": row["trad_dvsn_name"],
        "pdno": row["pdno"],
        "prdt_name": row["prdt_name"],
        "hldg_qty": row["hldg_qty"],
        "slpsb_qty": row["ord_psbl_qty"],
        "pchs_avg_pric": row["pchs_avg_pric"],
        "evlu_pfls_amt": row["evlu_pfls_amt"],
        "evlu_pfls_rt": row["evlu_pfls_rt"],
        "prpr": row["prpr"],
        "evlu_amt": row["evlu_amt"],
        "pchs_amt": row["pchs_amt"],
        "cblc_weit": percent(int(row["evlu_amt"]), int(whole.summary["scts_evlu_amt"]), 8),
    }


def _present_summary(whole: Snapshot) -> Row:
    summary = whole.summary
    profit = Decimal(summary["evlu_pfls_smtl_amt"])
    return {
        "pchs_amt_smtl_amt": summary["pchs_amt_smtl_amt"],
        "evlu_amt_smtl_amt": summary["evlu_amt_smtl_amt"],
        "evlu_pfls_smtl_amt": summary["evlu_pfls_smtl_amt"],
        "trad_pfls_smtl": "0",
        "thdt_tot_pfls_amt": summary["asst_icdc_amt"],
        "pftrt": percent(profit, Decimal(summary["pchs_amt_smtl_amt"]), 8),
    }
