"""What people are told where their data is collected (告知书; PIPL art. 17, promise P36), and its version."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

# Changes with every change of meaning of the text below; kept with each consent.
VERSION = "2026-11"


@dataclass(frozen=True)
class Notice:
    """The text in the language of the reader, as question and answer."""

    version: str
    title: object
    points: tuple[tuple[object, object], ...]


NOTICE = Notice(
    VERSION,
    _("What we tell people before we write this down"),
    (
        (_("Who keeps it?"), _("The residents’ committee of this community, for its public duties.")),
        (
            _("What for?"),
            _("To know who lives where, to help in an emergency, and to offer care visits. Nothing else."),
        ),
        (
            _("What is asked?"),
            _("Name, door, phone and document. Everything beyond that is voluntary and rests on separate consent."),
        ),
        (
            _("How long?"),
            _("As long as somebody lives here. Care tags are reviewed every year at the latest and then end."),
        ),
        (
            _("Who sees it?"),
            _("The staff on duty in this grid. Phone and document are hidden; each look at them is recorded."),
        ),
        (
            _("Your rights"),
            _(
                "To see, correct and delete it, and to take a consent back at any time: tell the grid member or the "
                "service desk of the community. For children under 14 the guardian decides."
            ),
        ),
    ),
)
