"""What the worker and the nightly run must know of this room."""

from residents.importing import jobs, retention

__all__ = ["jobs", "retention"]
