"""The workflow of an affair: the straight path, everything that is not in the table, and who may not do what."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError

from governance.affairs.choices import AffairState, Category, Tier, Urgency
from governance.affairs.guards import OUTCOMES, may_read
from governance.affairs.models import Affair, AffairStep
from governance.affairs.rules import RUNNING, TRANSITIONS, may, steps_from
from governance.affairs.services import transition
from grids.access.models import User
from grids.common.clock import stopped_at
from grids.common.errors import Conflict, Refused
from grids.trail.models import AuditEntry
from tests.governance.affairs.cast import PATH, RESULT, STATES

ROLES = [
    *("secretary", "desk_worker", "leader", "east_worker", "west_worker", "mentor", "liaison", "joint_member"),
    *("street_desk", "auditor", "district_office", "stranger", "foreign_secretary", "foreign_worker", "superuser"),
]
# Who may take which step of an affair of the east micro-grid that the liaison reported, the east grid leads and the
# east worker handles; written out by hand from domain.md 3.1.4, 3.1.6 and 3.8.
MAY = {
    "accept": {"secretary", "desk_worker", "street_desk", "superuser"},
    "classify": {"secretary", "desk_worker", "street_desk", "superuser"},
    "dispatch": {"secretary", "desk_worker", "street_desk", "district_office", "superuser"},
    "take": {"secretary", "desk_worker", "leader", "east_worker", "street_desk", "district_office", "superuser"},
    "submit": {"east_worker"},
    "verify": {"secretary", "desk_worker", "leader", "street_desk", "superuser"},
    "rework": {"secretary", "desk_worker", "leader", "street_desk", "superuser"},
    "evaluate": {"secretary", "desk_worker", "street_desk", "liaison", "superuser"},
    "redo": {"secretary", "desk_worker", "street_desk", "liaison", "superuser"},
}


@pytest.fixture
def superuser(world):
    world.users["superuser"] = User.objects.create(username="superuser", is_superuser=True, is_staff=True)


def test_the_table_is_sound():
    reached = {AffairState.REPORTED} | {row.target for row in TRANSITIONS.values()}
    assert reached == set(AffairState)
    assert set(RUNNING) == set(AffairState.open())
    assert steps_from(AffairState.CLOSED) == []
    assert set(MAY) == set(TRANSITIONS)
    assert all(row.checks.keys() <= {*row.required, *row.optional} for row in TRANSITIONS.values())


def test_the_straight_path_goes_through_six_people(road):
    affair = road.report()
    people = {affair.reporter}
    for number, (name, who) in enumerate(PATH):
        affair = road.step(affair, name, who)
        people.add(road.world.users[who])
        assert affair.state == STATES[number + 1]
    stored = Affair.objects.get(pk=affair.pk)
    assert stored.state == AffairState.CLOSED
    assert stored.closed_at
    assert stored.due_at is None
    assert (stored.handler.username, stored.dispatcher.username, stored.verifier.username) == (
        "east_worker",
        "street_desk",
        "leader",
    )
    assert len(people) == 6
    steps = list(stored.steps.order_by("sequence"))
    assert [step.transition for step in steps] == ["report", *(name for name, _who in PATH)]
    assert [step.sequence for step in steps] == list(range(1, 9))
    assert [step.from_state for step in steps[1:]] == [step.to_state for step in steps[:-1]]
    assert [step.on_time for step in steps] == [None, *[True] * 7]
    trail = AuditEntry.objects.filter(object_type="governance.Affair", object_id=str(affair.pk)).order_by("pk")
    assert [entry.act for entry in trail] == ["affair.report", *(f"affair.{name}" for name, _who in PATH)]
    assert trail.last().changes["state"] == ["verified", "closed"]


def test_every_state_step_and_role_outside_the_table_is_refused(road, superuser):
    affairs = {state: road.to(state) for state in STATES}
    tried = 0
    for state, affair in affairs.items():
        for name, row in TRANSITIONS.items():
            for role in ROLES:
                expected = state in row.sources and role in MAY[name]
                user = road.world.fresh(role)
                assert bool(may(user, Affair.objects.for_steps().get(pk=affair.pk), row)) == expected, (
                    f"{state} {name} {role}"
                )
                if expected:
                    continue
                with pytest.raises((Refused, Conflict)):
                    transition(affair, name, actor=user, version=affair.version, **road.payload(name))
                tried += 1
        affair.refresh_from_db()
        assert affair.state == state
        assert affair.steps.count() == STATES.index(state) + 1
    assert tried == len(STATES) * len(TRANSITIONS) * len(ROLES) - sum(
        len(MAY[name]) * len(row.sources) for name, row in TRANSITIONS.items()
    )


def test_a_stale_version_names_who_did_what(road):
    affair = road.to("reported")
    road.step(affair, "accept", "desk_worker")
    with pytest.raises(Conflict, match="吴社工"):
        road.step(affair, "accept", "secretary")
    with pytest.raises(Conflict, match="受理"):
        road.step(affair, "classify", "secretary", version=1)


class TestSeparationOfDuties:
    """Domain.md 3.1.6, for every path."""

    def test_the_handler_never_verifies(self, road):
        affair = road.to("assigned")
        affair = road.step(road.step(affair, "take", "secretary"), "submit", "secretary")
        with pytest.raises(Refused, match="核查"):
            road.step(affair, "verify", "secretary")
        assert road.step(affair, "verify", "desk_worker").state == AffairState.VERIFIED

    def test_even_as_superuser(self, road, superuser):
        affair = road.to("assigned")
        affair = road.step(road.step(affair, "take", "superuser"), "submit", "superuser")
        with pytest.raises(Refused):
            road.step(affair, "verify", "superuser")

    def test_reporter_and_spokesman_do_not_verify(self, road):
        road.reporter = "desk_worker"
        affair = road.to("submitted")
        with pytest.raises(Refused):
            road.step(affair, "verify", "desk_worker")
        assert road.step(affair, "verify", "secretary").state == AffairState.VERIFIED

    def test_another_unit_verifies_what_the_reporter_handled(self, road):
        road.reporter = "east_worker"
        affair = road.to("submitted")
        with pytest.raises(Refused):
            road.step(affair, "verify", "leader")
        assert road.step(affair, "verify", "secretary").state == AffairState.VERIFIED

    def test_the_lead_unit_does_not_evaluate_unless_it_reported(self, road):
        road.tier, road.lead = Tier.COMMUNITY, "community"
        affair = road.to("classified")
        affair = road.step(affair, "dispatch", "street_desk")
        affair = road.step(road.step(affair, "take", "desk_worker"), "submit", "desk_worker")
        affair = road.step(affair, "verify", "leader")
        with pytest.raises(Refused):
            road.step(affair, "evaluate", "secretary")
        with pytest.raises(Refused):
            road.step(affair, "evaluate", "desk_worker")
        assert road.step(affair, "evaluate", "street_desk").state == AffairState.CLOSED

    def test_the_dispatcher_takes_himself_only_what_a_grid_leads(self, road):
        affair = road.to("classified")
        affair = road.step(affair, "dispatch", "secretary")
        assert road.step(affair, "take", "secretary").state == AffairState.HANDLING
        road.tier, road.lead = Tier.COMMUNITY, "community"
        affair = road.step(road.to("classified"), "dispatch", "secretary")
        with pytest.raises(Refused):
            road.step(affair, "take", "secretary")
        assert road.step(affair, "take", "desk_worker").state == AffairState.HANDLING


class TestDispatch:
    def test_only_the_street_dispatches_what_the_street_leads(self, road):
        road.tier, road.lead, road.category = Tier.STREET, "street", Category.OFFICIAL
        affair = road.to("classified")
        with pytest.raises(Refused):
            road.step(affair, "dispatch", "secretary")
        assert road.step(affair, "dispatch", "street_desk").state == AffairState.ASSIGNED

    @pytest.mark.parametrize("lead", ["community", "east_micro", "street", "foreign_grid"])
    def test_the_unit_stands_on_the_tier_and_in_scope(self, road, lead):
        affair = road.to("classified")
        with pytest.raises(ValidationError) as problem:
            road.step(affair, "dispatch", "secretary", lead_grid=getattr(road.world, lead))
        assert "lead_grid" in problem.value.message_dict

    def test_a_named_handler_alone_takes_the_order(self, road):
        world = road.world
        affair = road.to("classified")
        affair = road.step(affair, "dispatch", "secretary", handler=world.fresh("east_worker"))
        with pytest.raises(Refused, match="王东"):
            road.step(affair, "take", "leader")
        assert road.step(affair, "take", "east_worker").handler == world.east_worker

    def test_a_stranger_to_the_unit_cannot_be_named(self, road):
        affair = road.to("classified")
        for name in ("west_worker", "foreign_worker", "auditor"):
            with pytest.raises(ValidationError, match=road.world.users[name].display_name):
                road.step(affair, "dispatch", "secretary", handler=road.world.fresh(name))


class TestWhatIsFilledIn:
    @pytest.mark.parametrize("category", Category.decided())
    def test_outcomes_follow_the_category(self, road, category):
        road.category = category
        affair = road.to("handling")
        for outcome in {one for outcomes in OUTCOMES.values() for one in outcomes} - OUTCOMES[category]:
            with pytest.raises(ValidationError):
                road.step(affair, "submit", "east_worker", outcome=outcome)
        assert road.step(affair, "submit", "east_worker").result == RESULT

    @pytest.mark.parametrize(
        ("step", "field", "value"),
        [
            ("classify", "category", "unclassified"),
            ("classify", "category", "nonsense"),
            ("classify", "category", ""),
            ("classify", "tier", 9),
            ("classify", "urgency", "u9"),
            ("submit", "result", "修好了"),
            ("submit", "result", " " * 30),
            ("submit", "outcome", "mediated"),
            ("evaluate", "rating", 2),
            ("evaluate", "rating", 9),
            ("redo", "rating", 4),
            ("redo", "note", "不"),
            ("rework", "note", ""),
        ],
    )
    def test_nonsense_is_a_form_error_and_changes_nothing(self, road, step, field, value):
        before = {"classify": 1, "submit": 4, "rework": 5, "evaluate": 6, "redo": 6}[step]
        affair = road.to(STATES[before])
        who = {"submit": "east_worker"}.get(step, "secretary")
        with pytest.raises(ValidationError) as problem:
            road.step(affair, step, who, **{field: value})
        assert field in problem.value.message_dict
        assert AffairStep.objects.filter(affair=affair).count() == before + 1

    @pytest.mark.parametrize(
        ("category", "tier", "urgency"),
        [
            (Category.FAMILY, Tier.STREET, Urgency.U3),
            (Category.FAMILY, Tier.DISTRICT, Urgency.U3),
            (Category.OFFICIAL, Tier.GRID, Urgency.U4),
        ],
    )
    def test_some_tiers_do_not_suit(self, road, category, tier, urgency):
        affair = road.to("accepted")
        with pytest.raises(ValidationError):
            road.step(affair, "classify", "secretary", category=category, tier=tier, urgency=urgency)


class TestClocks:
    """A in force from the report, B from acceptance, C and D from dispatch, E from the result, F from verification."""

    @staticmethod
    def at(day, hour, minute=0):
        return datetime(2026, 11, day, hour, minute, tzinfo=ZoneInfo("Asia/Shanghai"))

    def walk(self, road, *moments):
        affair, due = None, []
        for (name, who), moment in zip([("report", ""), *PATH], moments, strict=False):
            with stopped_at(moment):
                affair = road.report() if affair is None else road.step(affair, name, who)
            due.append(affair.due_at)
        return affair, due

    def test_each_step_starts_the_next_clock(self, road):
        at = self.at
        affair, due = self.walk(road, at(23, 9), at(23, 10), at(23, 11), at(23, 14), at(23, 15), at(24, 9), at(24, 10))
        assert due == [
            at(23, 14, 30),  # A: 4 working hours
            at(23, 15, 30),  # B: 4 working hours from acceptance
            at(23, 15, 30),  # B runs on until dispatch
            at(23, 18),  # C: 4 working hours
            at(25, 18),  # D: 2 working days from dispatch
            at(25, 18),  # E: 1 working day
            at(30, 18) + timedelta(days=1),  # F: 5 working days
        ]
        assert affair.handle_due_at == at(25, 18)
        assert all(step.on_time for step in affair.steps.exclude(transition="report"))

    def test_a_late_step_is_on_record(self, road):
        at = self.at
        affair, _due = self.walk(road, at(23, 9), at(23, 16), at(24, 16), at(25, 9), at(25, 9, 5), at(30, 9))
        kept = dict(affair.steps.values_list("transition", "on_time"))
        assert kept == {
            "report": None,
            "accept": False,
            "classify": False,
            "dispatch": False,
            "take": True,
            "submit": False,
        }

    def test_a_higher_urgency_found_on_the_way_shortens_the_clock_from_then_on(self, road):
        at = self.at
        road.urgency = Urgency.U1
        _affair, due = self.walk(road, at(23, 9), at(23, 10), at(23, 11))
        assert due[-1] == at(23, 11, 10)
        road.urgency = Urgency.U4
        road.tier = Tier.COMMUNITY
        _affair, due = self.walk(road, at(23, 9), at(23, 10), at(23, 11))
        assert due[-1] == due[-2]

    def test_going_back_gives_new_time(self, road):
        at = self.at
        affair, _due = self.walk(road, at(23, 9), at(23, 10), at(23, 11), at(23, 14), at(23, 15), at(25, 17))
        with stopped_at(at(26, 9)):
            again = road.step(affair, "rework", "leader")
        assert (again.state, again.due_at, again.submitted_at) == (AffairState.HANDLING, at(27, 18), None)
        with stopped_at(at(26, 10)):
            again = road.step(road.step(again, "submit", "east_worker"), "verify", "leader")
            again = road.step(again, "redo", "liaison")
        assert (again.state, again.cycle, again.verifier, again.due_at) == (AffairState.HANDLING, 2, None, at(27, 18))


class TestFamilyPrivacy:
    def test_who_reads_it(self, road):
        road.category = Category.FAMILY
        affair = Affair.objects.for_steps().get(pk=road.to("handling").pk)
        readers = {name for name in road.world.users if may_read(road.world.fresh(name), affair)}
        assert {"secretary", "desk_worker", "leader", "east_worker", "liaison"} <= readers
        assert not readers & {"auditor", "mentor", "district_office", "joint_member", "stranger", "foreign_secretary"}

    def test_nothing_private_in_the_trail(self, road):
        road.category = Category.FAMILY
        affair = road.step(road.to("handling"), "submit", "east_worker", note="双方已和好，内容不外传")
        trail = str(list(AuditEntry.objects.filter(object_id=str(affair.pk)).values()))
        assert "和好" not in trail
        assert RESULT not in trail
        assert affair.text not in trail
