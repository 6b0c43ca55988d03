"""English words: every error: its title, what happened, what to do next."""

TRANSLATIONS = {
    "error.credentials_missing": {
        "title": "App key and account are not complete",
        "message": "These environment variables are empty: {names}.",
        "hint": "Set the app key, app secret and account number from KIS Developers, or look around with --demo.",
    },
    "error.invalid_account": {
        "title": "The account number is not right",
        "message": "It takes 8 digits, a hyphen, 2 digits. Characters found: {found}.",
        "hint": "For example 12345678-01. The hyphen may be left out; 8 digits alone mean 01.",
    },
    "error.invalid_key": {
        "title": "The app key or app secret has the wrong length",
        "message": "{what}: {found} characters instead of {wanted}.",
        "hint": "Copy the whole of it again from KIS Developers: the key has 36, the secret 180 characters.",
    },
    "error.invalid_base_url": {
        "title": "The server address cannot be used",
        "message": "Not usable: {url}. Nothing was sent.",
        "hint": "Set KISTUI_BASE_URL to https://host:port. Plain http works for this machine only (127.0.0.1).",
    },
    "error.invalid_setting": {
        "title": "An environment variable has an unknown value",
        "message": "{name} takes {allowed} only.",
        "hint": "kistui does not guess between real and paper. Correct the value or leave it empty.",
    },
    "error.unknown_scene": {
        "title": "There is no such scene",
        "message": "The simulator has no {name}.",
        "hint": "There are: {known}",
    },
    "error.reading_stopped": {
        "title": "The reading was stopped",
        "message": "It did not come to its end.",
        "hint": "Press r to read again.",
    },
    "error.forbidden_call": {
        "title": "A call that is not allowed was stopped",
        "message": "{method} {path} is not on kistui's read-only list. Nothing was sent.",
        "hint": "This is a fault of kistui. Please report this sentence as it is.",
    },
    "error.connect_failed": {
        "title": "KIS cannot be reached",
        "message": "No connection to {host}.",
        "hint": "Check the network and the address, then read again.",
    },
    "error.timed_out": {
        "title": "KIS does not answer in time",
        "message": "Gave up waiting for {host}.",
        "hint": "Read again in a moment. In market hours this happens now and then.",
    },
    "error.disconnected": {
        "title": "KIS closed the connection",
        "message": "{host} closed the connection before its answer was complete.",
        "hint": "Read again.",
    },
    "error.tls_failed": {
        "title": "The server's certificate cannot be trusted",
        "message": "No safe connection to {host}. Nothing was sent.",
        "hint": "If a company network is in between, name its CA in SSL_CERT_FILE.",
    },
    "error.service_down": {
        "title": "KIS sent something unexpected",
        "message": "The answer is not JSON (HTTP {status}): maintenance, or a proxy in between.",
        "hint": "Read again in a while. If it stays, look for a notice of KIS.",
    },
    "error.malformed": {
        "title": "KIS's answer cannot be read",
        "message": "The value of {where} is not in its documented form.",
        "hint": "Read again; if it stays, report this sentence to kistui.",
    },
    "error.paging_broken": {
        "title": "The pages of the balance do not join up",
        "message": "At page {page} they repeat or do not end.",
        "hint": "A part is not shown as the whole. Read again in a moment.",
    },
    "error.refused": {
        "title": "KIS refused",
        "message": "The response code is not a known one.",
        "hint": "Read what KIS says; if it does not help, ask KIS about the code.",
    },
    "error.token_too_soon": {
        "title": "A token can be issued once a minute",
        "message": "The next issue is possible at {at}.",
        "hint": "Read again after {at}. Does another program use the app key?",
    },
    "error.token_expired": {
        "title": "The token has expired",
        "message": "KIS says so of the newly issued token as well.",
        "hint": "Read again in a minute. Is this machine's clock right?",
    },
    "error.token_invalid": {
        "title": "The token is not valid",
        "message": "KIS does not take it: after maintenance, or revoked elsewhere.",
        "hint": "Read again in a minute. Within 6 hours KIS may hand out the same one.",
    },
    "error.token_still_dead": {
        "title": "KIS handed out the same dead token again",
        "message": "Within six hours it gives no other. A new one can be had from {at} KST.",
        "hint": "Read again after {at} KST, or revoke the token (3) and issue one.",
    },
    "error.key_refused": {
        "title": "KIS does not know the app key",
        "message": "It is wrong, has run out, or belongs to the other environment (real or paper).",
        "hint": "Check the app key at KIS Developers. For a paper key set KIS_PAPER=1.",
    },
    "error.secret_refused": {
        "title": "The app secret does not fit the app key",
        "message": "The app secret is wrong or cut off.",
        "hint": "Copy all 180 characters of the app secret again from KIS Developers.",
    },
    "error.permission_refused": {
        "title": "No permission to use the API",
        "message": "Not allowed for this customer, this app key, or from this IP address.",
        "hint": "Check the state of the service at KIS Developers.",
    },
    "error.wrong_environment": {
        "title": "Real and paper are mixed up",
        "message": "The app key or the account belongs to the other environment.",
        "hint": "For paper set KIS_PAPER=1; for real leave KIS_PAPER empty.",
    },
    "error.account_refused": {
        "title": "Not an account of this app key",
        "message": "The account number is wrong, or is not the one the app key was applied for.",
        "hint": "Check the 8 digits and the 2 of the product code.",
    },
    "error.product_unserved": {
        "title": "This product code cannot be read",
        "message": "Ordinary accounts (01), personal pensions (22), IRPs (29) can be read.",
        "hint": "Check the last two digits of the account number.",
    },
    "error.not_offered": {
        "title": "KIS's API does not serve this product code",
        "message": "Accounts of code {product} (futures, funds, DC pensions) cannot be read.",
        "hint": "See it in KIS's own app, or add an account of 01, 22 or 29.",
    },
    "error.pension_on_paper": {
        "title": "The paper server has no pensions",
        "message": "KIS serves retirement pensions (29) on the real server only.",
        "hint": "Add the profile again with a real app key.",
    },
    "error.rate_limited": {
        "title": "Too many calls a second",
        "message": "Tried again, but KIS still refuses.",
        "hint": "Read again in some seconds. Does another program use the same app key?",
    },
    "error.temporary": {
        "title": "KIS has a passing problem",
        "message": "Tried again, without success.",
        "hint": "Read again in a while.",
    },
    "error.data_changed": {
        "title": "The balance changed while it was read",
        "message": "Read again from the start, and it changed again.",
        "hint": "Read again in a moment.",
    },
    "error.request_rejected": {
        "title": "KIS does not take this form of request",
        "message": "KIS has changed it, or it is a fault of kistui.",
        "hint": "Try a newer kistui; if that does not help, report the response code.",
    },
    "error.file_unsafe": {
        "title": "The file is not safe",
        "message": "{path} is a link or belongs to another user. It was left alone.",
        "hint": "Move or remove it, then try again.",
    },
    "error.file_unreadable": {
        "title": "The file cannot be read",
        "message": "{path}: {reason}",
        "hint": "Check the file's permissions.",
    },
    "error.file_unwritable": {
        "title": "The file cannot be written",
        "message": "{path}: {reason}. What was there is still there.",
        "hint": "Check the disk's space and the folder's permissions, then try again.",
    },
    "error.file_exists": {
        "title": "There is a file of that name",
        "message": "{path} was left as it is.",
        "hint": "Use another name, or choose to overwrite if it may be replaced.",
    },
    "error.store_busy": {
        "title": "Another kistui is writing",
        "message": "Process {holder} holds it. Waited {seconds} s for {path}.",
        "hint": "Try again in a moment.",
    },
    "error.bad_config": {
        "title": "The configuration file has a fault",
        "message": "{path}, {where}: {reason}",
        "hint": "Please correct the file. kistui does not overwrite it.",
    },
    "error.profile_unknown": {
        "title": "There is no such profile",
        "message": "There is no {name}. There are: {known}",
        "hint": "kistui profile list shows them.",
    },
    "error.profile_exists": {
        "title": "There is a profile of that name",
        "message": "{name} is there already.",
        "hint": "Use another name, or remove the other one first.",
    },
    "error.invalid_name": {
        "title": "This cannot be the name of a profile",
        "message": "1 to 20 letters or digits, no blanks, no signs but - and _.",
        "hint": "For example main, pension, isa-2",
    },
    "error.secret_missing": {
        "title": "No app key is stored",
        "message": "The app key of {name} is not in {place}.",
        "hint": "Enter it again with Replace keys.",
    },
    "error.passphrase_needed": {
        "title": "The encrypted file is locked",
        "message": "Its passphrase is needed to read the app key.",
        "hint": "Enter the passphrase. It is asked once a start.",
    },
    "error.passphrase_wrong": {
        "title": "The passphrase is not right",
        "message": "It does not open the encrypted file.",
        "hint": "Try again. If it is forgotten, register the app key anew.",
    },
    "error.secrets_corrupt": {
        "title": "The file of app keys cannot be read",
        "message": "{path} is not in a known form. It was not overwritten.",
        "hint": "Restore a backup, or move the file away and register the app key anew.",
    },
    "error.keyring_unavailable": {
        "title": "The OS keyring cannot be used",
        "message": "{reason}",
        "hint": "Choose another place: the encrypted file, or the 0600 file.",
    },
    "error.command_failed": {
        "title": "The command that gives the app key failed",
        "message": "{program}: {reason}",
        "hint": "Run it in a terminal: it must print app key and app secret on two lines.",
    },
    "error.import_refused": {
        "title": "This file cannot be imported",
        "message": "{path}: {reason}. The file was not changed.",
        "hint": "kistui imports kis_devlp.yaml, python-kis JSON, mojito's files, and .env.",
    },
    "error.internal": {
        "title": "Internal error of kistui",
        "message": "{kind} ({place})",
        "hint": "This is a fault of kistui. Please report this sentence as it is. Nothing happened to the account.",
    },
}
