"""Form for a new profile or new credentials, validated while the user types."""

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import ClassVar, Literal

from msgspec import Struct
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Button, Input, RadioButton, RadioSet, Static

from kistui.formatting.cells import Cell
from kistui.formatting.profile_validation import (
    validate_account,
    validate_app_key,
    validate_app_secret,
    validate_passphrase,
    validate_profile_name,
)
from kistui.formatting.profiles import imported_credentials_line
from kistui.i18n.translations import Translations
from kistui.models.account import (
    AccountNumber,
    Credentials,
    Environment,
    ImportedCredentials,
    PartialAccount,
    Profile,
    SecretBackend,
)
from kistui.models.text import Secret
from kistui.tui import keymap
from kistui.tui.key_queue import OPENS_DIALOG
from kistui.tui.screens.dialogs import Dialog
from kistui.tui.textual_patches import PlainToggle
from kistui.tui.theme import to_content
from kistui.tui.widgets.inputs import SecretInput, TextInput
from kistui.tui.workers import start_worker

ENVIRONMENTS = (Environment.REAL, Environment.PAPER)
SECRET_BACKENDS = (SecretBackend.KEYRING, SecretBackend.ENCRYPTED, SecretBackend.PLAIN)


class PlainRadioButton(PlainToggle, RadioButton):
    """Radio button whose state is visible without colour, and whose label may have two lines."""

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return the lines of the label; Textual's own always has one."""
        return Widget.get_content_height(self, container, viewport, width)


class FormEntries(Struct, frozen=True):
    """What was typed and chosen, to open the form with again."""

    texts: Mapping[str, Secret] = MappingProxyType({})
    """The text of each field."""
    environment: Environment | None = None
    secret_backend: SecretBackend | None = None


class ProfileFormResult(Struct, frozen=True):
    """A complete form; the passphrase only if the encrypted file needs one."""

    profile: Profile
    credentials: Credentials
    passphrase: Secret
    entries: FormEntries


class LeftForm(Struct, frozen=True):
    """A form that was left for an import or the demo."""

    choice: Literal["import", "demo"]
    entries: FormEntries


class ProfileFormOptions(Struct, frozen=True, kw_only=True):
    """Options of the form: names in use, unavailable secret stores and why."""

    existing_names: frozenset[str]
    unavailable_backends: Mapping[SecretBackend, str]
    needs_passphrase: bool
    """Whether the encrypted file is locked, or has to be created."""
    is_new_passphrase: bool
    imported: ImportedCredentials | None = None
    known: PartialAccount | None = None
    """The account in the environment, with which the form begins."""
    warning: str = ""
    """Why variables of the environment cannot be understood."""
    entries: FormEntries = FormEntries()
    """What was typed before; it takes precedence over what is imported or known."""
    error: str = ""
    """Why the entries could not be saved."""
    is_first_run: bool = False
    """Whether the user has no profile yet: the form greets and offers import and demo."""
    replace_keys_for: Profile | None = None
    """Profile that gets new credentials; only these are asked for."""


SaveForm = Callable[[ProfileFormResult], Awaitable[ProfileFormOptions | None]]
"""Saves a complete form; returns `None`, or what the form shows when it cannot be saved."""


