"""Where kistui keeps what lasts: the XDG folders, by platformdirs."""

import os
from contextlib import suppress
from pathlib import Path

from kistui.models.record import record
from kistui.store.places import config_folder, state_folder


@record
class Folders:
    """`config` for profiles and secrets, `state` for what is remembered between starts."""

    config: Path
    state: Path

    @property
    def config_file(self) -> Path:
        """Profiles and settings; no secret in it."""
        return self.config / "config.toml"

    @property
    def themes(self) -> Path:
        """The user's own themes, a file each."""
        return self.config / "themes"

    @property
    def plain_secrets(self) -> Path:
        """App keys in plain text, 0600."""
        return self.config / "secrets.toml"

    @property
    def encrypted_secrets(self) -> Path:
        """App keys under a passphrase."""
        return self.config / "secrets.enc"

    @property
    def tokens(self) -> Path:
        """Access tokens, shared by the processes of this machine."""
        return self.state / "tokens"

    @property
    def arrangements(self) -> Path:
        """How each profile's holdings were last arranged."""
        return self.state / "arrangements.toml"

    @property
    def balances(self) -> Path:
        """The figures each profile had when last read."""
        return self.state / "balances"

    @property
    def log(self) -> Path:
        """Every call to KIS, a line each; older ones beside it."""
        return self.state / "kistui.log"

    @property
    def holidays(self) -> Path:
        """The days without trading, as KIS last told them."""
        return self.state / "holidays.toml"


def shown_path(path: Path) -> str:
    """A path with `~` for the user's home."""
    with suppress(ValueError, RuntimeError):  # not below a home, or no home at all
        return f"~/{path.relative_to(Path.home())}"
    return str(path)


def folders() -> Folders:
    """The user's folders; `XDG_CONFIG_HOME` and `XDG_STATE_HOME` are honoured."""
    config, state = config_folder(os.environ), state_folder(os.environ)
    if config is not None and state is not None:
        return Folders(Path(config), Path(state))
    from platformdirs import PlatformDirs  # noqa: PLC0415  # for the other systems' rules

    dirs = PlatformDirs("kistui", appauthor=False)
    return Folders(dirs.user_config_path, dirs.user_state_path)
