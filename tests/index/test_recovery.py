"""Which processes count as alive: the changes of those that ended are settled by others."""

import os

from cupboard.index import recovery


def test_this_process_is_alive_and_one_of_its_number_at_another_time_is_not():
    assert recovery.is_alive(f"{os.getpid()} {recovery._started(os.getpid())}")
    assert not recovery.is_alive(f"{os.getpid()} 1")


def test_a_process_that_ended_is_not_alive_although_nobody_has_waited_for_it():
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.read(reading, 1)
        os._exit(0)
    try:
        name = f"{pid} {recovery._started(pid)}"
        assert recovery.is_alive(name)
        os.write(writing, b"x")
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)  # it has ended, and stays in the list
        assert os.path.isdir(f"/proc/{pid}")
        assert not recovery.is_alive(name)
    finally:
        os.waitpid(pid, 0)
        os.close(reading)
        os.close(writing)
