"""Any sequence of clicks by anybody, against a model of a page: only allowed steps move an affair (promises P47)."""

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from governance.affairs.models import Affair, AffairStep
from grids.common.errors import Conflict, Refused
from grids.trail.models import AuditEntry
from tests.governance.affairs.cast import PATH

PEOPLE = ["secretary", "desk_worker", "leader", "east_worker", "west_worker", "liaison", "street_desk", "auditor"]
PEOPLE += ["district_office", "stranger", "foreign_secretary"]
# The model, written independently of the table: what leads where, and who may, the handler apart.
LEADS = {
    ("reported", "accept"): "accepted",
    ("accepted", "classify"): "classified",
    ("classified", "dispatch"): "assigned",
    ("assigned", "take"): "handling",
    ("handling", "submit"): "submitted",
    ("submitted", "verify"): "verified",
    ("submitted", "rework"): "handling",
    ("verified", "evaluate"): "closed",
    ("verified", "redo"): "handling",
}
STEPS = sorted({step for _state, step in LEADS})
DESK = {"secretary", "desk_worker", "street_desk"}
MAY = {
    "accept": DESK,
    "classify": DESK,
    "dispatch": DESK | {"district_office"},
    "take": DESK | {"leader", "east_worker", "district_office"},
    "verify": DESK | {"leader"},
    "rework": DESK | {"leader"},
    "evaluate": DESK | {"liaison"},
    "redo": DESK | {"liaison"},
}


def machine(road):
    """The state machine over one affair of the test world, reported by the liaison, led by the east grid."""

    class Workflow(RuleBasedStateMachine):
        @initialize()
        def report(self):
            self.affair = road.report()
            self.state, self.handler, self.version, self.rounds = "reported", None, 1, 1

        def may(self, step, who):
            if step == "submit":
                return who == self.handler
            apart = step in {"verify", "rework", "evaluate", "redo"} and who == self.handler
            return who in MAY[step] and not apart

        def attempt(self, step, who, version):
            target = LEADS.get((self.state, step))
            allowed = target is not None and self.may(step, who) and version == self.version
            try:
                self.affair = road.step(self.affair, step, who, version=version)
            except (Refused, Conflict):
                assert not allowed, (self.state, step, who, self.handler)
                return
            assert allowed, (self.state, step, who, self.handler)
            self.state, self.version = target, self.version + 1
            self.handler = who if step == "take" else self.handler
            self.rounds += step == "redo"

        @rule(step=st.sampled_from(STEPS), who=st.sampled_from(PEOPLE))
        def anybody_clicks_anything(self, step, who):
            self.attempt(step, who, self.version)

        @rule(step=st.sampled_from(STEPS), who=st.sampled_from(PEOPLE), behind=st.integers(1, 3))
        def an_old_page_is_sent(self, step, who, behind):
            self.attempt(step, who, max(self.version - behind, 0))

        @precondition(lambda self: self.state != "closed")
        @rule(choice=st.integers(0, 1))
        def the_work_goes_on(self, choice):
            steps = sorted(step for state, step in LEADS if state == self.state)
            step = steps[choice % len(steps)]
            who = next(one for one in (dict(PATH).get(step, "secretary"), *PEOPLE) if self.may(step, one))
            self.attempt(step, who, self.version)

        @invariant()
        def the_record_agrees(self):
            stored = Affair.objects.get(pk=self.affair.pk)
            assert (stored.state, stored.version, stored.cycle) == (self.state, self.version, self.rounds)
            assert (stored.due_at is None) == (stored.closed_at is not None) == (self.state == "closed")
            assert (stored.handle_due_at is not None) == (self.state not in {"reported", "accepted", "classified"})
            assert (stored.submitted_at is not None) == (self.state in {"submitted", "verified", "closed"})
            assert (stored.verifier_id is not None) == (self.state in {"verified", "closed"})
            assert stored.verifier_id is None or stored.verifier_id != stored.handler_id
            lines = list(AffairStep.objects.filter(affair=stored).order_by("sequence"))
            assert [line.sequence for line in lines] == list(range(1, self.version + 1))
            assert [line.from_state for line in lines[1:]] == [line.to_state for line in lines[:-1]]
            trail = AuditEntry.objects.filter(object_type="governance.Affair", object_id=str(stored.pk))
            assert trail.count() == self.version

    return Workflow


def test_any_sequence_of_clicks_keeps_to_the_model(road):
    run_state_machine_as_test(
        lambda: machine(road)(),
        settings=settings(
            max_examples=25,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
        ),
    )
