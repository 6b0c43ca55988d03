"""What runs each command: imported when it runs, and not before."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace

    from kistui.i18n.translations import Translations


def open_app(options: "Namespace", words: "Translations") -> int:
    """`kistui` alone."""
    from kistui.cli.commands.app import run

    return run(options, words)


def balance(options: "Namespace", words: "Translations") -> int:
    """`kistui balance`."""
    from kistui.cli.commands.balance import run_balance

    return run_balance(options, words)


def holdings(options: "Namespace", words: "Translations") -> int:
    """`kistui holdings`."""
    from kistui.cli.commands.balance import run_holdings

    return run_holdings(options, words)


def token(options: "Namespace", words: "Translations") -> int:
    """`kistui token`."""
    from kistui.cli.commands.token import run

    return run(options, words)


def status(options: "Namespace", words: "Translations") -> int:
    """`kistui status`."""
    from kistui.cli.commands.token import run_status

    return run_status(options, words)


def keys(options: "Namespace", words: "Translations") -> int:
    """`kistui keys`."""
    from kistui.cli.commands.keys import run

    return run(options, words)


def themes(options: "Namespace", words: "Translations") -> int:
    """`kistui themes`."""
    from kistui.cli.commands.themes import run

    return run(options, words)


def profile(options: "Namespace", words: "Translations") -> int:
    """`kistui profile`."""
    from kistui.cli.commands.profile import run

    return run(options, words)


def log(options: "Namespace", words: "Translations") -> int:
    """`kistui log`."""
    from kistui.cli.commands.log import run

    return run(options, words)


def doctor(options: "Namespace", words: "Translations") -> int:
    """`kistui doctor`."""
    from kistui.cli.commands.doctor import run

    return run(options, words)


def simulator(options: "Namespace", words: "Translations") -> int:
    """`kistui simulator`."""
    from kistui.cli.commands.simulator import run

    return run(options, words)
