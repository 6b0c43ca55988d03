"""What runs each command: imported when it runs, and not before."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace

    from kistui.i18n.translations import Translations


def open_app(options: "Namespace", t: "Translations") -> int:
    """`kistui` alone."""
    from kistui.cli.commands.app import run

    return run(options, t)


def balance(options: "Namespace", t: "Translations") -> int:
    """`kistui balance`."""
    from kistui.cli.commands.balance import run_balance

    return run_balance(options, t)


def holdings(options: "Namespace", t: "Translations") -> int:
    """`kistui holdings`."""
    from kistui.cli.commands.balance import run_holdings

    return run_holdings(options, t)


def token(options: "Namespace", t: "Translations") -> int:
    """`kistui token`."""
    from kistui.cli.commands.token import run

    return run(options, t)


def status(options: "Namespace", t: "Translations") -> int:
    """`kistui status`."""
    from kistui.cli.commands.token import run_status

    return run_status(options, t)


def keys(options: "Namespace", t: "Translations") -> int:
    """`kistui keys`."""
    from kistui.cli.commands.keys import run

    return run(options, t)


def themes(options: "Namespace", t: "Translations") -> int:
    """`kistui themes`."""
    from kistui.cli.commands.themes import run

    return run(options, t)


def profile(options: "Namespace", t: "Translations") -> int:
    """`kistui profile`."""
    from kistui.cli.commands.profile import run

    return run(options, t)


def log(options: "Namespace", t: "Translations") -> int:
    """`kistui log`."""
    from kistui.cli.commands.log import run

    return run(options, t)


def doctor(options: "Namespace", t: "Translations") -> int:
    """`kistui doctor`."""
    from kistui.cli.commands.doctor import run

    return run(options, t)


def simulator(options: "Namespace", t: "Translations") -> int:
    """`kistui simulator`."""
    from kistui.cli.commands.simulator import run

    return run(options, t)