class ProfileForm(Dialog[ProfileFormResult | LeftForm | None]):
    """Returns what was entered once `save` has saved it, or what was chosen instead of it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *keymap.to_bindings(keymap.FORM),
        *keymap.to_bindings(keymap.WELCOME),
    ]

    class SaveEnded(Message):
        """`result` was saved; if it cannot be saved, `options` say what the form shows."""

        def __init__(self, result: ProfileFormResult, options: ProfileFormOptions | None) -> None:
            super().__init__()
            self.result = result
            self.options = options

    def __init__(self, options: ProfileFormOptions, save: SaveForm, t: Translations) -> None:
        super().__init__()
        self._options = options
        self._save = save
        self._t = t

    def compose(self) -> ComposeResult:
        """Compose the fields, each with its check beside it."""
        t, options = self._t, self._options
        with VerticalScroll(classes="dialog-box form", can_focus=False) as box:
            title = "form.keys_title" if options.replace_keys_for else "form.title"
            name = options.replace_keys_for.name if options.replace_keys_for else ""
            box.border_title = Content(t(title, name=name) if name else t(title))
            if options.is_first_run:
                yield Static(Content(t("welcome.welcome")), classes="dialog-text")
                yield Static(Content(t("welcome.ways")), classes="dialog-text", id="ways")
            if options.warning:
                yield Static(Content(options.warning), id="form-warning")
            if not options.replace_keys_for:
                yield self._form_row("name", TextInput(self._initial_text("name"), id="name"))
                yield self._environment_row()
                number = self._initial_text("account")
                yield self._form_row("account", TextInput(number, id="account"))
            if options.imported:
                yield self._form_row(
                    "source",
                    Static(to_content([imported_credentials_line(options.imported, t)])),
                )
            else:
                for name in ("app_key", "app_secret"):
                    yield self._form_row(name, SecretInput(self._initial_text(name), id=name))
            if not options.replace_keys_for:
                yield self._secret_backend_row()
                with Vertical(id="passphrase-rows"):
                    for name in ("passphrase", "again"):
                        text = self._initial_text(name)
                        yield self._form_row(name, SecretInput(text, id=name, keeps_blanks=True))
            yield Static(id="form-error")
            yield Static(Content(t("form.notice")), classes="dialog-text")
            yield Button(t("form.save"), id="save", compact=True)
            yield Static(Content(t("form.hint")), classes="dialog-hint")

    def on_mount(self) -> None:
        """Focus the first field."""
        self.query(Input).first().focus()
        self._show_error()
        self.call_after_refresh(self._validate_fields)

    @on(Input.Changed)
    @on(RadioSet.Changed)
    def _field_changed(self) -> None:
        self._validate_fields()

    @on(Input.Submitted)
    def _input_submitted(self, event: Input.Submitted) -> None:
        if self._validate_fields():
            self._submit()
        else:
            self.focus_next() if self._is_field_valid(event.input.id or "") else self.app.bell()

    @on(Button.Pressed, "#save")
    def _save_pressed(self) -> None:
        if self._validate_fields():
            self._submit()
        else:
            self.app.bell()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer import and demo on a first run only."""
        del parameters
        return action != "choose_instead" or self._options.is_first_run

    def action_choose_instead(self, choice: Literal["import", "demo"]) -> None:
        """Return that the user chose to import, or the demo."""
        self.dismiss(LeftForm(choice, self._entries()))

    def _initial_text(self, name: str) -> str:
        """Return what a field starts with: what was typed before, else imported or known."""
        options = self._options
        if entry := options.entries.texts.get(name):
            return entry.reveal()
        source = options.imported or options.known
        if name == "account" and source and source.account:
            return source.account.unmasked
        keys = (
            {"app_key": options.known.app_key, "app_secret": options.known.app_secret}
            if options.known
            else {}
        )
        return keys[name].reveal() if name in keys else ""

    def _entries(self) -> FormEntries:
        texts = {field.id: Secret(field.value) for field in self.query(Input) if field.id}
        if self._options.replace_keys_for:
            return FormEntries(texts)
        return FormEntries(texts, self._environment(), self._secret_backend())

    def _submit(self) -> None:
        options = self._options
        credentials = (
            options.imported.credentials
            if options.imported
            else Credentials.parse(self._field_text("app_key"), self._field_text("app_secret"))
        )
        profile = options.replace_keys_for or Profile(
            self._field_text("name"),
            self._environment(),
            AccountNumber.parse(self._field_text("account")),
            secret_backend=self._secret_backend(),
        )
        passphrase = self._field_text("passphrase") if self._needs_passphrase() else ""
        result = ProfileFormResult(profile, credentials, Secret(passphrase), self._entries())
        # Keys behind Enter wait for the dialog that saving opens.
        start_worker(
            self, self._save_result, result, group="save", name=OPENS_DIALOG, is_exclusive=True
        )

    async def _save_result(self, result: ProfileFormResult) -> None:
        self.post_message(self.SaveEnded(result, await self._save(result)))

    @on(SaveEnded)
    def _save_ended(self, message: SaveEnded) -> None:
        if message.options is None:
            self.close(message.result)
            return
        self._options = message.options
        self._show_error()
        self._validate_fields()
        self.query_one("#save").focus()

    def _show_error(self) -> None:
        line = self.query_one("#form-error", Static)
        line.update(Content(self._options.error))
        line.display = bool(self._options.error)

    def _validate_fields(self) -> bool:
        """Show the check of every field; return whether all are valid."""
        if not self.is_mounted:
            return False
        for rows in self.query("#passphrase-rows"):
            rows.display = self._needs_passphrase()
            again = rows.query_one("#again").parent
            assert isinstance(again, Widget)  # noqa: S101  # its row
            again.display = self._options.is_new_passphrase
        checks = self._field_checks()
        for name, (_, check) in checks.items():
            self.query_one(f"#check-{name}", Static).update(to_content([(check,)]))
        return all(is_valid for is_valid, _ in checks.values())

    def _is_field_valid(self, name: str) -> bool:
        return self._field_checks().get(name, (True,))[0]

    def _field_checks(self) -> dict[str, tuple[bool, Cell]]:
        t, options = self._t, self._options
        checks = {}
        if not options.imported:
            checks["app_key"] = validate_app_key(self._field_text("app_key"), t)
            checks["app_secret"] = validate_app_secret(self._field_text("app_secret"), t)
        if options.replace_keys_for:
            return checks
        checks["name"] = validate_profile_name(self._field_text("name"), options.existing_names, t)
        checks["account"] = validate_account(self._field_text("account"), t)
        if self._needs_passphrase():
            passphrase = self._field_text("passphrase")
            repeated = self._field_text("again") if options.is_new_passphrase else None
            checks["passphrase"] = validate_passphrase(passphrase, repeated, t)
        return checks

    def _needs_passphrase(self) -> bool:
        return (
            not self._options.replace_keys_for
            and self._options.needs_passphrase
            and self._secret_backend() is SecretBackend.ENCRYPTED
        )

    def _field_text(self, name: str) -> str:
        return self.query_one(f"#{name}", Input).value

    def _environment(self) -> Environment:
        return ENVIRONMENTS[max(self.query_one("#environment", RadioSet).pressed_index, 0)]

    def _secret_backend(self) -> SecretBackend:
        return SECRET_BACKENDS[max(self.query_one("#secret_backend", RadioSet).pressed_index, 0)]

    def _form_row(self, name: str, field: Widget) -> Horizontal:
        label = Static(Content(self._t(f"form.label_{name}")), classes="form-label")
        check = (Static(id=f"check-{name}"),) if isinstance(field, Input) else ()
        return Horizontal(label, field, *check, classes="form-row")

    def _environment_row(self) -> Horizontal:
        options = self._options
        source = options.imported or options.known
        selected = (
            options.entries.environment or (source and source.environment) or Environment.REAL
        )
        buttons = [
            PlainRadioButton(self._t(f"form.{environment.value}"), value=environment is selected)
            for environment in ENVIRONMENTS
        ]
        return self._form_row("environment", RadioSet(*buttons, id="environment", compact=True))

    def _secret_backend_row(self) -> Horizontal:
        faults = self._options.unavailable_backends
        selected = self._options.entries.secret_backend or next(
            backend for backend in SECRET_BACKENDS if backend not in faults
        )
        buttons = []
        for backend in SECRET_BACKENDS:
            text = self._t(f"form.secret_backend_{backend.value}")
            if backend in faults:
                text = f"{text}: {faults[backend]}"
            buttons.append(
                PlainRadioButton(
                    Content(text), value=backend is selected, disabled=backend in faults
                )
            )
        return self._form_row(
            "secret_backend", RadioSet(*buttons, id="secret_backend", compact=True)
        )
