"""The parts of ci/bench compile.

A part has ``measured(given)``, its figures as they go into the JSON, and ``text`` of these; one
whose figures are those of processes has their ``benchmark`` of a row too.
"""

from pathlib import Path

FILE = str(Path(__file__).parents[1] / "compile.py")  # what the measured processes run
