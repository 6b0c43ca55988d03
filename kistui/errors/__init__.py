"""Everything that can go wrong, as one tree.

KistuiError
├── SetupError                what the user gave does not work; exit 3
│   ├── CredentialsMissing
│   ├── InvalidAccount
│   ├── InvalidKey
│   ├── InvalidBaseUrl
│   ├── InvalidSetting
│   └── UnknownScene          exit 2
├── StoreError                what lasts on disk, or should
│   ├── FileUnsafe            a link or another user's file in place of ours
│   ├── FileUnreadable
│   ├── FileUnwritable        disk full, read-only, no permission
│   ├── FileExists            an export of that name is there already
│   ├── StoreBusy             another process holds the lock
│   ├── BadConfig             config.toml: file, line or key, and what is wrong
│   ├── ProfileUnknown
│   ├── ProfileExists
│   ├── InvalidName           not a name for a profile
│   ├── SecretMissing         no key stored for a profile
│   ├── PassphraseNeeded      the encrypted file is locked
│   ├── PassphraseWrong
│   ├── SecretsCorrupt        a secrets file that cannot be understood
│   ├── KeyringUnavailable
│   ├── CommandFailed         a secret_command that gave no key
│   └── ImportRefused         a file that holds no credentials, or is not safe to read
├── InternalError             a bug of ours
├── ReadingStopped            the user gave it up
├── ForbiddenCall             a call outside the allow-list, stopped before a byte left
└── KisError                  the call was made, or tried
    ├── Unreachable           no answer
    │   ├── ConnectFailed
    │   ├── TimedOut
    │   ├── Disconnected
    │   └── TlsFailed
    ├── Unreadable            an answer that is not one
    │   ├── ServiceDown       not JSON: a maintenance page, a proxy
    │   ├── Malformed         JSON, but not what KIS documents
    │   └── PagingBroken      pages that repeat or never end
    ├── NotOffered            a product code the API does not serve; no call is made
    ├── PensionOnPaper        a pension on the paper server; no call is made
    └── Refused               KIS says no, with a code
        ├── TokenTooSoon      one issue a minute
        ├── TokenExpired
        ├── TokenInvalid
        ├── TokenStillDead    the same dead token was handed out again
        ├── KeyRefused        app key; exit 3
        ├── SecretRefused     app secret; exit 3
        ├── PermissionRefused no permission for the API; exit 3
        ├── WrongEnvironment  real and paper mixed up; exit 3
        ├── AccountRefused    not an account of this app key; exit 3
        ├── ProductUnserved   this call does not serve the product code
        ├── RateLimited       too many calls a second
        ├── Temporary         KIS's own trouble
        ├── DataChanged       the balance changed between two pages
        └── RequestRejected   KIS no longer takes what kistui sends

An error knows its `word`: under it stand, in `locale/`, its title, what happened and what to
do next, in both languages. `str()` is for logs: English, without secrets.
"""

from kistui.errors.base import (
    ForbiddenCall,
    InternalError,
    KistuiError,
    ReadingStopped,
)
from kistui.errors.kis import (
    AccountRefused,
    ConnectFailed,
    DataChanged,
    Disconnected,
    KeyRefused,
    KisError,
    Malformed,
    NotOffered,
    PagingBroken,
    PensionOnPaper,
    PermissionRefused,
    ProductUnserved,
    RateLimited,
    Refused,
    RequestRejected,
    SecretRefused,
    ServiceDown,
    Temporary,
    TimedOut,
    TlsFailed,
    TokenExpired,
    TokenInvalid,
    TokenStillDead,
    TokenTooSoon,
    Unreachable,
    Unreadable,
    WrongEnvironment,
)
from kistui.errors.setup import (
    CredentialsMissing,
    InvalidAccount,
    InvalidBaseUrl,
    InvalidKey,
    InvalidSetting,
    SetupError,
    UnknownScene,
)
from kistui.errors.store import (
    BadConfig,
    CommandFailed,
    FileExists,
    FileUnreadable,
    FileUnsafe,
    FileUnwritable,
    ImportRefused,
    InvalidName,
    KeyringUnavailable,
    PassphraseNeeded,
    PassphraseWrong,
    ProfileExists,
    ProfileUnknown,
    SecretMissing,
    SecretsCorrupt,
    StoreBusy,
    StoreError,
)

__all__ = [
    "AccountRefused",
    "BadConfig",
    "CommandFailed",
    "ConnectFailed",
    "CredentialsMissing",
    "DataChanged",
    "Disconnected",
    "FileExists",
    "FileUnreadable",
    "FileUnsafe",
    "FileUnwritable",
    "ForbiddenCall",
    "ImportRefused",
    "InternalError",
    "InvalidAccount",
    "InvalidBaseUrl",
    "InvalidKey",
    "InvalidName",
    "InvalidSetting",
    "KeyRefused",
    "KeyringUnavailable",
    "KisError",
    "KistuiError",
    "Malformed",
    "NotOffered",
    "PagingBroken",
    "PassphraseNeeded",
    "PassphraseWrong",
    "PensionOnPaper",
    "PermissionRefused",
    "ProductUnserved",
    "ProfileExists",
    "ProfileUnknown",
    "RateLimited",
    "ReadingStopped",
    "Refused",
    "RequestRejected",
    "SecretMissing",
    "SecretRefused",
    "SecretsCorrupt",
    "ServiceDown",
    "SetupError",
    "StoreBusy",
    "StoreError",
    "Temporary",
    "TimedOut",
    "TlsFailed",
    "TokenExpired",
    "TokenInvalid",
    "TokenStillDead",
    "TokenTooSoon",
    "UnknownScene",
    "Unreachable",
    "Unreadable",
    "WrongEnvironment",
]
