"""The retention as people see it, and the data dictionary."""

from typing import Any

from django.contrib import messages
from django.db.models import Max
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView, View

from governance.privacy import services
from governance.privacy.dictionary import dictionary
from governance.privacy.models import RetentionRun
from grids.access.choices import Permission
from grids.common.actions import Action
from grids.common.chips import Chip, Tone
from grids.common.clock import today
from grids.common.pages import Page, ScopedMixin
from grids.common.privacy import DataClass
from grids.common.retention import RetentionRule, retention_rules


class RetentionPage(Page, ScopedMixin, TemplateView):
    """Every rule: what, how long, what happens, how it went last, how many rows are due."""

    permission = Permission.MANAGE_PRIVACY
    template_name = "governance/privacy/retention.html"
    title = _("Retention")
    intro = _("What was kept long enough goes every night by itself. A dry run counts what is due and touches nothing.")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.require_power()
        return super().get(request, *args, **kwargs)

    def get_actions(self) -> list[Action]:
        address = reverse("governance:retention-try")
        return [Action(_("Dry run"), address, style="primary", icon="list-checks", post=True)]

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        latest = latest_runs()
        rows = [rule_row(rule, latest.get((rule.key, False)), latest.get((rule.key, True))) for rule in retention_rules]
        return super().get_context_data(rows=rows, **context)


def latest_runs() -> dict[tuple[str, bool], RetentionRun]:
    """The last real and the last dry run of each rule; two queries however long the history is."""
    newest = {}
    for dry in (False, True):
        ran = RetentionRun.objects.filter(dry=dry)
        keys = ran.order_by().values("rule").annotate(last=Max("pk")).values_list("last", flat=True)
        newest.update({(run.rule, dry): run for run in RetentionRun.objects.filter(pk__in=list(keys))})
    return newest


def rule_row(rule: RetentionRule, last: RetentionRun | None, tried: RetentionRun | None) -> dict[str, Any]:
    return {"rule": rule, "class_chip": class_chip(rule.data_class), "last": last, "tried": tried}


def class_chip(data_class: DataClass) -> Chip:
    """C1 to C4 as a chip: the higher, the warmer."""
    tones = {"C1": Tone.GREEN, "C2": Tone.GREY, "C3": Tone.YELLOW, "C4": Tone.PURPLE}
    return Chip(f"{data_class.value} {data_class.label}", tones[data_class.value])


class RetentionTry(ScopedMixin, View):
    """The dry run: counts anew, notes the counts, touches nothing."""

    permission = Permission.MANAGE_PRIVACY
    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponseBase:
        self.require_power()
        runs = [services.apply_rule(rule, on=today(), actor=request.user, dry=True) for rule in retention_rules]
        counted = sum(run.due - run.held for run in runs)
        messages.success(
            request, gettext("Dry run. Rows that are due: %(count)s. Nothing was changed.") % {"count": counted}
        )
        return HttpResponseRedirect(reverse("governance:retention-report"))


class DictionaryPage(Page, ScopedMixin, TemplateView):
    """Every field of the portal: class, purpose, ground, how long."""

    permission = Permission.VIEW_DISCLOSURES
    template_name = "governance/privacy/dictionary.html"
    title = _("Data dictionary")
    intro = _("What the portal keeps, what for, on which ground and how long. Written from the program itself.")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.require_power()
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        wanted = self.request.GET.get("class", "")
        tables = dictionary()
        chosen = wanted if wanted in DataClass.values else ""
        if chosen:
            tables = [table for table in tables if any(line.data_class == chosen for line in table.fields)]
        offered = [{"value": one.value, "label": one.label, "active": one.value == chosen} for one in DataClass]
        return super().get_context_data(
            tables=[(table, class_chip(table.highest)) for table in tables],
            chips={one: class_chip(one) for one in DataClass},
            classes=offered,
            chosen=chosen,
            **context,
        )
