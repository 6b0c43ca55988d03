"""What KIS's API serves of an account, by the product code at the end of its number."""

from enum import Enum

from kistui.errors import NotOffered, PensionOnPaper
from kistui.model.account import Environment

# 종합계좌, and the 중개형 ISA.
ORDINARY = "01"
# 퇴직연금 IRP: calls of its own, on real alone.
RETIREMENT = "29"
# Futures, funds and DC pensions: none of the calls a viewer may make serves them.
NOT_OFFERED = frozenset({"03", "08", "19", "21", "55"})


class Served(Enum):
    """The calls that give an account's balance."""

    DOMESTIC = "domestic"
    PENSION = "pension"


def served_by(product: str, environment: Environment) -> Served:
    """Which calls to make; raises NotOffered or PensionOnPaper before one is made in vain."""
    if product in NOT_OFFERED:
        raise NotOffered(product=product)
    if product != RETIREMENT:
        return Served.DOMESTIC
    if environment is Environment.PAPER:
        raise PensionOnPaper(product=product)
    return Served.PENSION


def may_hold_abroad(product: str) -> bool:
    """Whether shares abroad may be in it: in no kind of pension."""
    return product == ORDINARY
