"""A hunt of faults: calls of gpugrad with strange arguments, beside a reference.

    python tests/hunt.py [--seed N] [--rounds N] [--only NAME] [--device simulated] [--torch]

Each call of the tables is done with each of its arguments in each strange form of tests/strange.py,
and, --rounds times, with two forms at random places.  A call that differs is printed with what
does it again:

    python tests/hunt.py --call "clip 3 | 0 int8, limits | max list"

is the third call of clip in the tables, its first argument and its max= made strange.
"""

import argparse
import sys
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatch
from typing import Any

import numpy as np
from differences import compare, decided, outcome, precision_of
from numpy_case import moved
from strange import STRANGE
from subjects import Call, Place, by_name, calls, nns

import gpugrad as gg

BY_SINGULAR_VALUES = {
    f"linalg.{name}"
    for name in ("svd", "svdvals", "pinv", "matrix_rank", "lstsq", "cond", "norm", "matrix_norm")
} | {"polyfit"}
COUNTS_UP = {"scipy.special.yn"}  # to its order


@dataclass(frozen=True)
class Strange:
    """A call of the tables, by its number among those of its name, and forms at some places."""

    name: str
    number: int
    forms: tuple[tuple[Place, tuple[str, ...]], ...]

    def __str__(self) -> str:
        places = (f"{'.'.join(map(str, at))} {', '.join(forms)}" for at, forms in self.forms)
        return " | ".join([f"{self.name} {self.number}", *places])

    @classmethod
    def read(cls, text: str) -> "Strange":
        """The one that is printed so."""
        call, *places = text.split(" | ")
        name, number = call.split()
        return cls(name, int(number), tuple(map(_read_place, places)))

    @property
    def call(self) -> Call:
        return calls()[self.name][self.number]

    def arguments(self) -> dict[Any, Any] | None:
        """Of the call, made strange, the same each time; None if a form does not apply."""
        rng = np.random.default_rng(list(str(self).encode()))
        arguments = dict(self.call.arguments)
        for (key, *inner), forms in self.forms:
            whole = arguments[key]
            one: Any = whole[inner[0]] if inner else whole
            if self.endless(forms, one):
                return None
            one = np.asarray(one)
            for form in forms:
                if not isinstance(one, np.ndarray):
                    return None
                one = STRANGE[form](rng, one)
            if one is None:
                return None
            if inner:
                one = type(whole)(one if i == inner[0] else x for i, x in enumerate(whole))
            arguments[key] = one
        return arguments

    @property
    def of_settings(self) -> bool:
        """Whether an argument is made strange that is no array in the tables."""
        chosen = [self.call.arguments[at[0]] for at, _ in self.forms]
        return not all(
            any(isinstance(one, np.ndarray) for one in (x if isinstance(x, tuple | list) else [x]))
            for x in chosen
        )

    def precision(self) -> float:
        """Of the coarsest of the arguments."""
        arguments = (self.arguments() or {}).values()
        parts = [one for x in arguments for one in (x if isinstance(x, tuple | list) else [x])]
        return max(*map(precision_of, parts), self.call.tolerance, 0.0)

    def endless(self, forms: tuple[str, ...], x: Any) -> bool:
        """Whether NumPy does not come back: from counting to 2**63, from walking by steps of a
        length to a place out there, from LAPACK's singular values of infinities."""
        far = "limits" in forms
        if self.name.removeprefix("scipy.") in BY_SINGULAR_VALUES:
            return far or "infinities" in forms
        wraps = any(isinstance(x, str) and x == "wrap" for x in self.call.arguments.values())
        return far and (wraps or self.name in COUNTS_UP or not isinstance(x, np.ndarray))

    def differences(self, device: str = "cpu") -> list[str]:
        """What differs from the reference: of arrays and of Tensors, or of those on a device."""
        if self.arguments() is None:
            return []
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            theirs = outcome(self.call.theirs, *split(self.arguments()))
            found = set()
            for move in (dict, on_device) if device == "cpu" else (on_device,):
                with gg.use_device(device):
                    ours = outcome(self.call.ours, *split(move(self.arguments())))
                found.add(compare(self.call.names, ours, theirs, self.precision()))
        how = {form for _, several in self.forms for form in several}, self.of_settings
        return sorted(text for text in found if text and not decided(self.name, text, *how))


