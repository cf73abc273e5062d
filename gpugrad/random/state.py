"""Where in its sequence the generator stands."""

from collections.abc import Mapping

from ..backend.random import generator as source


def seed(value: int | None = None) -> None:
    """Start the sequence of random numbers from ``value``; from one of the system's without."""
    source.seed(value)


def get_state() -> dict[str, int]:
    """The seed and the counter: where in the sequence the next number stands, as whole numbers.

    state = gg.random.get_state()
    first = gg.random.uniform(size=3)
    gg.random.set_state(state)
    print(gg.all(first == gg.random.uniform(size=3)).item())  # True
    """
    generator = source.current()
    return {"seed": generator.seed, "counter": generator.counter.get()}


def set_state(state: Mapping[str, int]) -> None:
    """Go on from a state that ``get_state`` gave; TypeError or ValueError for another one, and
    then nothing was changed."""
    if not isinstance(state, Mapping) or state.keys() != {"seed", "counter"}:
        raise TypeError(f"set_state: {state!r:.200}; give what gg.random.get_state() gave")
    new = source.Generator(state["seed"], state["counter"])
    generator = source.current()
    generator.seed = new.seed
    generator.counter.set(new.counter.get())
