"""Ctrl-C, exit, fork and other interpreters, each in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from small_models import container, wavenet

POSIX = pytest.mark.skipif(os.name != "posix", reason="signals and fork of POSIX systems")

# A model slow enough that a minute of audio takes many seconds, and one that can change its size.
SLOW = wavenet(channels=16, dilations=tuple([1, 2, 4, 8] * 8))
SIZES = container(wavenet(channels=2), wavenet(channels=4, dilations=(1, 2, 4, 8, 16)))
PRELUDE = """
import json, os, signal, sys, threading, time
import numpy as np
import nam_core
slow = nam_core.load("slow.nam")
sizes = nam_core.load("sizes.nam")
block = np.zeros(64, "f4")
minute = np.full(48000 * 60, 0.25, "f4")
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exit")
    (folder / "slow.nam").write_text(json.dumps(SLOW))
    (folder / "sizes.nam").write_text(json.dumps(SIZES))
    return folder


def run(code: str, folder: Path) -> str:
    """The code's output. It must end by itself, without an error and in time."""
    done = subprocess.run(
        [sys.executable, "-c", PRELUDE + code], cwd=folder, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


# What a daemon thread may be in when the interpreter ends.
CALLS = {
    "process": "slow.process(block)",
    "long process": "slow.process(minute)",
    "render": "nam_core.render(slow, minute, threads=2)",
    "render in one piece": "nam_core.render(slow, minute, threads=1)",
    "copy": "sizes.copy()",
    "quality": "sizes.set_quality(round(time.time() * 1000) % 2)",
    "load": "nam_core.load('slow.nam')",
    "time_blocks": "slow.time_blocks(minute, 64)",
    "state_bytes": "sizes.state_bytes",
}


@pytest.mark.parametrize("call", CALLS)
def test_a_daemon_thread_does_not_abort_the_exit(call: str, folder: Path) -> None:
    code = f"""
def work():
    while True:
        {CALLS[call]}
for _ in range(2 if {call!r} in ("process", "load") else 1):
    threading.Thread(target=work, daemon=True).start()
time.sleep(0.1)
print("end")
"""
    for _ in range(3):
        assert run(code, folder) == "end"


@POSIX
@pytest.mark.parametrize(
    "call",
    [
        "slow.process(minute)",
        "slow.process(minute.astype('f8'))",
        "slow.process(minute, out=minute)",
        "nam_core.render(slow, minute)",
        "nam_core.render(slow, minute, threads=1)",
        "slow.time_blocks(minute, 64)",
    ],
)
def test_ctrl_c_ends_a_long_call(call: str, folder: Path) -> None:
    code = f"""
threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
try:
    {call}
    print("not interrupted")
except KeyboardInterrupt:
    print("interrupted")
x = np.linspace(-1, 1, 500, dtype="f4")
if "time" not in {call!r}:
    assert np.array_equal(slow.process(x), nam_core.load("slow.nam").process(x))
"""
    assert run(code, folder) == "interrupted"


@POSIX
def test_a_handler_that_returns_leaves_the_result_alone(folder: Path) -> None:
    code = """
signal.signal(signal.SIGALRM, lambda *_: calls.append(1)); calls = []
x = minute[: 48000 * 4]
expected = slow.copy().process(x)
signal.setitimer(signal.ITIMER_REAL, 0.05, 0.05)
y = slow.process(x)
signal.setitimer(signal.ITIMER_REAL, 0)
print(np.array_equal(y, expected), len(calls) > 1)
"""
    assert run(code, folder) == "True True"


@POSIX
def test_a_forked_child_works(folder: Path) -> None:
    code = """
x = np.linspace(-1, 1, 500, dtype="f4")
expected = slow.copy().process(x)
child = os.fork()
if child == 0:
    signal.alarm(20)
    sizes.quality = 0.0
    same = np.array_equal(slow.process(x), expected) and len(nam_core.render(sizes, x)) == 500
    os._exit(0 if same else 1)
print(os.waitpid(child, 0)[1])
"""
    assert run(code, folder) == "0"


@POSIX
def test_a_child_of_a_fork_during_process_says_so(folder: Path) -> None:
    code = """
thread = threading.Thread(target=slow.process, args=(minute[: 48000 * 5],)); thread.start()
time.sleep(0.05)
child = os.fork()
if child == 0:
    signal.alarm(20)
    refused = 0
    for call in (lambda: slow.process(block), slow.copy):
        try:
            call()
        except RuntimeError as error:
            refused += "fork" in str(error)
    slow.reset(); slow.sizes; slow.state_bytes; nam_core.load("slow.nam").process(block)
    os._exit(refused)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
thread.join()
"""
    assert run(code, folder) == "2"


@POSIX
def test_a_fork_while_sizes_change_leaves_no_lock_behind(folder: Path) -> None:
    code = """
ended = threading.Event()
def change():
    number = 0
    while not ended.is_set():
        number += 1
        sizes.set_quality(number % 2, crossfade=0)
        sizes.copy()
threads = [threading.Thread(target=change) for _ in range(2)]
for thread in threads:
    thread.start()
statuses = set()
for _ in range(30):
    time.sleep(0.002)
    child = os.fork()
    if child == 0:
        signal.alarm(20)
        sizes.quality = 0.0; sizes.quality = 1.0
        sizes.copy(); sizes.sizes; sizes.memory_bytes; sizes.process(block)
        os._exit(0)
    statuses.add(os.waitpid(child, 0)[1])
ended.set()
for thread in threads:
    thread.join()
print(statuses)
"""
    assert run(code, folder) == "{0}"


def test_a_subinterpreter_is_refused_with_words(folder: Path) -> None:
    code = """
try:
    import _interpreters as interpreters
except ImportError:
    import _xxsubinterpreters as interpreters
other = interpreters.create()
program = '''
try:
    import nam_core
except ImportError as error:
    import os
    os.write(1, (str(error) + "\\\\n").encode())
'''
run = getattr(interpreters, "run_string", None) or interpreters.exec
run(other, program)
interpreters.destroy(other)
slow.process(block)
"""
    assert "main interpreter only" in run(code, folder)
