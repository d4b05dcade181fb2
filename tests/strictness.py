"""What no test may do unnoticed: log an error, or render an unknown variable; its language; how its data is flushed."""

import copy
import logging
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.utils import translation

OWN_TEMPLATES = str(Path(__file__).resolve().parent.parent / "templates")


class ErrorCollector(logging.Handler):
    """Keeps every record that a careful operator would have to look at."""

    def __init__(self) -> None:
        super().__init__(level=logging.WARNING)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.levelno >= logging.ERROR or getattr(record, "status_code", 0) >= 500:
            self.records.append(record)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """Begin in the portal's own language: the last request of the test before may have been answered in another."""
    translation.deactivate()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item):
    """Fail a test that logs an error, unless it carries ``expected_errors("logger", ...)``: then it must log each."""
    marker = item.get_closest_marker("expected_errors")
    expected = set(marker.args) if marker else set()
    collector = ErrorCollector()
    logging.getLogger().addHandler(collector)
    try:
        result = yield
    finally:
        logging.getLogger().removeHandler(collector)
    surprising = [record for record in collector.records if record.name not in expected]
    if surprising:
        lines = "\n".join(f"{record.name} {record.levelname}: {record.getMessage()}" for record in surprising)
        pytest.fail(f"The test logged an error:\n{lines}", pytrace=False)
    silent = expected - {record.name for record in collector.records}
    if silent:
        pytest.fail(f"These loggers were to report an error and did not: {', '.join(sorted(silent))}.", pytrace=False)
    return result


def template_of(frame) -> str:
    """The path of the template whose node is being rendered in this stack; empty when there is none."""
    from django.template.base import Node

    while frame is not None:
        node = frame.f_locals.get("self")
        if isinstance(node, Node) and getattr(node, "origin", None) is not None:
            return node.origin.name
        frame = frame.f_back
    return ""


class UnknownVariable(str):
    """Stands in for ``string_if_invalid``: an unknown variable in one of our own templates fails the test.

    ``{{ name|default:"" }}`` says openly that the variable may be missing and is let through; so are the templates of
    Django and other packages, which count on silence.
    """

    def __contains__(self, text: str) -> bool:
        return text == "%s"

    def __bool__(self) -> bool:
        return True

    def __mod__(self, variable: object) -> str:
        frame = sys._getframe(1)
        expression, context = frame.f_locals["self"], frame.f_locals["context"]
        name = template_of(frame)
        said_openly = expression.filters and expression.filters[0][0].__name__ in {"default", "default_if_none"}
        if name.startswith(OWN_TEMPLATES) and not said_openly:
            pytest.fail(f"Unknown variable {{{{ {variable} }}}} in {name}.", pytrace=False)
        silent = copy.copy(expression)
        silent.is_var, silent.var = False, ""
        return silent.resolve(context)


@pytest.fixture(autouse=True, scope="session")
def _unknown_variables_fail():
    from django.template import engines

    engine = engines["django"].engine
    before, engine.string_if_invalid = engine.string_if_invalid, UnknownVariable()
    yield
    engine.string_if_invalid = before


@contextmanager
def triggers_off(connection):
    """Lift the database's triggers while a test's data is flushed: the trail refuses deletion to everybody."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute("SET session_replication_role = DEFAULT")
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        triggers = cursor.fetchall()
        for name, _ in triggers:
            cursor.execute(f'DROP TRIGGER "{name}"')
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            for _, definition in triggers:
                cursor.execute(definition)


@pytest.fixture(autouse=True, scope="session")
def _flush_lifts_triggers():
    """``transactional_db`` flushes all tables after the test; only there the triggers are lifted.

    What a migration put into a table (the diversion list, the first checklist) is put back for later tests.
    """
    from django.db.backends.base.operations import BaseDatabaseOperations

    from governance.affairs.diversion_list import install
    from governance.affairs.models import ClassificationRule
    from residents.rentals.checklist import install as install_checklist
    from residents.rentals.models import ChecklistItem, RentalChecklist

    flush = BaseDatabaseOperations.execute_sql_flush

    def flush_without_triggers(operations, sql_list):
        with triggers_off(operations.connection):
            flush(operations, sql_list)
        install(ClassificationRule)
        install_checklist(RentalChecklist, ChecklistItem)

    BaseDatabaseOperations.execute_sql_flush = flush_without_triggers
    yield
    BaseDatabaseOperations.execute_sql_flush = flush
