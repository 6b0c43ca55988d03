"""Paths of the files that kistui keeps, in the folders that platformdirs gives."""

from contextlib import suppress
from pathlib import Path

from msgspec import Struct


class AppPaths(Struct, frozen=True):
    """All paths: `config_dir` for profiles and secrets, `state_dir` for tokens, log and caches."""

    config_dir: Path
    state_dir: Path

    @property
    def config_file(self) -> Path:
        """Profiles and settings; no secret in it."""
        return self.config_dir / "config.toml"

    @property
    def themes_dir(self) -> Path:
        """The user's own themes, one file each."""
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
    def turns_dir(self) -> Path:
        """When the next call may be made, shared by the processes of this machine."""
        return self.state_dir / "turns"

    @property
    def view_state_file(self) -> Path:
        """Sort order and filter of each profile's holdings."""
        return self.state_dir / "arrangements.toml"

    @property
    def balances_dir(self) -> Path:
        """The last balance of each profile."""
        return self.state_dir / "balances"

    @property
    def history_dir(self) -> Path:
        """The asset history of each account."""
        return self.state_dir / "history"

    @property
    def log_file(self) -> Path:
        """The call log; rotated files are beside it."""
        return self.state_dir / "kistui.log"

    @property
    def holidays_file(self) -> Path:
        """The last list of trading holidays from KIS."""
        return self.state_dir / "holidays.toml"


def display_path(path: Path) -> str:
    """Return a path with `~` for the user's home."""
    with suppress(ValueError, RuntimeError):  # not below a home, or no home at all
        return f"~/{path.relative_to(Path.home())}"
    return str(path)


def default_paths() -> AppPaths:
    """Return the user's folders, which respect `XDG_CONFIG_HOME` and `XDG_STATE_HOME`."""
    from platformdirs import PlatformDirs  # noqa: PLC0415  # not needed where paths are given

    dirs = PlatformDirs("kistui", appauthor=False)
    return AppPaths(dirs.user_config_path, dirs.user_state_path)
