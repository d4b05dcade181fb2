"""The menu: what each role finds where (ux.md 4). An item is shown to those who hold one of its powers."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import HttpRequest
from django.urls import get_script_prefix, get_urlconf, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from grids.access.choices import Permission as P
from grids.access.querysets import scope_of


@dataclass(frozen=True)
class Item:
    """One place in the menu; ``powers``: any of them opens it (none: everybody who is logged in).

    Items of one ``section`` stand together under its heading.
    """

    label: object
    url_name: str
    icon: str
    powers: tuple[P, ...] = ()
    section: object = ""
    # Place in the phone's bottom bar for those who hold ``bar_powers`` (default: ``powers``); None: desk menu only.
    bar: int | None = None
    bar_powers: tuple[P, ...] = ()
    bar_label: object = ""
    # How further addresses begin whose pages light this item.
    also: tuple[str, ...] = ()

    def shown_to(self, user: Any) -> bool:
        return _holds(user, self.powers)

    def in_bar_of(self, user: Any) -> bool:
        return self.bar is not None and _holds(user, self.bar_powers or self.powers)


def _holds(user: Any, powers: tuple[P, ...]) -> bool:
    return not powers or any(scope_of(user, power) for power in powers)


@cache
def _address(url_name: str, urlconf: str | None, prefix: str) -> str:
    """Where an item leads: the same on every page, so it is put together once for each mount point."""
    return reverse(url_name)


HOMES = _("People and homes")
SERVICE = _("Contact and visits")
TERRITORY = _("Grids and places")
FIGURES = _("Ledgers and reports")
PRIVACY = _("Personal data")

ITEMS = [
    Item(_("Workbench"), "home", "layout-dashboard", bar=1, bar_label=pgettext_lazy("bottom bar", "To do")),
    Item(
        _("My day"),
        "governance:day",
        "footprints",
        (P.LOG_VISITS,),
        bar=2,
        bar_label=pgettext_lazy("bottom bar", "Visits"),
    ),
    Item(_("Affairs"), "governance:affair-list", "clipboard-list", (P.VIEW_AFFAIRS,), bar=3),
    Item(
        _("Report an affair"),
        "governance:affair-report",
        "circle-plus",
        (P.REPORT_AFFAIRS,),
        bar=4,
        bar_label=pgettext_lazy("bottom bar", "Report"),
    ),
    Item(_("My affairs"), "governance:affair-mine", "inbox", (P.REPORT_AFFAIRS, P.HANDLE_AFFAIRS)),
    Item(
        _("My households"), "residents:contact-mine", "heart-handshake", (P.SERVE_HOUSEHOLDS,), bar=2, also=("member/",)
    ),
    Item(
        _("Households"),
        "residents:household-list",
        "house",
        (P.VIEW_ROSTER,),
        HOMES,
        bar=5,
        also=("buildings/", "dwellings/", "residencies/"),
    ),
    Item(_("Persons"), "residents:person-list", "users", (P.VIEW_ROSTER,), HOMES, also=("care/", "consents/")),
    Item(_("Population changes"), "residents:population-changes", "arrow-right-left", (P.VIEW_ROSTER,), HOMES),
    Item(_("Rental dwellings"), "residents:rentalfile-list", "key-round", (P.VIEW_RENTALS,), HOMES),
    Item(_("Possible duplicates"), "residents:duplicate-list", "copy", (P.MERGE_PERSONS,), HOMES, also=("merges/",)),
    Item(_("Import"), "residents:import-create", "file-up", (P.IMPORT_ROSTER,), HOMES, also=("imports/",)),
    Item(_("My doors"), "residents:door-board", "door-closed", (P.LOG_VISITS,), SERVICE),
    Item(_("Where help is needed"), "governance:gaps", "life-buoy", (P.ASSIGN_CONTACTS,), SERVICE),
    Item(_("Notices to the doors"), "residents:doornotice-list", "megaphone", (P.EDIT_ROSTER,), SERVICE),
    Item(
        _("Household contacts"),
        "residents:contactmember-list",
        "handshake",
        (P.VIEW_CONTACTS,),
        SERVICE,
        bar=6,
        bar_powers=(P.ASSIGN_CONTACTS,),
        also=("contacts/",),
    ),
    Item(_("Doors to visit"), "residents:encounter-due", "list-checks", (P.LOG_VISITS,), SERVICE),
    Item(_("Members who reported"), "residents:partymemberreport-list", "hand-helping", (P.VIEW_VOLUNTEERS,), SERVICE),
    Item(_("Wishes and posts"), "residents:servicecall-list", "heart-handshake", (P.VIEW_VOLUNTEERS,), SERVICE),
    Item(_("Claim board"), "residents:servicecall-board", "heart-handshake", (P.SERVE_COMMUNITY,), bar=3),
    Item(_("Outbox"), "residents:field-outbox", "send", (P.LOG_VISITS, P.SERVE_HOUSEHOLDS), SERVICE),
    Item(_("Records waiting for review"), "residents:field-held", "archive-restore", (P.ASSIGN_CONTACTS,), SERVICE),
    # Whoever has an account may be a party member who reports to the community where he lives.
    Item(_("My service"), "residents:service-mine", "hand-heart", bar=8, bar_powers=(P.SERVE_COMMUNITY,)),
    Item(_("My briefings"), "governance:briefing-mine", "calendar-days", (P.SERVE_HOUSEHOLDS,)),
    Item(_("Briefings"), "governance:meeting-list", "calendar-days", (P.VIEW_MEETINGS,), SERVICE),
    Item(_("Visits"), "residents:encounter-list", "footprints", (P.VIEW_VISITS,), SERVICE),
    Item(
        _("Five must arrive"),
        "residents:visittask-list",
        "siren",
        (P.VIEW_VISITS, P.LOG_VISITS, P.SERVE_HOUSEHOLDS),
        SERVICE,
    ),
    Item(_("Grids"), "grids:grid-list", "network", (P.VIEW_GRIDS,), TERRITORY, bar=7),
    Item(_("Places"), "grids:place-list", "store", (P.VIEW_GRIDS,), TERRITORY, also=("crew/",)),
    Item(
        _("Staff and posts"),
        "grids:post-list",
        "id-card",
        (P.VIEW_TEAM,),
        TERRITORY,
        bar=9,
        bar_powers=(P.APPROVE_MOVES,),
        also=("staff/",),
    ),
    Item(
        _("Moves of staff"),
        "grids:staffmove-list",
        "arrow-right-left",
        (P.MANAGE_TEAM, P.APPROVE_MOVES),
        TERRITORY,
        bar=2,
        bar_powers=(P.APPROVE_MOVES,),
    ),
    Item(_("Ledgers"), "grids:ledger-centre", "notebook-tabs", (P.EXPORT_LISTS,), FIGURES, also=("exports/",)),
    Item(_("Background tasks"), "grids:job-list", "list-todo", (P.EXPORT_LISTS, P.IMPORT_ROSTER), FIGURES),
    Item(
        _("Reports"),
        "governance:report-index",
        "chart-column",
        (P.VIEW_INDICATORS,),
        FIGURES,
        bar=8,
        also=("indicators/",),
    ),
    Item(
        _("Requests about personal data"), "governance:subjectrequest-list", "shield-user", (P.MANAGE_PRIVACY,), PRIVACY
    ),
    Item(_("Legal holds"), "governance:legalhold-list", "lock", (P.MANAGE_PRIVACY,), PRIVACY),
    Item(_("Retention"), "governance:retention-report", "archive-restore", (P.MANAGE_PRIVACY,), PRIVACY),
    Item(_("Who saw whom"), "governance:disclosure-list", "eye", (P.VIEW_DISCLOSURES,), PRIVACY),
    Item(_("Data dictionary"), "governance:data-dictionary", "book-open", (P.VIEW_DISCLOSURES,), PRIVACY),
]
BAR_PLACES = 5


def menu_for(request: HttpRequest) -> dict[str, list[dict[str, Any]]]:
    """``navigation``: sections with ``label`` and ``entries`` (label, url, icon, active), the first without a label.

    ``bottom_bar``: at most five entries for phones.
    """
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"navigation": [], "bottom_bar": []}
    place = get_urlconf(), get_script_prefix()
    shown = [(item, _address(item.url_name, *place)) for item in ITEMS if item.shown_to(user)]
    lit = _lit([item for item, _url in shown], request.path, place)

    def entry(item: Item, url: str, label: object) -> dict[str, Any]:
        return {"label": label, "url": url, "icon": item.icon, "active": item is lit}

    in_bar = sorted(((item, url) for item, url in shown if item.in_bar_of(user)), key=lambda pair: pair[0].bar or 0)
    sections: dict[object, list[dict[str, Any]]] = {}
    for item, url in shown:
        sections.setdefault(item.section, []).append(entry(item, url, item.label))
    return {
        "navigation": [{"label": label, "entries": entries} for label, entries in sections.items()],
        "bottom_bar": [entry(item, url, item.bar_label or item.label) for item, url in in_bar[:BAR_PLACES]],
    }


def _lit(items: list[Item], path: str, place: tuple[str | None, str]) -> Item | None:
    """The item under which the page at ``path`` is found: the one whose address, or one of ``also``, fits longest."""
    addresses = [(_address(item.url_name, *place), item) for item in items]
    addresses += [(place[1] + start, item) for item in items for start in item.also]
    fitting = [(len(url), item) for url, item in addresses if _leads_to(url, path)]
    return max(fitting, key=lambda one: one[0])[1] if fitting else None


def _leads_to(url: str, path: str) -> bool:
    return path == url or (url != "/" and path.startswith(url))
