# SPDX-License-Identifier: BSD-2-Clause
"""A board's scenario in pytest: what must hold, and a walk through one schedule.

PYTHONPATH is where teeq.py lies, PREFIX/share/teeq/python; the library is found as any other.
"""
import random
from pathlib import Path

import teeq

BOARD = Path(__file__).resolve().parent.parent / "scenarios" / "rpmb-scmi.yaml"


def refused(kind, function, *arguments, **budget):
    """The text with which it is refused."""
    try:
        function(*arguments, **budget)
    except kind as error:
        return str(error)
    raise AssertionError(f"no {kind.__name__}")


def test_policies():
    assert teeq.policies()[0] == "untracked"
    for policy in ("mainline", "repaired"):
        teeq.never_hangs(BOARD, policy)
    teeq.hangs(BOARD, "untracked", "deadlock")


def test_failure_is_explained():
    text = refused(teeq.Failure, teeq.never_hangs, BOARD, "untracked")
    assert "deadlock after 9 steps" in text and "The cycle:" in text and "replay: teeq replay" in text
    assert refused(teeq.Limit, teeq.never_hangs, BOARD, "mainline", max_states=3).startswith("limit: ")
    assert "no-such" in refused(teeq.BadInput, teeq.never_hangs, "no-such.yaml")
    assert "mainlien" in refused(teeq.BadInput, teeq.Scenario.load(BOARD).model, "mainlien")


def test_walk_ends_as_it_replays():
    model = teeq.Scenario.load(BOARD).model("untracked")
    assert model.tasks == ["app.0", "app.1"]
    ends = set()
    for seed in range(50):
        choose, world = random.Random(seed), model.world()
        while world.enabled:
            assert world.step(choose.choice(world.enabled))
            assert world.broken is None
        ends.add(world.verdict)
        teeq.replays(BOARD, world.schedule, world.verdict)
    assert ends == {"done", "deadlock"} or ends == {"done", "deadlock", "lost-wakeup"}


def test_copy_is_another_world():
    world = teeq.Scenario.load(BOARD).model().world()
    assert "enter storage-write" in world.step("app.0")
    other = world.copy()
    other.step("app.1")
    assert world.steps == ["app.0"] and other.steps == ["app.0", "app.1"]
    assert "cannot move" in refused(teeq.BadInput, other.step, "app.7")


def test_text_in_place_of_a_file():
    text = "teeq: 1\nname: small\nsecure: {threads: 1}\nlocks: [unused]\nclients:\n  a: {do: [{call: {}}]}\n"
    scenario = teeq.Scenario.parse(text)
    assert "unused" in scenario.warnings[0]
    teeq.never_hangs(scenario, "mainline")
    assert "clients" in refused(teeq.BadInput, teeq.Scenario.parse, "teeq: 1\nname: x\nsecure: {threads: 1}\n")


if __name__ == "__main__":
    for name, test in list(globals().items()):
        if name.startswith("test_"):
            test()
    print("all of them hold")
