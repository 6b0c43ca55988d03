"""Credentials from other tools' files: read only, and nothing in them is ever run."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from kistui.errors import CredentialImportError, InvalidCredentialError
from kistui.models.account import ImportedCredentials
from kistui.store.importers.formats import read_env, read_json, read_lines, read_names
from kistui.store.importers.kis_yaml import read_yaml
from kistui.store.importers.mojito import is_pickle, read_pickle
from kistui.store.importers.pairs import Pair, Unfit
from kistui.store.importers.source import decode, read_bytes

__all__ = ["ImportedCredentials", "candidates", "read_file", "read_variables"]

_USUAL = ("KIS/config/kis_devlp.yaml", ".cache/mojito2/token.dat")
_TEXT_READERS = (read_json, read_lines, read_env, read_yaml)


def read_file(path: Path) -> tuple[ImportedCredentials, ...]:
    """What is in a file, by its content; raises ImportRefused. The file is not changed."""
    try:
        return _checked(_pairs(read_bytes(path))) or _nothing()
    except Unfit as unfit:
        details = unfit.details
    # Raised out here: the chain of an error must not lead to one that holds the file's text.
    raise CredentialImportError(path=str(path), **details)


def read_variables(environ: Mapping[str, str]) -> tuple[ImportedCredentials, ...]:
    """What the environment holds, perhaps nothing; raises ImportRefused when no pair is whole."""
    try:
        return _checked(list(read_names(environ, "environment")))
    except Unfit as unfit:
        details = unfit.details
    raise CredentialImportError(path="environment", **details)


def candidates(home: Path) -> tuple[Path, ...]:
    """The files that are there of those other tools write below a home folder."""
    there = []
    for name in _USUAL:
        with suppress(OSError):  # a folder nobody may look into
            if (home / name).is_file():
                there.append(home / name)
    return tuple(there)


def _pairs(content: bytes) -> list[Pair]:
    if is_pickle(content):
        return list(read_pickle(content))
    text = decode(content)
    for reader in _TEXT_READERS:
        if pairs := list(reader(text)):
            return pairs
    return []


def _checked(pairs: Iterable[Pair]) -> tuple[ImportedCredentials, ...]:
    """The good ones; raises Unfit with what is wrong with the first when none is good."""
    found: list[ImportedCredentials] = []
    wrong: InvalidCredentialError | None = None
    for pair in pairs:
        try:
            found.append(pair.found())
        except InvalidCredentialError as error:
            wrong = wrong or error
    if wrong is not None and not found:
        length_fits = wrong.details["found"] == wrong.details["wanted"]
        raise Unfit("wrong_characters" if length_fits else "wrong_length", **wrong.details)
    return tuple(found)


def _nothing() -> tuple[ImportedCredentials, ...]:
    raise Unfit("no_keys")
