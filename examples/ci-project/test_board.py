# SPDX-License-Identifier: BSD-2-Clause
"""How often the driver before 6.8 hangs, if chance decides who moves. For pytest, or by itself."""
import random

import teeq


def test_hangs_by_chance():
    model, hangs = teeq.Scenario.load("board.yaml").model("untracked"), 0
    for seed in range(200):
        choose, world = random.Random(seed), model.world()
        while world.enabled:
            world.step(choose.choice(world.enabled))
        hangs += world.verdict != "done"
    assert 0 < hangs < 200
    return hangs


if __name__ == "__main__":
    print(f"{test_hangs_by_chance()} of 200 runs hang")
