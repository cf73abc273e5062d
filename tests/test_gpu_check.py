"""ci/gpu loses nothing that its processes said, whatever becomes of them (ci/device)."""

import importlib
import json
import sys
import time
from collections import Counter

import pytest
from source import CHECKOUT

FOLDERS = [str(CHECKOUT / "ci" / name) for name in ("device", "benchmarks")]
WORKER = """
import json, os, sys, time
blocking = os.environ.get("CUDA_LAUNCH_BLOCKING") == "1"
lost = False
for line in sys.stdin:
    question = json.loads(line)
    if lost or (question == "sticky" and not blocking):
        lost, answer = True, {"error": "illegal address", "lost": True}
    elif question == "sticky always":
        answer = {"error": f"illegal address, blocking {blocking}", "lost": True}
    elif question == "dies":
        print("the last words", file=sys.stderr, flush=True)
        os.abort()
    elif question == "hangs":
        time.sleep(600)
    elif question == "half an answer":
        print('{"value', end="", flush=True)
        os._exit(3)
    else:
        answer = {"value": question, "process": os.getpid()}
    print(json.dumps(answer), flush=True)
"""


@pytest.fixture
def device(monkeypatch):
    """A module of ci/device by its name."""
    monkeypatch.setattr(sys, "path", [*FOLDERS, *sys.path])
    return importlib.import_module


def answers(device, folder, jobs, workers=1, patience=60.0, seconds=60.0):
    crew, heard = device("crew"), []
    command = [sys.executable, "-c", WORKER]
    until = time.monotonic() + seconds
    crew.work(crew.Orders(command, {}, patience, until, folder), jobs, workers, heard.append)
    return heard


def test_every_question_is_answered_once_by_several_processes(device, tmp_path):
    jobs = [[[job, i] for i in range(3)] for job in range(8)]
    heard = answers(device, tmp_path, jobs, workers=3)
    asked = [question for job in jobs for question in job]
    assert sorted(line["question"] for line in heard) == asked
    assert all(line["value"] == line["question"] for line in heard)
    by_job = {line["question"][0]: line["process"] for line in heard}
    assert all(line["process"] == by_job[line["question"][0]] for line in heard)


def test_a_process_that_dies_is_asked_again_and_followed_by_another(device, tmp_path):
    first, died, last = answers(device, tmp_path, [[1, "dies", 2]])
    assert (first["value"], last["value"]) == (1, 2)
    assert first["process"] != last["process"]
    assert died["at_first"]["error"] == died["error"] == "the process ended with status -6"
    assert died["blocking"]
    assert (tmp_path / "00.txt").read_text() == "the last words\n" * 2


def test_an_answer_cut_off_is_none(device, tmp_path):
    cut, last = answers(device, tmp_path, [["half an answer", 2]])
    assert cut["error"] == "the process ended with status 3"
    assert last["value"] == 2


def test_a_process_that_hangs_is_ended_and_followed_by_another(device, tmp_path):
    hung, last = answers(device, tmp_path, [["hangs"], [2]], patience=2.0)
    assert hung == {"question": "hangs", "error": "no answer within 2 s"}
    assert last["value"] == 2


def test_an_error_that_stays_is_looked_at_with_launches_blocking(device, tmp_path):
    sticky, always, last = answers(device, tmp_path, [["sticky", "sticky always", 2]])
    assert sticky["at_first"]["error"] == "illegal address"
    assert (sticky["value"], sticky["blocking"]) == ("sticky", True)
    assert always["error"] == "illegal address, blocking True"
    assert always["at_first"]["error"] == "illegal address, blocking False"
    assert last["value"] == 2
    assert "blocking" not in last


def test_when_the_time_is_up_the_rest_is_left(device, tmp_path):
    assert answers(device, tmp_path, [[1, 2]], seconds=0) == []


