"""Ctrl-C while cells are written: held back until all of them are, and raised then."""

import signal
import threading

SIGNALS = {signal.SIGINT}


class Interruptions:
    """Interrupts of the main thread, which alone gets them, held back from ``hold`` to ``let``."""

    def __init__(self) -> None:
        self._held = False

    def hold(self) -> None:
        """From now on an interrupt waits."""
        known = hasattr(signal, "pthread_sigmask")  # not on Windows
        if known and threading.current_thread() is threading.main_thread():
            signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
            self._held = True

    def let(self) -> None:
        """No longer; one that waits is raised here."""
        if self._held:
            self._held = False
            signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
