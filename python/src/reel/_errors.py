"""What goes wrong, as Reel tells it."""
from __future__ import annotations


class ReelError(RuntimeError):
    """Reel could not do it. The text says what, on which file, why, and what to do.

    `kind` is what docs/writer-protocol.md calls so: "busy", "diskFull", "unavailable", …
    """

    def __init__(self, message: str, kind: str = "failed", feature: str | None = None):
        super().__init__(message)
        self.kind = kind
        self.feature = feature


class ReelValueError(ReelError, ValueError):
    """A value, a feature or an argument is wrong; `feature` names which, where it is about one."""


def from_answer(error: dict) -> ReelError:
    """The exception for the `error` of an answer."""
    kind = error.get("kind", "failed")
    made = ReelValueError if kind in ("usage", "mismatch", "protocol") else ReelError
    return made(error.get("message", "Reel gave no reason"), kind, error.get("feature"))
