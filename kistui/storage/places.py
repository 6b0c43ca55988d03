"""The XDG folders where they are plain to see: what a prompt asks imports no library for them."""

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


def xdg_folder(environ: "Mapping[str, str]", variable: str, below_home: str) -> str | None:
    """kistui's folder in that of `variable`; `None` where platformdirs has to say."""
    if not sys.platform.startswith("linux") or "ANDROID_ROOT" in environ:
        return None
    base, home = environ.get(variable, ""), environ.get("HOME", "")
    if not base and home.startswith("/"):
        base = f"{home.rstrip('/')}/{below_home}"
    return f"{base}/kistui" if base.startswith("/") else None


def config_folder(environ: "Mapping[str, str]") -> str | None:
    """Where profiles and settings are."""
    return xdg_folder(environ, "XDG_CONFIG_HOME", ".config")


def state_folder(environ: "Mapping[str, str]") -> str | None:
    """Where is what is remembered between starts."""
    return xdg_folder(environ, "XDG_STATE_HOME", ".local/state")
