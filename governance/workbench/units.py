"""What the cards of the home page count, in the number in which they count it: ``AFFAIRS % 1`` is "affair"."""

from django.utils.translation import npgettext_lazy

AFFAIRS = npgettext_lazy("number of", "affair", "affairs")
CLAIMS = npgettext_lazy("number of", "claim", "claims")
EXPORTS = npgettext_lazy("number of", "export", "exports")
GRIDS = npgettext_lazy("number of", "grid", "grids")
HOUSEHOLDS = npgettext_lazy("number of", "household", "households")
MEMBERS = npgettext_lazy("number of", "member", "members")
REPORTS = npgettext_lazy("number of", "report", "reports")
REQUESTS_TO_MOVE = npgettext_lazy("number of", "request to move", "requests to move")
THINGS = npgettext_lazy("number of", "thing", "things")
VISITS = npgettext_lazy("number of", "visit", "visits")
WISHES_AND_POSTS = npgettext_lazy("number of", "wish or post", "wishes and posts")