def test_the_table_counts_what_is_missing_and_what_failed(device):
    operations = device("operations")
    good = {"question": ["exp", 0, "float32"], "values": 1.0, "gradients": 2.5, "limit": 16}
    lines = [
        {"operations": 2, "comparisons": 6},
        good,
        {**good, "gradients": 17.0},
        {**good, "question": ["inv", 1, "float16"], "blocking": True, "at_first": {"error": "700"}},
        {"question": ["log", 0, "float32"], "error": "ValueError: no"},
    ]
    table = operations.summary(lines)
    assert (table["made"], table["missing"]) == (4, 2)
    assert table["worst_units"] == {"values": 1.0, "gradients": 17.0}
    assert table["failures"] == [
        "exp-0 float32: 1 units, gradients 17, of 16",
        "inv-1 float16: 700 1 units, gradients 2.5, of 16",
        "log-0 float32: ValueError: no",
    ]


def test_the_table_takes_infinite_distances(device):
    line = {"question": ["exp", 0, "float32"], "values": float("inf"), "gradients": 0, "limit": 16}
    lines = [json.loads(json.dumps(x)) for x in ({"operations": 1, "comparisons": 1}, line)]
    assert device("operations").summary(lines)["failures"]


def test_every_comparison_is_asked_for_once(device):
    asked = Counter(tuple(q) for job in device("operations").jobs() for q in job)
    assert set(asked.values()) == {1}
    assert len({name for name, *_ in asked}) == len(device("operations").jobs())


@pytest.mark.needs_compiler
def test_a_comparison_that_raises_keeps_its_traceback(device, monkeypatch):
    operations = device("operations")
    assert operations.answer("simulated", ["exp", 0, "float32"])["values"] <= 16
    told = operations.answer("simulated", ["exp", 99, "float32"])
    assert told["error"].startswith("IndexError")
    assert "in compared" in told["traceback"]
    assert "lost" not in told

    def broken(device):
        raise RuntimeError("illegal address")

    monkeypatch.setattr(operations, "backend", broken)
    assert operations.answer("simulated", ["exp", 99, "float32"])["lost"]


def test_the_parts_end_within_nine_minutes(device):
    parts = device("parts").PARTS
    assert sum(part.limit for part in parts) <= 9 * 60
    assert all(part.limit > device("parts").SPARE for part in parts)


def session(device, folder):
    made = device("session").Session("cuda", folder)
    made.limit = 2
    return made


def test_what_a_part_said_before_its_time_was_up_is_kept(device, tmp_path):
    one = session(device, tmp_path)
    text = "import time; print('said', flush=True); time.sleep(600)"
    with pytest.raises(device("subprocess").TimeoutExpired):
        one.python("-c", text)
    assert one.said == "said\n"
    one.lines = [{"part": "start"}]
    one.save()
    one.close()
    with device("tarfile").open(tmp_path / "logs.tar.gz") as archive:
        assert archive.extractfile("logs/start.txt").read() == b"said\n"
    assert json.loads((tmp_path / "report.json").read_text())["parts"] == one.lines


def test_operations_are_told_from_the_lines_that_came(device, tmp_path, monkeypatch, capsys):
    one, parts = session(device, tmp_path), device("parts")

    def cut_off(*arguments):
        lines = [
            {"operations": 1, "comparisons": 3},
            {"question": ["exp", 0, "float32"], "values": 0, "gradients": 99.0, "limit": 16},
        ]
        text = "\n".join(map(json.dumps, lines)) + '\n{"question": ["ex'
        (tmp_path / "comparisons.jsonl").write_text(text)
        raise device("subprocess").TimeoutExpired("operations.py", 2)

    monkeypatch.setattr(one, "python", cut_off)
    with pytest.raises(device("subprocess").TimeoutExpired):
        parts.operations(one)
    assert one.found["operations"]["missing"] == 2
    assert "exp-0 float32: 0 units, gradients 99" in capsys.readouterr().out
    one.close()
