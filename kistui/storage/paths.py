"""Where kistui keeps what lasts: the XDG folders, by platformdirs."""

import os
from contextlib import suppress
from pathlib import Path

from kistui.models.record import record
from kistui.storage.places import config_folder, state_folder


@record
class AppPaths:
    """`config` for profiles and secrets, `state` for what is remembered between starts."""

    config_dir: Path
    state_dir: Path

    @property
    def config_file(self) -> Path:
        """Profiles and settings; no secret in it."""
        return self.config_dir / "config.toml"

    @property
    def themes_dir(self) -> Path:
        """The user's own themes, a file each."""
        return self.config_dir / "themes"

    @property
    def plaintext_secrets_file(self) -> Path:
        """App keys in plain text, 0600."""
        return self.config_dir / "secrets.toml"

    @property
    def encrypted_secrets_file(self) -> Path:
        """App keys under a passphrase."""
        return self.config_dir / "secrets.enc"

    @property
    def tokens_dir(self) -> Path:
        """Access tokens, shared by the processes of this machine."""
        return self.state_dir / "tokens"

    @property
    def view_state_file(self) -> Path:
        """How each profile's holdings were last arranged."""
        return self.state_dir / "arrangements.toml"

    @property
    def balances_dir(self) -> Path:
        """The figures each profile had when last read."""
        return self.state_dir / "balances"

    @property
    def log_file(self) -> Path:
        """Every call to KIS, a line each; older ones beside it."""
        return self.state_dir / "kistui.log"

    @property
    def holidays_file(self) -> Path:
        """The days without trading, as KIS last told them."""
        return self.state_dir / "holidays.toml"


def display_path(path: Path) -> str:
    """A path with `~` for the user's home."""
    with suppress(ValueError, RuntimeError):  # not below a home, or no home at all
        return f"~/{path.relative_to(Path.home())}"
    return str(path)


def default_paths() -> AppPaths:
    """The user's folders; `XDG_CONFIG_HOME` and `XDG_STATE_HOME` are honoured."""
    config, state = config_folder(os.environ), state_folder(os.environ)
    if config is not None and state is not None:
        return AppPaths(Path(config), Path(state))
    from platformdirs import PlatformDirs  # noqa: PLC0415  # for the other systems' rules

    dirs = PlatformDirs("kistui", appauthor=False)
    return AppPaths(dirs.user_config_path, dirs.user_state_path)
