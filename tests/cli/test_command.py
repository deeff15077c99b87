"""The command as a whole: its entry point, its exit status, its one line for bad input."""

from __future__ import annotations

import os
import subprocess
import sys
import warnings
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

import nam_core
from nam_core.cli import main

PROGRAM = "import sys; from nam_core.cli import main; sys.exit(main())"


def run_process(*arguments: object) -> subprocess.CompletedProcess[str]:
    search_path = os.pathsep.join([str(Path(nam_core.__file__).parents[1]), os.environ.get("PYTHONPATH", "")])
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": search_path},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_installed_command_is_this_one() -> None:
    (script,) = entry_points(group="console_scripts", name="nam-core")
    assert script.load() is main


def test_render_in_a_process_of_its_own(write_nam: Any, write_wav: Any, tmp_path: Path) -> None:
    model, dry, wet = write_nam(), write_wav(), tmp_path / "wet.wav"
    done = run_process("render", model, dry, wet)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    expected = nam_core.render(nam_core.load(model), soundfile.read(dry, dtype="float32")[0])
    assert np.array_equal(soundfile.read(wet, dtype="float32")[0], expected)


def test_bad_input_in_a_process_of_its_own(tmp_path: Path) -> None:
    done = run_process("info", tmp_path / "none.nam")
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == f"nam-core info: {tmp_path / 'none.nam'}: No such file or directory\n"


def test_help_is_quick_because_it_imports_little() -> None:
    program = "import sys; from nam_core.cli import main\ntry: main(['--help'])\nexcept SystemExit: pass\n"
    done = subprocess.run(
        [sys.executable, "-c", program + "print(sorted(sys.modules))"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    for command in ("info", "render", "compare", "bench", "modelset", "cost", "selftest", "export-c"):
        assert command in done.stdout
    for module in ("rich", "soundfile", "torch", "nam_core.reference"):
        assert f"'{module}'" not in done.stdout


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"nam-core {nam_core.runtime_info()['version']}\n"


@pytest.mark.parametrize(
    "arguments",
    [[], ["sing"], ["play"], ["info"], ["info", "a.nam", "--loud"]]
    + [["render", "a.nam", "b.wav", "c.wav", "--dtype", "float16"]]
    + [["compare", "a.nam", "--seconds", seconds] for seconds in ("0", "-1", "inf", "nan", "long")],
    ids=" ".join,
)
def test_arguments_that_do_not_parse(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert "usage: nam-core" in capsys.readouterr().err


BAD_FILES = {
    "empty": (b"", "the file is empty"),
    "not JSON": (b"{\n]", "line 2"),
    "escape codes": (b'{"version": "0.7.0\\n\\u001b[2Jx"}', "version"),
    "too new": (b'{"version": "9.0.0"}', "9.0.0"),
    "missing": (None, "No such file or directory"),
}


@pytest.mark.parametrize("kind", BAD_FILES)
@pytest.mark.parametrize("command", ["info", "render", "compare"])
def test_a_bad_model_takes_one_line(
    command: str, kind: str, run: Any, write_wav: Any, tmp_path: Path
) -> None:
    path = tmp_path / "bad.nam"
    contents, text = BAD_FILES[kind]
    if contents is not None:
        path.write_bytes(contents)
    others = [write_wav(), tmp_path / "wet.wav"] if command == "render" else []
    result = run(command, path, *others)
    assert (result.status, result.out) == (2, "")
    assert result.err.startswith(f"nam-core {command}: {path}: ")
    assert text in result.err
    assert result.err.count("\n") == 1
    assert result.err[:-1].isprintable()


def test_a_folder_is_not_a_model(run: Any, tmp_path: Path) -> None:
    result = run("info", tmp_path)
    expected = f"nam-core info: {tmp_path}: this is a folder, and no .nam file is in it; name a model file\n"
    assert (result.status, result.out, result.err) == (2, "", expected)


@pytest.mark.parametrize(
    ("option", "value", "text"), [("--quality", "1.5", "quality"), ("--isa", "sse9", "sse9")]
)
@pytest.mark.parametrize("command", ["render", "compare"])
def test_a_bad_option_takes_one_line(
    command: str, option: str, value: str, text: str, run: Any, write_nam: Any, write_wav: Any, tmp_path: Path
) -> None:
    others = [write_wav(), tmp_path / "wet.wav"] if command == "render" else []
    result = run(command, write_nam(), *others, option, value)
    assert (result.status, result.out) == (2, "")
    assert result.err.startswith(f"nam-core {command}: ")
    assert text in result.err
    assert result.err.count("\n") == 1


def test_warnings_about_a_file_are_lines_too(
    run: Any, write_nam: Any, recwarn: pytest.WarningsRecorder
) -> None:
    warnings.simplefilter("always")
    result = run("info", write_nam(version="0.7.1"))
    assert result.status == 0
    assert result.err.startswith("nam-core info: warning: ")
    assert "0.7.1 is newer" in result.err
    assert result.err.count("\n") == 1
    assert not recwarn.list


def test_ctrl_c(run: Any, write_nam: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(source: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("nam_core.engine.inspection.info", interrupted)
    result = run("info", write_nam())
    assert (result.status, result.out, result.err) == (130, "", "nam-core info: interrupted\n")
