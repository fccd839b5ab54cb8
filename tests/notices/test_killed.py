"""A run that is killed with SIGKILL at random moments: nobody is left out, and nobody is told twice.

``CUPBOARD_KILLS=50`` kills it fifty times. A copy of a message, with the same Message-ID, can be there for a run that
was killed after the server's answer and before that was written down; how many there were is printed.
"""

import os
import random
import re
import subprocess
import sys
import time
from collections import Counter

from cupboard import instance
from tests.conftest import CONFIG
from tests.following.doing import begin
from tests.mailserver import text_of

KILLS = int(os.environ.get("CUPBOARD_KILLS") or 3)
PEOPLE = 25


def test_a_run_killed_at_random_moments_leaves_nobody_out_and_tells_nobody_twice(
    seeded_app, seeded, mail, people_db, capsys
):
    names = _people(seeded_app, people_db)
    chance = random.Random(7)
    environment = {**os.environ, "CUPBOARD_WIKI": str(seeded), "CUPBOARD_MAIL_SERVER": f"127.0.0.1:{mail.port}",
                   "CUPBOARD_MAIL_FROM": "wiki@example.org", "PYTHONWARNINGS": "ignore"}

    def start():
        return subprocess.Popen([sys.executable, "-m", "cupboard.cli", "--config", str(CONFIG), "digest", "--rate",
                                 "6000"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def told():
        return len(mail.taken)

    killed_within = 0
    for number in range(KILLS):
        begin(seeded_app, f"CaseStudies/news-{number}", f"News number {number} of all", ["contracts/food"])
        before = told()
        process = start()
        # most of the time goes into starting: wait for the first message, then for a random moment of the rest
        while told() == before and process.poll() is None:
            time.sleep(0.02)
        time.sleep(chance.uniform(0, 1.2))
        killed_within += process.poll() is None
        process.kill()
        process.communicate()
    time.sleep(1.1)
    for _ in range(2):
        process = start()
        assert process.wait(120) == 0, process.communicate()[0]
    copies = Counter(message["Message-ID"] for _, message in mail.taken)
    with capsys.disabled():
        print(f"\n{KILLS} runs, {killed_within} killed while sending, {len(mail.taken)} messages, "
              f"{sum(copies.values()) - len(copies)} of them copies")
    assert killed_within
    for name in names:
        once = {message["Message-ID"]: text_of(message) for message in reversed(mail.of(f"{name}@example.org"))}
        found = Counter(
            int(one) for text in once.values() for one in re.findall(r"New: News number (\d+) of all", text)
        )
        assert found == Counter(range(KILLS)), name


def _people(app, people_db):
    from moin import user

    names = [f"person{number}" for number in range(PEOPLE)]
    with instance.inside(app):
        hashed = user.User(auth_username="alice").profile["enc_password"]  # it takes long to make one
        for name in names:
            user.create_user(name, hashed, f"{name}@example.org", validate=False, is_encrypted=True,
                             subscriptions=["tags::contracts/food"])
            itemid = user.User(auth_username=name).itemid
            people_db.add(itemid, "tags::contracts/food")
            people_db.choose(itemid, "now")
    return names
