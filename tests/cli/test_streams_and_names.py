"""The command with unusual terminals, pipes and file names: no traceback, nothing lost."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import soundfile
from small_models import linear, noise, wavenet

QUICK = "--seconds 0.05 --repetitions 2"
PROGRAM = "import sys; from nam_core.cli import main; sys.exit(main())"
# As a shell says that a program was ended by SIGPIPE.
CLOSED_PIPE = 141

Shell = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def shell(tmp_path: Path, write_nam: Any, write_wav: Any) -> Shell:
    """Run a line of bash in a folder with amp.nam and dry.wav; ``nam-core`` is the command."""
    write_nam(linear([0.5, -0.25]), metadata={"name": "Gr\u00f6\u00dfe \u2603"})
    write_wav()
    command = tmp_path / "bin" / "nam-core"
    command.parent.mkdir()
    command.write_text(f"#!{sys.executable}\n{PROGRAM}\n")
    command.chmod(0o755)

    def call(line: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["bash", "-c", f"set -o pipefail; {line}"],
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join(sys.path),
                "PATH": f"{command.parent}:{os.environ['PATH']}",
                **environment,
            },
            cwd=tmp_path,
            capture_output=True,
            encoding="utf-8",
            errors="surrogateescape",
            check=False,
        )

    return call


COMMANDS = (
    "--help",
    "--version",
    "info amp.nam",
    "info amp.nam --json",
    "cost amp.nam",
    "cost amp.nam --json",
    "export-c amp.nam -o -",
    "selftest",
)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_pipe_that_is_closed_early_is_met_with_silence(command: str, shell: Shell) -> None:
    done = shell(f"nam-core {command} | true")
    assert done.returncode in (0, CLOSED_PIPE)
    assert done.stderr == ""


@pytest.mark.parametrize("command", COMMANDS[:4])
def test_a_full_disk_behind_standard_output(command: str, shell: Shell) -> None:
    done = shell(f"nam-core {command} > /dev/full")
    assert done.returncode == 2
    assert done.stderr == "nam-core: standard output: No space left on device\n"


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize("command", ["info amp.nam", "export-c amp.nam -o -", "cost amp.nam"])
def test_closed_streams(command: str, closed: str, shell: Shell) -> None:
    done = shell(f"nam-core {command} {closed}")
    assert (done.returncode, done.stderr) == (0, "")
    assert bool(done.stdout) is (closed == "2>&-")


@pytest.mark.parametrize("closed", ["2>&-", "<&- >&- 2>&-", "2>/dev/full", "2> >(true)"])
def test_a_render_needs_no_terminal(closed: str, shell: Shell, tmp_path: Path) -> None:
    # The input is at 90 dB over full scale, so that there is something to say.
    soundfile.write(tmp_path / "loud.wav", noise(5000) * 32768, 48000, subtype="FLOAT")
    done = shell(f"nam-core render amp.nam loud.wav wet.wav {closed}")
    assert done.returncode == 0
    assert "Traceback" not in done.stderr
    assert soundfile.info(tmp_path / "wet.wav").frames == 5000


@pytest.mark.parametrize("sink", ["| true", "> /dev/full", ">&- 2>&-"])
def test_a_measurement_is_written_whatever_reads_the_tables(sink: str, shell: Shell, tmp_path: Path) -> None:
    done = shell(f"nam-core bench {QUICK} amp.nam --json run.json --csv run.csv {sink}")
    assert "Traceback" not in done.stderr
    assert json.loads((tmp_path / "run.json").read_text())["results"]
    assert (tmp_path / "run.csv").read_text().count("\n") == 3


def test_one_file_that_cannot_be_written_does_not_cost_the_others(shell: Shell, tmp_path: Path) -> None:
    # A file system of its own would be needed for a full disk; this limit is as good.
    limit = f"ulimit -f 2; nam-core bench {QUICK} amp.nam --json run.json --csv run.csv"
    done = shell(limit)
    assert done.returncode == 2
    assert done.stderr == "nam-core bench: run.json: File too large\n"
    assert "amp" in done.stdout
    assert (tmp_path / "run.csv").exists()
    assert not (tmp_path / "run.json").exists()


@pytest.mark.parametrize("encoding", ["ascii", "latin-1:strict", "utf-8"])
def test_terminals_that_lack_characters(encoding: str, shell: Shell) -> None:
    done = shell("nam-core info amp.nam", PYTHONIOENCODING=encoding)
    assert (done.returncode, done.stderr) == (0, "")
    assert ("\N{SNOWMAN}" in done.stdout) is (encoding == "utf-8")
    assert "Gr" in done.stdout


def test_names_that_are_not_utf8(shell: Shell, tmp_path: Path) -> None:
    names = "mv amp.nam $'gr\\xfcn.nam'; mv dry.wav $'na\\xdf.wav'; "
    done = shell(names + "nam-core render $'gr\\xfcn.nam' $'na\\xdf.wav' $'\\xe4.wav'")
    assert (done.returncode, done.stderr) == (0, "")
    assert b"\xe4.wav" in os.listdir(os.fsencode(tmp_path))
    done = shell("nam-core info $'gr\\xfcn.nam'; nam-core info $'gr\\xfcn.nam' --json")
    assert (done.returncode, done.stderr) == (0, "")
    assert "gr\N{REPLACEMENT CHARACTER}n.nam" in done.stdout
    outputs = "--json run.json --csv run.csv --report run.html --axis parameters --plot run.png"
    done = shell(f"nam-core bench {QUICK} . {outputs}")
    assert (done.returncode, done.stderr) == (0, "")
    (tmp_path / "run.csv").read_text("utf-8")
    (tmp_path / "run.html").read_text("utf-8")
    done = shell("nam-core info $'none\\xfc.nam'; nam-core export-c $'gr\\xfcn.nam' -o -")
    assert done.stderr == "nam-core info: none\N{REPLACEMENT CHARACTER}.nam: No such file or directory\n"
    done = shell("nam-core render $'gr\\xfcn.nam' $'na\\xdf.wav' x.wav", NAM_CORE_ISA="\udcff")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1


def test_folders_of_models(shell: Shell, tmp_path: Path, write_nam: Any) -> None:
    pack = tmp_path / "pack"
    pack.mkdir()
    for name in ("b.nam", "A.NAM", ".hidden.nam"):
        write_nam(linear([0.5])).rename(pack / name)
    # What macOS puts beside a file on a foreign disk.
    (pack / "._b.nam").write_bytes(b"\0\5\x16\7\0\2\0\0Mac OS X        " + bytes(60))
    (pack / "folder.nam").mkdir()
    done = shell(f"nam-core bench {QUICK} pack --json run.json")
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads((tmp_path / "run.json").read_text())["results"]
    assert {result["path"] for result in found} == {"pack/A.NAM", "pack/b.nam"}


@pytest.mark.parametrize(
    "command",
    [
        f"bench {QUICK} amp.nam --json amp.nam",
        f"bench {QUICK} amp.nam --csv link.nam",
        f"bench {QUICK} . --report ./amp.nam",
        f"bench {QUICK} amp.nam --input dry.wav --json hard.wav",
        "bench --from run.json --json run.json",
        "bench --from run.json --compare run.json --csv run.json",
        f"bench {QUICK} amp.nam --json new.json --csv ./new.json",
        "export-c amp.nam -o link.nam",
        "cost --fit run.json -o run.json",
        "cost --fit run.json --families dry.wav -o dry.wav",
        "render amp.nam dry.wav hard.wav",
        "render amp.nam dry.wav amp.nam",
    ],
)
def test_no_command_writes_over_an_input(
    command: str, run: Any, shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "link.nam").symlink_to("amp.nam")
    (tmp_path / "hard.wav").hardlink_to(tmp_path / "dry.wav")
    (tmp_path / "run.json").write_text("{}")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
    done = shell(f"nam-core {command}")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.endswith(
        ("this is also an input, and would be overwritten\n", "outputs have this name\n")
    )
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()} == before


@pytest.mark.parametrize(
    "command",
    [
        *(f"bench {QUICK} amp.nam {option}" for option in ("--json", "--csv", "--report", "--plot")),
        "cost --fit run.json -o",
        "render amp.nam dry.wav",
    ],
)
@pytest.mark.parametrize("output", ["-", "none/x.png", "/dev/null"])
def test_outputs_are_refused_before_the_work(
    command: str, output: str, run: Any, shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    before = set(tmp_path.iterdir())
    done = run(*command.split(), output)
    assert (done.status, done.out) == (2, "")
    assert done.err.count("\n") == 1
    assert set(tmp_path.iterdir()) == before


def test_a_set_of_models_goes_to_a_folder(
    run: Any, shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for folder in ("-", "amp.nam"):
        assert run("modelset", folder).status == 2
    (tmp_path / "set" / "index.json").mkdir(parents=True)
    done = run("modelset", "set", "--overwrite")
    assert (done.status, done.err) == (2, "nam-core modelset: set/index.json: Is a directory\n")


def test_a_header_on_standard_output(shell: Shell, tmp_path: Path) -> None:
    done = shell("nam-core export-c amp.nam -o - > piped.hpp; nam-core export-c amp.nam -o amp.hpp")
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "piped.hpp").read_bytes() == (tmp_path / "amp.hpp").read_bytes()
    assert not (tmp_path / "-").exists()


@pytest.mark.parametrize(("name", "existing"), [("SIGTERM", True), ("SIGHUP", False), ("SIGINT", False)])
def test_a_signal_leaves_the_files_as_they_were(
    name: str, existing: bool, shell: Shell, tmp_path: Path, write_nam: Any, write_wav: Any
) -> None:
    write_nam(wavenet(channels=16, dilations=(1, 2, 4, 8) * 10), "slow.nam")
    write_wav(noise(48000 * 60), "long.wav")
    folder = tmp_path / "out"
    folder.mkdir()
    if existing:
        (folder / "wet.wav").write_bytes(b"the last take")
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, "render", "slow.nam", "long.wav", "out/wet.wav"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        text=True,
        # Children inherit what is ignored where the tests run, as under nohup.
        preexec_fn=lambda: signal.signal(getattr(signal, name), signal.SIG_DFL),
    )
    while process.poll() is None and not [path for path in folder.iterdir() if path.name != "wet.wav"]:
        time.sleep(0.02)
    process.send_signal(getattr(signal, name))
    _, said = process.communicate(timeout=60)
    assert process.returncode == 128 + getattr(signal, name)
    assert said == f"nam-core render: {'interrupted' if name == 'SIGINT' else f'ended by {name}'}\n"
    assert [path.read_bytes() for path in folder.iterdir()] == ([b"the last take"] if existing else [])


def test_the_same_render_twice_is_the_same_file(
    run: Any, tmp_path: Path, write_nam: Any, write_wav: Any
) -> None:
    model, dry = write_nam(), write_wav()
    names = [tmp_path / name for name in ("wet.wav", "wet.aiff", "wet.flac")]
    found = []
    for _ in range(2):
        for name in names:
            assert run("render", model, dry, name).status == 0
        found.append([name.read_bytes() for name in names])
        # The time of day has a new second.
        time.sleep(1.0 - time.time() % 1.0 + 0.01)
    assert found[0] == found[1]


def test_damage_is_a_warning_of_one_line(shell: Shell, tmp_path: Path) -> None:
    data = (tmp_path / "dry.wav").read_bytes()
    (tmp_path / "cut.wav").write_bytes(data[: len(data) // 2])
    done = shell("nam-core render amp.nam cut.wav wet.wav", PYTHONWARNINGS="ignore")
    assert done.returncode == 0
    assert done.stderr.startswith(
        "nam-core render: warning: cut.wav: damaged: its header promises 20,000 bytes"
    )
    assert done.stderr.count("\n") == 1
    assert soundfile.info(tmp_path / "wet.wav").frames == (len(data) // 2 - data.find(b"data") - 8) // 4
