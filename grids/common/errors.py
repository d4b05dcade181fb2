"""What a service raises when it does not do what was asked; the pages for them are in grids/common/middleware.py."""


class ServiceError(Exception):
    """Base of the refusals below; ``reason`` is a sentence in the user's language saying what and what to do."""

    status = 400

    def __init__(self, reason: object, *, back: str = "") -> None:
        """``back``: the address where things can be seen as they are now; left out, the page itself."""
        super().__init__(reason)
        self.reason = reason
        self.back = back

    def __str__(self) -> str:
        return str(self.reason)


class Refused(ServiceError):
    """A rule says no: the object may be seen, the act may not be done (403)."""

    status = 403


class Conflict(ServiceError):
    """Somebody else was faster, or the state has moved on (409)."""

    status = 409


class StaleVersion(Conflict):
    """The form was opened on an older version of the record (409)."""
