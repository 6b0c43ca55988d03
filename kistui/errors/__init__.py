"""Everything that can go wrong, as one tree.

KistuiError
├── SetupError                            what the user gave does not work; exit 3
│   ├── MissingCredentialsError
│   ├── InvalidAccountNumberError
│   ├── InvalidCredentialError
│   ├── InvalidBaseUrlError
│   ├── InvalidVariableError
│   └── UnknownSceneError                 exit 2
├── StorageError                          what lasts on disk, or should
│   ├── UnsafeFileError                   a link or another user's file in place of ours
│   ├── FileReadError
│   ├── FileWriteError                    disk full, read-only, no permission
│   ├── FileAlreadyExistsError            an export of that name is there already
│   ├── LockTimeoutError                  another process holds the lock
│   ├── ConfigError                       config.toml: file, line or key, and what is wrong
│   ├── ProfileNotFoundError
│   ├── ProfileExistsError
│   ├── InvalidProfileNameError           not a name for a profile
│   ├── SecretNotFoundError               no key stored for a profile
│   ├── PassphraseRequiredError           the encrypted file is locked
│   ├── WrongPassphraseError
│   ├── CorruptSecretsError               a secrets file that cannot be understood
│   ├── KeyringUnavailableError
│   ├── SecretCommandError                a secret_command that gave no key
│   └── CredentialImportError             a file that holds no credentials, or is not safe to read
├── InternalError                         a bug of ours
├── LoadCancelledError                    the user gave it up
├── ForbiddenRequestError                 a call outside the allow-list, stopped before a byte left
└── KisError                              the call was made, or tried
    ├── UnreachableError                  no answer
    │   ├── ConnectFailedError
    │   ├── RequestTimeoutError
    │   ├── DisconnectedError
    │   └── TlsError
    ├── InvalidResponseError              an answer that is not one
    │   ├── ServiceUnavailableError       not JSON: a maintenance page, a proxy
    │   ├── MalformedResponseError        JSON, but not what KIS documents
    │   └── PaginationError               pages that repeat or never end
    ├── UnsupportedProductError           a product code the API does not serve; no call is made
    ├── PaperPensionError                 a pension on the paper server; no call is made
    └── ApiError                          KIS says no, with a code
        ├── TokenCooldownError            one issue a minute
        ├── TokenExpiredError
        ├── TokenInvalidError
        ├── RejectedTokenReissuedError    the same dead token was handed out again
        ├── AppKeyRejectedError           app key; exit 3
        ├── AppSecretRejectedError        app secret; exit 3
        ├── PermissionDeniedError         no permission for the API; exit 3
        ├── WrongEnvironmentError         real and paper mixed up; exit 3
        ├── AccountRejectedError          not an account of this app key; exit 3
        ├── ProductRejectedError          this call does not serve the product code
        ├── RateLimitedError              too many calls a second
        ├── TemporaryServerError          KIS's own trouble
        ├── DataChangedError              the balance changed between two pages
        └── RequestRejectedError          KIS no longer takes what kistui sends

An error's `slug` names its texts in `i18n`: title, what happened and what to do next, in both
languages. `str()` is for logs: English, without secrets.
"""

from kistui.errors.kis import (
    AccountRejectedError,
    ApiError,
    AppKeyRejectedError,
    AppSecretRejectedError,
    ConnectFailedError,
    DataChangedError,
    DisconnectedError,
    InvalidResponseError,
    KisError,
    MalformedResponseError,
    PaginationError,
    PaperPensionError,
    PermissionDeniedError,
    ProductRejectedError,
    RateLimitedError,
    RejectedTokenReissuedError,
    RequestRejectedError,
    RequestTimeoutError,
    ServiceUnavailableError,
    TemporaryServerError,
    TlsError,
    TokenCooldownError,
    TokenExpiredError,
    TokenInvalidError,
    UnreachableError,
    UnsupportedProductError,
    WrongEnvironmentError,
)
from kistui.errors.local import (
    ConfigError,
    CorruptSecretsError,
    CredentialImportError,
    FileAlreadyExistsError,
    FileReadError,
    FileWriteError,
    ForbiddenRequestError,
    InternalError,
    InvalidAccountNumberError,
    InvalidBaseUrlError,
    InvalidCredentialError,
    InvalidProfileNameError,
    InvalidVariableError,
    KeyringUnavailableError,
    KistuiError,
    LoadCancelledError,
    LockTimeoutError,
    MissingCredentialsError,
    PassphraseRequiredError,
    ProfileExistsError,
    ProfileNotFoundError,
    SecretCommandError,
    SecretNotFoundError,
    SetupError,
    StorageError,
    UnknownSceneError,
    UnsafeFileError,
    WrongPassphraseError,
)

__all__ = [
    "AccountRejectedError",
    "ApiError",
    "AppKeyRejectedError",
    "AppSecretRejectedError",
    "ConfigError",
    "ConnectFailedError",
    "CorruptSecretsError",
    "CredentialImportError",
    "DataChangedError",
    "DisconnectedError",
    "FileAlreadyExistsError",
    "FileReadError",
    "FileWriteError",
    "ForbiddenRequestError",
    "InternalError",
    "InvalidAccountNumberError",
    "InvalidBaseUrlError",
    "InvalidCredentialError",
    "InvalidProfileNameError",
    "InvalidResponseError",
    "InvalidVariableError",
    "KeyringUnavailableError",
    "KisError",
    "KistuiError",
    "LoadCancelledError",
    "LockTimeoutError",
    "MalformedResponseError",
    "MissingCredentialsError",
    "PaginationError",
    "PaperPensionError",
    "PassphraseRequiredError",
    "PermissionDeniedError",
    "ProductRejectedError",
    "ProfileExistsError",
    "ProfileNotFoundError",
    "RateLimitedError",
    "RejectedTokenReissuedError",
    "RequestRejectedError",
    "RequestTimeoutError",
    "SecretCommandError",
    "SecretNotFoundError",
    "ServiceUnavailableError",
    "SetupError",
    "StorageError",
    "TemporaryServerError",
    "TlsError",
    "TokenCooldownError",
    "TokenExpiredError",
    "TokenInvalidError",
    "UnknownSceneError",
    "UnreachableError",
    "UnsafeFileError",
    "UnsupportedProductError",
    "WrongEnvironmentError",
    "WrongPassphraseError",
]
