"""The office is killed with -9 while phones send: nothing acknowledged is lost, nothing is there twice (promise P53).

8 kills in every run, all 200 with ``make test-long``.
"""

import json
import os
import random
import socket
import subprocess
import sys
import threading
import time
import uuid
from contextlib import closing
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from residents.offline.models import SyncItem
from residents.visits.models import Encounter
from tests.grids.jobs.processes import address
from tests.long import part_of
from tests.residents.offline.conftest import unsent_world
from tests.residents.offline.phone import Phone, visit
from tests.world import World

KILLS = part_of(200, usual=8)
PHONES = ("east_worker", "leader", "desk_worker", "west_worker")

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency, pytest.mark.once, pytest.mark.long]


@pytest.fixture
def office(transactional_db: None):
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.residents.offline.office"],
        cwd=Path(__file__).resolve().parents[3],
        env={**os.environ, "DATABASE_URL": address(), "LOG_LEVEL": "CRITICAL"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "ready\n"

    def tell(line: object) -> None:
        process.stdin.write(f"{line}\n")
        process.stdin.flush()
        assert process.stdout.readline() == "ok\n"

    yield tell
    process.stdin.close()
    process.stdout.close()
    process.wait()


class Walker(threading.Thread):
    """A phone that records and sends all the time, keeps what was not acknowledged, and sends it again."""

    def __init__(self, world: World, name: str, port: int, seed: int) -> None:
        super().__init__(daemon=True)
        self.household = world.west_household if name == "west_worker" else world.east_household
        self.device, self.port, self.dice = str(uuid.uuid4()), port, random.Random(seed)
        cookies = Phone(world.users[name]).client.cookies
        token = "a" * 32
        self.headers = {
            "Content-Type": "application/json",
            "Cookie": f"sessionid={cookies['sessionid'].value}; csrftoken={token}",
            "X-CSRFToken": token,
        }
        self.waiting: list[dict[str, Any]] = []
        self.answers: dict[str, dict[str, Any]] = {}
        self.problems: list[str] = []
        self.unanswered = 0
        self.going = True

    def run(self) -> None:
        while self.going:
            self.waiting += [visit(self.household, invited=True) for _one in range(self.dice.randint(1, 3))]
            self.send()
        end = time.monotonic() + 60
        while self.waiting and time.monotonic() < end:
            self.send()

    def send(self) -> None:
        batch = self.waiting[:10]
        nonce = str(uuid.uuid4())
        body = {
            "lianhu": "sync",
            "nonce": nonce,
            "device": self.device,
            "sent_at": visit(self.household)["made_at"],
            "items": batch,
        }
        line = HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            with closing(line):  # also when the office dies in the middle of its answer
                line.request("POST", "/field/sync/", json.dumps(body), self.headers)
                with line.getresponse() as response:
                    status, answer = response.status, json.loads(response.read())
        except (OSError, HTTPException, ValueError):
            self.unanswered += 1
            time.sleep(0.02)
            return
        if status != 200:
            if status != 503:
                self.problems.append(f"{status} {answer}")
            time.sleep(0.02)
            return
        assert answer["nonce"] == nonce
        for result in answer["results"]:
            if result["state"] != "applied":
                self.problems.append(str(result))
            self.answers[result["id"]] = result
        self.waiting = [one for one in self.waiting if one["id"] not in self.answers]


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def test_kills_lose_nothing_that_was_acknowledged_and_double_nothing(office):
    world, dice, port = unsent_world(), random.Random(2026), free_port()
    before = set(Encounter.objects.values_list("client_id", flat=True))
    walkers = [Walker(world, name, port, seed) for seed, name in enumerate(PHONES)]
    connection.close()
    office(port)
    for walker in walkers:
        walker.start()
    for _kill in range(KILLS):
        known = sum(len(walker.answers) for walker in walkers)
        end = time.monotonic() + 20
        while sum(len(walker.answers) for walker in walkers) == known and time.monotonic() < end:
            time.sleep(0.01)
        time.sleep(dice.uniform(0, 0.25))
        office("kill")
        office(port)
    for walker in walkers:
        walker.going = False
    for walker in walkers:
        walker.join(timeout=120)
    office("kill")

    assert not [problem for walker in walkers for problem in walker.problems]
    assert not [one for walker in walkers for one in walker.waiting]
    answers = {key: answer for walker in walkers for key, answer in walker.answers.items()}
    stored = {str(one.client_id): one for one in SyncItem.objects.all()}
    # Everything recorded was acknowledged in the end: what is there is exactly that, each once, with the answer given.
    assert {key: one.answer for key, one in stored.items()} == answers
    made = [str(key) for key in Encounter.objects.values_list("client_id", flat=True) if key not in before]
    assert sorted(made) == sorted(answers)
    assert sum(walker.unanswered for walker in walkers) > KILLS // 2
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA integrity_check")
            assert cursor.fetchone() == ("ok",)
