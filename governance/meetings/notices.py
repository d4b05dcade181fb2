"""What members are told about their briefings."""

from django.utils.translation import gettext_lazy as _

from grids.notifications.kinds import Kind, kinds

INVITED = "meetings.invited"
MOVED = "meetings.moved"
CANCELLED = "meetings.cancelled"
DECIDED = "meetings.decided"

kinds.register(Kind(INVITED, _("You are invited to the briefing on %(day)s, %(time)s."), "calendar-days"))
kinds.register(Kind(MOVED, _("The briefing takes place on %(day)s, %(time)s: %(reason)s"), "calendar-clock"))
kinds.register(Kind(CANCELLED, _("The briefing on %(day)s was called off: %(reason)s"), "calendar-x"))
kinds.register(Kind(DECIDED, _("The briefing has dealt with your matter: %(matter)s"), "message-square"))
