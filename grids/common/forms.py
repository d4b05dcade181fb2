"""The base of every form: labels without colons, native pickers, an error summary, and choices limited to one's scope.

::

    class AssignForm(Form):
        member = ScopedChoiceField(Member, permission=Permission.MANAGE_CONTACTS, label=_("Joint-family member"))
        started_on = forms.DateField(label=_("From"))
        reason = forms.CharField(label=_("Reason"), widget=forms.Textarea, required=False)

        sections = ((_("Contact"), ("member", "started_on")), (_("Note"), ("reason",)))

Pages pass ``user`` (who fills it in) and ``subject`` (the object the page is about). Forms collect and check what was
typed; what is done with it is the service's business, so ``save()`` does not exist.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Model, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Section = tuple[str | Promise, tuple[str, ...]]


def scoped_choices(queryset: QuerySet, user: Any, permission: str) -> QuerySet:
    """The rows of ``queryset`` that ``user`` may choose: the same rule as every list (``restrict``)."""
    return queryset.restrict(user, permission)


class ScopedChoiceField(forms.ModelChoiceField):
    """A choice among the objects of ``model`` that the form's user may see with ``permission``.

    ``narrow(queryset, form)`` may take away more (only active ones, only those of the subject's grid).
    """

    def __init__(
        self,
        model: type[Model],
        *,
        permission: str,
        narrow: Callable[[QuerySet, forms.BaseForm], QuerySet] | None = None,
        **options: Any,
    ) -> None:
        self.permission = permission
        self.narrow = narrow
        super().__init__(queryset=model._default_manager.none(), **options)
        self.error_messages["invalid_choice"] = _("Choose one of the list: this one does not exist or is not yours.")
        self.model = model

    def open_to(self, user: Any, form: forms.BaseForm) -> None:
        """Fill the choices for ``user``; without a user nothing can be chosen."""
        if user is None:
            return
        queryset = scoped_choices(self.model._default_manager.all(), user, self.permission)
        self.queryset = self.narrow(queryset, form) if self.narrow else queryset


@dataclass(frozen=True)
class ErrorLine:
    """One line of the error summary: the field's label, the id to jump to, the sentence."""

    label: str
    target: str
    message: str


class FormBehaviour:
    """What plain and model forms share."""

    sections: tuple[Section, ...] = ()
    # Fields that a rule asks for, in words of its own, and that are marked like those that Django requires.
    asked_by_rule: tuple[str, ...] = ()
    submit_label: str | Promise = _("Save")

    def __init__(self, *args: Any, user: Any = None, subject: Any = None, **kwargs: Any) -> None:
        self.user = user
        self.subject = subject
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, ScopedChoiceField):
                field.open_to(user, self)
            if isinstance(field, forms.ModelChoiceField) and field.empty_label == "---------":  # nobody said otherwise
                field.empty_label = _("Choose one")
            use_native_picker(field.widget)
            if field.error_messages["required"] is forms.Field.default_error_messages["required"]:
                field.error_messages["required"] = what_is_missing(field)

    @property
    def error_lines(self) -> list[ErrorLine]:
        """Every error of the form in the order in which it is read; those of the whole form come first."""
        lines = [ErrorLine("", "", str(message)) for message in self.non_field_errors()]
        for bound in [*self.hidden_fields(), *(bound for _title, group in self.section_list for bound in group)]:
            # Radio buttons have no one id; the line leads to the first of them.
            target = "" if bound.is_hidden else bound.id_for_label or f"{bound.auto_id}_0"
            label = str(bound.label).rstrip("?？")  # a question, when the answer follows it
            lines.extend(ErrorLine(label, target, str(message)) for message in bound.errors)
        return lines

    @property
    def section_list(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """The visible fields as ``[(title, [field, ...])]``; fields in no section come last, untitled."""
        named = {name for _title, names in self.sections for name in names}
        rest = [bound for bound in self.visible_fields() if bound.name not in named]
        listed = [(title, [self[name] for name in names if name in self.fields]) for title, names in self.sections]
        return [section for section in [*listed, ("", rest)] if section[1]]

    def take_errors(self, problem: forms.ValidationError) -> None:
        """Show the service's ``ValidationError`` at the fields it names, and at the top for all others."""
        if hasattr(problem, "error_dict"):
            for name, errors in problem.error_dict.items():
                self.add_error(name if name in self.fields else None, errors)
        else:
            self.add_error(None, problem)


class Form(FormBehaviour, forms.Form):
    """Base of every form; see the example at the top of this file."""


class ModelForm(FormBehaviour, forms.ModelForm):
    """A form whose fields come from a model; the service writes, so ``save`` is refused."""

    def save(self, commit: bool = True) -> Any:
        raise NotImplementedError("A service writes; forms only collect (architecture.md section 4).")


class VersionedForm(Form):
    """A form that remembers which version of the subject it was opened on; pass ``version`` on to the service."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


def initial_of(obj: Model, names: Iterable[str]) -> dict[str, Any]:
    """The object's present values for the form fields of the same name."""
    return {name: getattr(obj, name) for name in names if hasattr(obj, name)}


def what_is_missing(field: forms.Field) -> Any:
    """What to do about an empty required field; read after its label ("Purpose: choose one.")."""
    if isinstance(field, forms.BooleanField):
        return _("Tick the box to go on.")
    return _("Choose one of these.") if isinstance(field, forms.ChoiceField) else _("Fill this in.")


def use_native_picker(widget: forms.Widget) -> None:
    """Dates and times by the browser's own picker, which needs ISO values; notes as high as asked, or for a phone."""
    if type(widget) is forms.Textarea and widget.attrs["rows"] == forms.Textarea().attrs["rows"]:
        widget.attrs["rows"] = 4
    elif type(widget) is forms.DateInput:
        widget.input_type, widget.format = "date", "%Y-%m-%d"
    elif type(widget) is forms.DateTimeInput:
        widget.input_type, widget.format = "datetime-local", "%Y-%m-%dT%H:%M"
    elif type(widget) is forms.TimeInput:
        widget.input_type, widget.format = "time", "%H:%M"
