"""``kill -9`` of a worker while eight people save: nothing that was acknowledged is lost, and nobody has to repair.

The normal suite kills a handful of workers. ``CRASH_KILLS=300`` kills so many, at the random moments of ``CRASH_SEED``.
"""

import os
import time

import pytest
from crashing import kill_under_writers, lost_saves, make_wiki, run

KILLS = int(os.environ.get("CRASH_KILLS", "8"))
SEED = int(os.environ.get("CRASH_SEED", "0")) or time.time_ns() % 1_000_000


@pytest.mark.parametrize("preload", [False, True], ids=["each worker opens the wiki", "workers are forked from it"])
def test_no_acknowledged_save_is_lost_when_workers_are_killed(tmp_path, preload):
    folder = tmp_path / "wiki"
    make_wiki(folder)
    # a worker that has to load Moin first takes a second to be back, a forked one is there at once
    writers = kill_under_writers(folder, KILLS // 2, SEED, preload, pause=0.5 if preload else 1.5)
    report = run("check", folder)
    acknowledged = sum(len(writer.acknowledged) for writer in writers)
    print(f"seed {SEED}: {acknowledged} saves acknowledged, {sum(w.sent for w in writers)} sent")
    assert acknowledged >= KILLS, [writer.refused[:1] for writer in writers]
    assert lost_saves(writers, report) == []
    assert report["problems"] == []
    assert run("check", folder)["problems"] == []  # and it stays so when opened once more
