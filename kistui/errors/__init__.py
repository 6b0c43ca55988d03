"""The tree of all errors that kistui raises on purpose.

KistuiError
├── SetupError                            invalid or missing configuration; exit 3
│   ├── MissingCredentialsError
│   │   └── NoAccountError
│   ├── NoTokenError                      no valid token, and none may be issued
│   ├── InvalidAccountNumberError
│   ├── InvalidCredentialError
│   ├── InvalidBaseUrlError
│   ├── LivePricesUnavailableError        another server than KIS, without a WebSocket
│   ├── LiveProxyError                    a SOCKS proxy, which live prices cannot use
│   ├── InvalidVariableError
│   ├── QuotedVariableError
│   ├── UnclearVariablesError
│   ├── InvalidProxyError                 a proxy variable that cannot be used
│   ├── InvalidCaFileError                SSL_CERT_FILE or SSL_CERT_DIR cannot be read
│   └── UnknownSceneError                 exit 2
├── StorageError                          files, stores and profiles
│   ├── UnsafeFileError                   a link or another user's file
│   ├── FileReadError
│   ├── FileWriteError                    disk full, read-only, no permission
│   ├── FileAlreadyExistsError            the target of an export exists
│   ├── LockTimeoutError                  another process holds the lock
│   ├── ConfigError                       config.toml: file, line or key, and what is wrong
│   ├── ProfileNotFoundError
│   ├── ProfileExistsError
│   ├── InvalidProfileNameError           an invalid profile name
│   ├── SecretNotFoundError               no app key stored for a profile
│   ├── SecretRemainsError                an app key that could not be deleted
│   ├── PassphraseRequiredError           the encrypted file is locked
│   ├── WrongPassphraseError
│   ├── CorruptSecretsError               a secrets file that cannot be parsed
│   ├── KeyringUnavailableError
│   ├── SecretCommandError                a secret_command that printed no app key
│   ├── HistoryFileError                  an asset history that cannot be parsed
│   └── CredentialImportError             a file without usable credentials
├── InternalError                         a bug of kistui
├── LoadCancelledError                    the user cancelled
├── ForbiddenRequestError                 a call outside the allow-list; nothing was sent
└── KisError                              a call to KIS failed
    ├── UnreachableError                  no response
    │   ├── ConnectFailedError
    │   │   └── ProxyFailedError          the proxy of the environment
    │   ├── RequestTimeoutError
    │   ├── DisconnectedError
    │   └── TlsError
    ├── InvalidResponseError              a response that cannot be used
    │   ├── ServiceUnavailableError       not JSON: a maintenance page, a proxy
    │   ├── MalformedResponseError        JSON, but not as KIS documents it
    │   └── PaginationError               pages that repeat or never end
    ├── UnsupportedProductError           a product code without an API; no call is made
    ├── PaperPensionError                 a pension on the paper server; no call is made
    ├── NotOnPaperError                   a call the paper server lacks; no call is made
    └── ApiError                          KIS refused, with a code
        ├── TokenCooldownError            only one issue per minute
        ├── TokenExpiredError
        ├── TokenInvalidError
        ├── RejectedTokenReissuedError    KIS issued the rejected token again
        ├── AppKeyRejectedError           app key; exit 3
        ├── AppSecretRejectedError        app secret; exit 3
        ├── PermissionDeniedError         no permission for the API; exit 3
        ├── WrongEnvironmentError         real and paper mixed up; exit 3
        ├── AccountRejectedError          not an account of this app key; exit 3
        ├── ProductRejectedError          the call does not serve the product code
        ├── RateLimitedError              too many calls per second
        ├── TemporaryServerError          a temporary error of KIS
        ├── DataChangedError              the balance changed between two pages
        └── RequestRejectedError          KIS rejects the form of the request

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
    NotOnPaperError,
    PaginationError,
    PaperPensionError,
    PermissionDeniedError,
    ProductRejectedError,
    ProxyFailedError,
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
    HistoryFileError,
    InternalError,
    InvalidAccountNumberError,
    InvalidBaseUrlError,
    InvalidCaFileError,
    InvalidCredentialError,
    InvalidProfileNameError,
    InvalidProxyError,
    InvalidVariableError,
    KeyringUnavailableError,
    KistuiError,
    LivePricesUnavailableError,
    LiveProxyError,
    LoadCancelledError,
    LockTimeoutError,
    MissingCredentialsError,
    NoAccountError,
    NoTokenError,
    PassphraseRequiredError,
    ProfileExistsError,
    ProfileNotFoundError,
    QuotedVariableError,
    SecretCommandError,
    SecretNotFoundError,
    SecretRemainsError,
    SetupError,
    StorageError,
    UnclearVariablesError,
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
    "HistoryFileError",
    "InternalError",
    "InvalidAccountNumberError",
    "InvalidBaseUrlError",
    "InvalidCaFileError",
    "InvalidCredentialError",
    "InvalidProfileNameError",
    "InvalidProxyError",
    "InvalidResponseError",
    "InvalidVariableError",
    "KeyringUnavailableError",
    "KisError",
    "KistuiError",
    "LivePricesUnavailableError",
    "LiveProxyError",
    "LoadCancelledError",
    "LockTimeoutError",
    "MalformedResponseError",
    "MissingCredentialsError",
    "NoAccountError",
    "NoTokenError",
    "NotOnPaperError",
    "PaginationError",
    "PaperPensionError",
    "PassphraseRequiredError",
    "PermissionDeniedError",
    "ProductRejectedError",
    "ProfileExistsError",
    "ProfileNotFoundError",
    "ProxyFailedError",
    "QuotedVariableError",
    "RateLimitedError",
    "RejectedTokenReissuedError",
    "RequestRejectedError",
    "RequestTimeoutError",
    "SecretCommandError",
    "SecretNotFoundError",
    "SecretRemainsError",
    "ServiceUnavailableError",
    "SetupError",
    "StorageError",
    "TemporaryServerError",
    "TlsError",
    "TokenCooldownError",
    "TokenExpiredError",
    "TokenInvalidError",
    "UnclearVariablesError",
    "UnknownSceneError",
    "UnreachableError",
    "UnsafeFileError",
    "UnsupportedProductError",
    "WrongEnvironmentError",
    "WrongPassphraseError",
]
