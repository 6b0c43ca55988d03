"""The commands: one module each, with `add_arguments(parser, t)` and `run(options, t) -> int`."""

APP = "kistui.cli.commands.app"
"""The module that runs when no command is typed."""
APP_OPTIONS = {
    "command": None,
    "demo": False,
    "scene": None,
    "lang": None,
    "debug": False,
    "profile": None,
    "ascii": False,
    "color": "auto",
    "theme": None,
    "slow": False,
    "no_mouse": False,
}
"""The options that it gets from a command line without arguments."""

COMMANDS = {
    name: f"kistui.cli.commands.{name}"
    for name in (
        "balance",
        "holdings",
        "history",
        "snapshot",
        "orders",
        "profit",
        "tax",
        "dividends",
        "cash",
        "allocation",
        "export",
        "token",
        "status",
        "keys",
        "themes",
        "profile",
        "simulator",
        "log",
        "doctor",
        "mcp",
        "completion",
    )
}
"""Command name to module path, in the order of `kistui --help`.

Only the typed command's module is imported. The help text of a command is `cli.<name>`.
"""
