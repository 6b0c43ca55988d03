"""The form of a new profile, or of other keys for one: checked while one types."""

from collections.abc import Mapping
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Button, Input, RadioSet, Static

from kistui.models.account import (
    AccountNumber,
    Credentials,
    Environment,
    ImportedCredentials,
    SecretBackend,
    Profile,
)
from kistui.models.record import record
from kistui.ui import keys
from kistui.ui.screens.dialog import Dialog
from kistui.ui.theme import content
from kistui.ui.widgets.radio import Radio
from kistui.ui.widgets.secret_input import SecretInput
from kistui.formatting import profiles as view
from kistui.formatting.cells import Cell
from kistui.i18n.translations import Translations

ENVIRONMENTS = (Environment.REAL, Environment.PAPER)
PLACES = (SecretBackend.KEYRING, SecretBackend.ENCRYPTED, SecretBackend.PLAIN)


@record
class Draft:
    """What the form gives; the passphrase only when the encrypted file needs one."""

    profile: Profile
    credentials: Credentials
    passphrase: str = ""

    def __repr__(self) -> str:
        return f"Draft({self.profile!r})"


@record(kw_only=True)
class FormSetup:
    """What the form has to know: names taken, places that cannot be had and why."""

    taken: frozenset[str]
    faults: Mapping[SecretBackend, str]
    asks_passphrase: bool
    """Whether the encrypted file is locked, or has to be made."""
    is_new_passphrase: bool
    found: ImportedCredentials | None = None
    keys_of: Profile | None = None
    """The profile to enter other keys for; only the keys are asked then."""


class ProfileForm(Dialog[Draft | None]):
    """Answers a `Draft`, or `None`."""

    BINDINGS: ClassVar[list[BindingType]] = list(keys.bindings(keys.FORM))

    def __init__(self, setup: FormSetup, words: Translations) -> None:
        super().__init__()
        self._setup = setup
        self._words = words

    def compose(self) -> ComposeResult:
        """The fields, each with what is right or wrong with it beside it."""
        words, setup = self._words, self._setup
        with VerticalScroll(classes="dialog-box form", can_focus=False) as box:
            title = "form.keys_title" if setup.keys_of else "form.title"
            name = setup.keys_of.name if setup.keys_of else ""
            box.border_title = Content(words(title, name=name) if name else words(title))
            if not setup.keys_of:
                yield self._row("name", Input(id="name", compact=True))
                yield self._environment_row()
                account = setup.found.account if setup.found else None
                number = f"{account.number}-{account.product_code}" if account else ""
                yield self._row("account", Input(number, id="account", compact=True))
            if setup.found:
                yield self._row("found", Static(content([view.imported_credentials_line(setup.found, words)])))
            else:
                yield self._row("app_key", SecretInput(id="app_key"))
                yield self._row("app_secret", SecretInput(id="app_secret"))
            if not setup.keys_of:
                yield self._place_row()
                with Vertical(id="passphrase-rows"):
                    yield self._row("passphrase", SecretInput(id="passphrase"))
                    if setup.is_new_passphrase:
                        yield self._row("again", SecretInput(id="again"))
            yield Static(Content(words("form.notice")), classes="dialog-text")
            yield Button(words("form.save"), id="save", compact=True)
            yield Static(Content(words("form.hint")), classes="dialog-hint")

    def on_mount(self) -> None:
        """Nothing blinks: it would cost 2 kB a second over SSH."""
        for field in self.query(Input):
            field.cursor_blink = False
        self.query(Input).first().focus()
        self.call_after_refresh(self._check)

    @on(Input.Changed)
    @on(RadioSet.Changed)
    def _field_changed(self) -> None:
        self._check()

    @on(Input.Submitted)
    def _enter_pressed(self, event: Input.Submitted) -> None:
        if self._check():
            self._answer()
        else:
            self.focus_next() if self._is_good(event.input.id or "") else self.app.bell()

    @on(Button.Pressed, "#save")
    def _save_pressed(self) -> None:
        if self._check():
            self._answer()
        else:
            self.app.bell()

    def action_cancel(self) -> None:
        """Leave without an answer."""
        self.dismiss(None)

    def _answer(self) -> None:
        setup = self._setup
        credentials = (
            setup.found.credentials
            if setup.found
            else Credentials.parse(self._text("app_key"), self._text("app_secret"))
        )
        profile = setup.keys_of or Profile(
            self._text("name"),
            self._environment(),
            AccountNumber.parse(self._text("account")),
            secret_backend=self._place(),
        )
        passphrase = self._text("passphrase") if self._asks_passphrase() else ""
        self.dismiss(Draft(profile, credentials, passphrase))

    def _check(self) -> bool:
        """Say beside every field what it lacks; whether all are right."""
        if not self.is_mounted:
            return False
        for rows in self.query("#passphrase-rows"):
            rows.display = self._asks_passphrase()
        checks = self._checks()
        for name, (_, told) in checks.items():
            self.query_one(f"#check-{name}", Static).update(content([(told,)]))
        return all(good for good, _ in checks.values())

    def _is_good(self, name: str) -> bool:
        return self._checks().get(name, (True,))[0]

    def _checks(self) -> dict[str, tuple[bool, Cell]]:
        words, setup = self._words, self._setup
        checks = {}
        if not setup.found:
            checks["app_key"] = view.validate_app_key(self._text("app_key"), words)
            checks["app_secret"] = view.validate_app_secret(self._text("app_secret"))
        if setup.keys_of:
            return checks
        checks["name"] = view.validate_profile_name(self._text("name"), setup.taken, words)
        checks["account"] = view.validate_account(self._text("account"), words)
        if self._asks_passphrase():
            first = self._text("passphrase")
            again = self._text("again") if setup.is_new_passphrase else first
            checks["passphrase"] = view.validate_passphrase(first, again, words)
        return checks

    def _asks_passphrase(self) -> bool:
        return (
            not self._setup.keys_of
            and self._setup.asks_passphrase
            and self._place() is SecretBackend.ENCRYPTED
        )

    def _text(self, name: str) -> str:
        return self.query_one(f"#{name}", Input).value

    def _environment(self) -> Environment:
        return ENVIRONMENTS[max(self.query_one("#environment", RadioSet).pressed_index, 0)]

    def _place(self) -> SecretBackend:
        return PLACES[max(self.query_one("#place", RadioSet).pressed_index, 0)]

    def _row(self, name: str, field: Widget) -> Horizontal:
        label = Static(Content(self._words(f"form.label_{name}")), classes="form-label")
        told = () if isinstance(field, RadioSet) else (Static(id=f"check-{name}"),)
        return Horizontal(label, field, *told, classes="form-row")

    def _environment_row(self) -> Horizontal:
        wanted = self._setup.found.environment if self._setup.found else None
        buttons = [
            Radio(self._words(f"form.{each.value}"), value=each is (wanted or each.REAL))
            for each in ENVIRONMENTS
        ]
        return self._row("environment", RadioSet(*buttons, id="environment", compact=True))

    def _place_row(self) -> Horizontal:
        faults = self._setup.faults
        best = next(place for place in PLACES if place not in faults)
        buttons = []
        for place in PLACES:
            text = self._words(f"form.place_{place.value}")
            if place in faults:
                text = f"{text}: {faults[place]}"
            buttons.append(Radio(Content(text), value=place is best, disabled=place in faults))
        return self._row("place", RadioSet(*buttons, id="place", compact=True))
