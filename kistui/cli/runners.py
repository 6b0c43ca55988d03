"""What runs each command: imported when it runs, and not before."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace

    from kistui.view.words import Words


def open_app(options: "Namespace", words: "Words") -> int:
    """`kistui` alone."""
    from kistui.cli.app import run

    return run(options, words)


def balance(options: "Namespace", words: "Words") -> int:
    """`kistui balance`."""
    from kistui.cli.balance import run_balance

    return run_balance(options, words)


def holdings(options: "Namespace", words: "Words") -> int:
    """`kistui holdings`."""
    from kistui.cli.balance import run_holdings

    return run_holdings(options, words)


def token(options: "Namespace", words: "Words") -> int:
    """`kistui token`."""
    from kistui.cli.token import run

    return run(options, words)


def status(options: "Namespace", words: "Words") -> int:
    """`kistui status`."""
    from kistui.cli.token import run_status

    return run_status(options, words)


def keys(options: "Namespace", words: "Words") -> int:
    """`kistui keys`."""
    from kistui.cli.keys import run

    return run(options, words)


def themes(options: "Namespace", words: "Words") -> int:
    """`kistui themes`."""
    from kistui.cli.themes import run

    return run(options, words)


def profile(options: "Namespace", words: "Words") -> int:
    """`kistui profile`."""
    from kistui.cli.profile import run

    return run(options, words)


def log(options: "Namespace", words: "Words") -> int:
    """`kistui log`."""
    from kistui.cli.log import run

    return run(options, words)


def doctor(options: "Namespace", words: "Words") -> int:
    """`kistui doctor`."""
    from kistui.cli.doctor import run

    return run(options, words)


def simulator(options: "Namespace", words: "Words") -> int:
    """`kistui simulator`."""
    from kistui.cli.simulator import run

    return run(options, words)
