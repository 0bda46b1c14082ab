"""What counts against an implementation is its own work and sleep, not the load of the machine."""

import os
import signal
import subprocess
import sys
import time

import pytest

from optproof.conversation.clock import POLL, Clock

pytestmark = pytest.mark.skipif(not os.path.isdir("/proc/self/task"), reason="reads /proc")


@pytest.fixture
def process():
    """Start a Python program in a group of its own."""
    started = []

    def start(source):
        one = subprocess.Popen([sys.executable, "-c", source], start_new_session=True)
        started.append(one)
        return one.pid

    yield start
    for one in started:
        os.killpg(one.pid, signal.SIGKILL)
        one.wait()


def run(clock, seconds):
    """Tick for so long, or until the clock is over."""
    end = time.monotonic() + seconds
    while not clock.is_over and time.monotonic() < end:
        time.sleep(POLL)
        clock.tick()
    return clock


def test_a_loop_uses_up_its_limit_by_cpu_time(process):
    clock = run(Clock(process("while True: pass"), 1.0), 60)
    assert clock.is_over
    assert clock.cpu >= 0.9
    assert str(clock).startswith("no answer within 1 s; it was stopped after ")
    assert clock.hint.startswith("is it stuck in a loop?")


def test_who_sleeps_runs_out_of_time_without_any_work(process):
    clock = run(Clock(process("import time; time.sleep(600)"), 2.0), 120)
    assert clock.is_over
    assert clock.cpu < 1.0
    assert clock.hint.startswith("it sleeps")


def test_work_in_a_child_and_in_a_thread_counts(process):
    child = "import os\nos.fork()\nos.wait() if os.getpid() == os.getpgid(0) else None\nwhile 1: 0"
    assert run(Clock(process(child), 1.0), 60).cpu >= 0.9
    thread = "import threading\ndef spin():\n    while 1: 0\nthreading.Thread(target=spin).start()"
    assert run(Clock(process(thread), 1.0), 60).cpu >= 0.9


@pytest.mark.full
def test_who_waits_for_a_turn_uses_up_less_than_the_watch_says(process):
    """Eight loops on the processors that this process may use: each has a share of the time."""
    allowed = len(os.sched_getaffinity(0))
    pids = [process("while True: pass") for _ in range(4 * allowed)]
    clock = Clock(pids[0], 1.5)
    run(clock, 60)
    assert clock.is_over
    assert clock.waited > 2 * clock.used