def _read_place(text: str) -> tuple[Place, tuple[str, ...]]:
    at, forms = text.split(" ", 1)
    place = tuple(int(part) if part.isdigit() else part for part in at.split("."))
    return place, tuple(forms.split(", "))


def split(arguments: Mapping[Any, Any]) -> tuple[list[Any], dict[str, Any]]:
    """Those by position, those by name."""
    positions = [value for key, value in arguments.items() if isinstance(key, int)]
    return positions, {key: value for key, value in arguments.items() if isinstance(key, str)}


def on_device(arguments: Mapping[Any, Any]) -> dict[Any, Any]:
    """Every array a Tensor on the default device."""
    return {key: moved(value) for key, value in arguments.items()}


def singles(name: str) -> Iterator[Strange]:
    """Each argument of each call in each form."""
    for number, call in enumerate(calls()[name]):
        for place in call.places():
            yield from (Strange(name, number, ((place, (form,)),)) for form in STRANGE)


def pair(name: str, rng: np.random.Generator) -> Strange | None:
    """A call with two forms at random: both of one argument, or each of its own."""
    number = int(rng.integers(len(calls()[name])))
    places = list(calls()[name][number].places())
    if not places:
        return None
    first, second = (places[i] for i in rng.integers(len(places), size=2))
    one, other = rng.choice(list(STRANGE), 2)
    if first == second:
        return Strange(name, number, ((first, (str(one), str(other))),))
    if first[0] == second[0]:  # a list and one of its elements
        return None
    return Strange(name, number, ((first, (str(one),)), (second, (str(other),))))


def hunt(strange: Iterator[Strange], device: str) -> Iterator[tuple[Strange, list[str]]]:
    """Each call with what differs."""
    for one in strange:
        yield one, one.differences(device)


def main(arguments: argparse.Namespace) -> int:
    if arguments.torch:
        calls().update(by_name(nns(torch=True)))
    if arguments.call:
        return show(Strange.read(arguments.call), arguments.device)
    rng = np.random.default_rng(arguments.seed)
    differing: Counter[str] = Counter()
    forms: Counter[str] = Counter()
    done = 0
    names = [name for name in calls() if fnmatch(name, arguments.only)]
    for position, name in enumerate(names):
        progress(f"{position}/{len(names)} functions, {done} calls, {differing.total()} differ")
        pairs = (pair(name, rng) for _ in range(arguments.rounds))
        strange = [*singles(name), *(one for one in pairs if one)]
        for one, found in hunt(iter(strange), arguments.device):
            done += 1
            if found:
                print(f'\r--call "{one}"', *found, sep="\n      ")
                differing[name] += 1
                forms.update(form for _, several in one.forms for form in several)
    print(f"\r{done} calls, {differing.total()} differ")
    for counter in (differing, forms):
        print("\n".join(f"{count:>7}  {what}" for what, count in counter.most_common()))
    return bool(differing)


def show(one: Strange, device: str) -> int:
    """Print a call and what differs."""
    print(one.name, one.arguments())
    print("theirs:", outcome(one.call.theirs, *split(one.arguments() or {})))
    differences = one.differences(device)
    print(*(differences or ["nothing differs"]), sep="\n")
    return bool(differences)


def progress(text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r{text}\033[K", end="", file=sys.stderr, flush=True)


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--rounds", type=int, default=100, help="pairs of forms a function")
    parser.add_argument("--only", default="*", help="functions, also as a pattern: scipy.*")
    parser.add_argument("--torch", action="store_true", help="gpugrad.nn beside torch")
    parser.add_argument("--device", default="cpu", help="of the Tensors; on the cpu also arrays")
    parser.add_argument("--call", help="do one call again")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main(options()))
