"""Credentials from other tools' files: read only, and nothing in them is ever run."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from kistui.errors import CredentialImportError, InvalidCredentialError
from kistui.models.account import ImportedCredentials
from kistui.storage.importers.kis_yaml import parse_kis_yaml
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
    parse_mojito_key_file,
    parse_python_kis_json,
)

__all__ = [
    "ImportedCredentials",
    "existing_import_files",
    "import_from_env_vars",
    "import_from_file",
]

_KNOWN_PATHS = ("KIS/config/kis_devlp.yaml", ".cache/mojito2/token.dat")
_TEXT_READERS = (parse_python_kis_json, parse_mojito_key_file, parse_dotenv, parse_kis_yaml)


def import_from_file(path: Path) -> tuple[ImportedCredentials, ...]:
    """What is in a file, by its content; raises CredentialImportError. The file is not changed."""
    try:
        return _validate_key_pairs(_parse_key_pairs(read_source_bytes(path))) or _raise_no_keys()
    except UnsupportedSource as unfit:
        details = unfit.details
    # Raised out here: the chain of an error must not lead to one that holds the file's text.
    raise CredentialImportError(path=str(path), **details)


def import_from_env_vars(environ: Mapping[str, str]) -> tuple[ImportedCredentials, ...]:
    """What the environment holds, perhaps nothing.

    Raises CredentialImportError when no pair is whole.
    """
    try:
        return _validate_key_pairs(list(parse_env_vars(environ, "environment")))
    except UnsupportedSource as unfit:
        details = unfit.details
    raise CredentialImportError(path="environment", **details)


def existing_import_files(home_dir: Path) -> tuple[Path, ...]:
    """The files that are there of those other tools write below a home folder."""
    there = []
    for name in _KNOWN_PATHS:
        with suppress(OSError):  # a folder nobody may look into
            if (home_dir / name).is_file():
                there.append(home_dir / name)
    return tuple(there)


def _parse_key_pairs(content: bytes) -> list[KeyPair]:
    if is_pickle(content):
        return list(parse_mojito_token(content))
    text = decode_source(content)
    for reader in _TEXT_READERS:
        if pairs := list(reader(text)):
            return pairs
    return []


def _validate_key_pairs(key_pairs: Iterable[KeyPair]) -> tuple[ImportedCredentials, ...]:
    """The good ones; raises Unfit with what is wrong with the first when none is good."""
    found: list[ImportedCredentials] = []
    wrong: InvalidCredentialError | None = None
    for pair in key_pairs:
        try:
            found.append(pair.to_imported_credentials())
        except InvalidCredentialError as error:
            wrong = wrong or error
    if wrong is not None and not found:
        length_fits = wrong.details["found"] == wrong.details["wanted"]
        raise UnsupportedSource(
            "wrong_characters" if length_fits else "wrong_length", **wrong.details
        )
    return tuple(found)


def _raise_no_keys() -> tuple[ImportedCredentials, ...]:
    raise UnsupportedSource("no_keys")
