"""The catalogue is merged from parts, and tells everything that keeps it from being complete."""

import gettext
import os
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import translation

from grids.common.catalogue import catalogue_path, compare, compile_if_older, used_messages, write

CODE = """
from django.utils.translation import gettext_lazy as _, ngettext, pgettext
title = _("Household")
count = ngettext("%(count)d household", "%(count)d households", 3) % {"count": 3}
month = pgettext("calendar", "May")
joined = _("A sentence "
           "in two pieces")
"""
TEMPLATE = """{% load i18n %}
  <p title="{% translate 'Save' %}">{{ name|default:_("Nobody") }}</p>
{% blocktranslate trimmed count counter=rows %}
    {{ counter }} row
  {% plural %}
    {{ counter }} rows
{% endblocktranslate %}
{% trans "May" context "permission" %} {% translate "100 %" %}
"""
PART = r"""
msgid "Household"
msgstr "户"

msgid "%(count)d household"
msgid_plural "%(count)d households"
msgstr[0] "%(count)d 户"

msgctxt "calendar"
msgid "May"
msgstr "五月"

msgid "A sentence in two pieces"
msgstr "分两段写的一句话"
"""
TEMPLATE_PART = r"""
msgid "Save"
msgstr "保存"

msgid "Nobody"
msgstr "没有人"

msgid "%(counter)s row"
msgid_plural "%(counter)s rows"
msgstr[0] "%(counter)s 行"

msgctxt "permission"
msgid "May"
msgstr "可以"

msgid "100 %%"
msgstr "百分之百"
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for folder in ("grids/tree/migrations", "residents", "governance", "templates/grids", "locale/parts"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "grids/tree/models.py").write_text(CODE, encoding="utf-8")
    (tmp_path / "grids/tree/migrations/0001_initial.py").write_text('verbose = _("Not a message")')
    (tmp_path / "templates/grids/page.html").write_text(TEMPLATE, encoding="utf-8")
    (tmp_path / "locale/parts/grids_tree.po").write_text(PART, encoding="utf-8")
    (tmp_path / "locale/parts/common.po").write_text(TEMPLATE_PART, encoding="utf-8")
    return tmp_path


def test_messages_are_found_in_code_and_templates(project):
    assert set(used_messages(project)) == {
        (None, "Household"),
        (None, "%(count)d household"),
        ("calendar", "May"),
        (None, "A sentence in two pieces"),
        (None, "Save"),
        (None, "Nobody"),
        (None, "%(counter)s row"),
        ("permission", "May"),
        (None, "100 %%"),
    }


def test_complete_parts_compile_into_a_catalogue_with_plurals_and_contexts(project):
    translations, comparison = compare(project)
    assert comparison.complete, comparison
    with write(project, translations).open("rb") as file:
        catalogue = gettext.GNUTranslations(file)
    assert catalogue.gettext("Household") == "户"
    assert catalogue.ngettext("%(count)d household", "%(count)d households", 5) == "%(count)d 户"
    assert catalogue.pgettext("calendar", "May") == "五月"
    assert catalogue.pgettext("permission", "May") == "可以"
    assert not list(catalogue_path(project).parent.glob("tmp*"))


def test_a_first_catalogue_speaks_at_once(project, settings):
    """What the demo writes into the database in the process that compiled the messages is not English."""
    settings.BASE_DIR, settings.LOCALE_PATHS = project, [project / "locale"]
    with translation.override("zh-hans"):
        assert translation.gettext("A sentence in two pieces") == "A sentence in two pieces"
    call_command("build_messages", verbosity=0)
    assert translation.gettext("A sentence in two pieces") == "分两段写的一句话"


def test_each_shortcoming_is_named_with_its_place(project):
    part = project / "locale/parts/grids_tree.po"
    part.write_text(
        PART.replace("户", "", 1)  # "Household" has no translation any more
        + '\nmsgid "Old words"\nmsgstr "旧话"\n\nmsgid "Save"\nmsgstr "存"\n',
        encoding="utf-8",
    )
    (project / "templates/grids/new.html").write_text('{% load i18n %}{% translate "Brand new" %}', encoding="utf-8")
    _, comparison = compare(project)
    assert not comparison.complete
    assert [line for line in comparison.missing if "templates/grids/new.html:1" in line and "'Brand new'" in line]
    assert [line for line in comparison.stale if line.startswith("grids_tree.po:") and "'Old words'" in line]
    assert [line for line in comparison.contradictions if "'Save'" in line and "common.po" in line]
    assert [line for line in comparison.faulty if "'Household' has an empty translation" in line]


def test_a_translation_may_not_change_the_placeholders(project):
    part = project / "locale/parts/grids_tree.po"
    part.write_text(PART.replace('msgstr[0] "%(count)d 户"', 'msgstr[0] "%(number)d 户"'), encoding="utf-8")
    _, comparison = compare(project)
    assert len(comparison.faulty) == 1
    assert "['number'] instead of ['count']" in comparison.faulty[0]


def test_a_broken_part_is_named(project):
    (project / "locale/parts/broken.po").write_text('msgid "Open\nmsgstr nothing\n', encoding="utf-8")
    _, comparison = compare(project)
    assert [line for line in comparison.contradictions if line.startswith("broken.po cannot be read")]


def test_strings_of_other_packages_are_not_stale_and_yield_to_our_own(project):
    (project / "locale/parts/thirdparty.po").write_text(
        'msgid "Too many attempts"\nmsgstr "次数太多"\n\nmsgid "Save"\nmsgstr "储存"\n', encoding="utf-8"
    )
    translations, comparison = compare(project)
    assert comparison.complete, comparison
    assert translations[None, "Save"].strings == ("保存",)


def test_compiling_happens_only_when_a_part_is_newer(project):
    assert compile_if_older(project)
    assert not compile_if_older(project)
    later = catalogue_path(project).stat().st_mtime + 5
    os.utime(project / "locale/parts/common.po", (later, later))
    assert compile_if_older(project)
