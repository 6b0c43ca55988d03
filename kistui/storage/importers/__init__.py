"""Credentials from other tools' files, which are only read and never executed."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from kistui.errors import CredentialImportError, InvalidCredentialError
from kistui.models.account import ImportedCredentials
from kistui.storage.importers.kis_yaml import parse_kis_yaml, parse_legacy_yaml
from kistui.storage.importers.mojito_token import is_pickle, parse_mojito_token
from kistui.storage.importers.source import (
    KeyPair,
    UnsupportedSource,
    decode_source,
    read_source_bytes,
)
from kistui.storage.importers.text_formats import (
    parse_dotenv,
    parse_env_vars,
    parse_ini,
    parse_mojito_key_file,
    parse_python_kis_json,
)

__all__ = [
    "ImportedCredentials",
    "decode_text",
    "existing_import_files",
    "import_from_env_vars",
    "import_from_file",
]

_KNOWN_PATHS = ("KIS/config/kis_devlp.yaml", ".cache/mojito2/token.dat")
_TEXT_PARSERS = (
    parse_python_kis_json,
    parse_mojito_key_file,
    parse_ini,
    parse_dotenv,
    parse_kis_yaml,
    parse_legacy_yaml,
)


def import_from_file(path: Path) -> tuple[ImportedCredentials, ...]:
    """Return the credentials in a file of any known format; raises CredentialImportError."""
    try:
        key_pairs, encoding = _parse_key_pairs(read_source_bytes(path))
        if not key_pairs:
            raise UnsupportedSource("no_keys")
        return _validate_key_pairs(key_pairs, encoding)
    except UnsupportedSource as error:
        details = error.details
    # Not raised in the handler: the error's context would hold the file's text.
    raise CredentialImportError(path=str(path), **details)


def decode_text(content: bytes, path: str) -> str:
    """Decode content as that of an import; raises CredentialImportError naming `path`."""
    try:
        return decode_source(content)[0]
    except UnsupportedSource as error:
        details = error.details
    raise CredentialImportError(path=path, **details)


def import_from_env_vars(environ: Mapping[str, str]) -> tuple[ImportedCredentials, ...]:
    """Return the credentials in the environment, perhaps none.

    Raises CredentialImportError when no pair is complete.
    """
    try:
        return _validate_key_pairs(list(parse_env_vars(environ, "environment")))
    except UnsupportedSource as error:
        details = error.details
    raise CredentialImportError(path="environment", **details)


def existing_import_files(home_dir: Path) -> tuple[Path, ...]:
    """Return the existing files of other tools in their usual places below the home folder."""
    paths = []
    for name in _KNOWN_PATHS:
        with suppress(OSError):  # a folder that cannot be searched
            if (home_dir / name).is_file():
                paths.append(home_dir / name)
    return tuple(paths)


def _parse_key_pairs(content: bytes) -> tuple[list[KeyPair], str]:
    """Return the key pairs in a file, and its encoding if it is not UTF-8."""
    if is_pickle(content):
        return list(parse_mojito_token(content)), ""
    text, encoding = decode_source(content)
    for parse in _TEXT_PARSERS:
        if pairs := list(parse(text)):
            return pairs, encoding
    return [], ""


def _validate_key_pairs(
    key_pairs: Iterable[KeyPair], encoding: str = ""
) -> tuple[ImportedCredentials, ...]:
    """Return the valid pairs; if none of several is, raises UnsupportedSource for the first."""
    imported: list[ImportedCredentials] = []
    first_error: InvalidCredentialError | None = None
    for pair in key_pairs:
        try:
            imported.append(pair.to_imported_credentials(encoding))
        except InvalidCredentialError as error:
            first_error = first_error or error
    if first_error is not None and not imported:
        raise UnsupportedSource(**first_error.details)
    return tuple(imported)
