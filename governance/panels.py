"""What the third storey adds to the pages below it, gathered from its rooms."""

from governance.affairs import agents as affair_agents  # noqa: F401
from governance.affairs import arriving as affair_arriving  # noqa: F401
from governance.affairs import closing as affair_closing  # noqa: F401
from governance.affairs import conflicts as affair_conflicts  # noqa: F401
from governance.affairs import handing_over as affair_handing_over  # noqa: F401
from governance.affairs import ledgers as affair_ledgers  # noqa: F401
from governance.affairs import panels as affair_panels  # noqa: F401
from governance.affairs import retention as affair_retention  # noqa: F401
from governance.affairs import search as affair_search  # noqa: F401
from governance.affairs import staff_moves as affair_staff_moves  # noqa: F401
from governance.affairs import subjects as affair_subjects  # noqa: F401
from governance.meetings import jobs as meeting_jobs  # noqa: F401
from governance.meetings import notices as meeting_notices  # noqa: F401
from governance.meetings import subjects as meeting_subjects  # noqa: F401
from governance.privacy import panels as privacy_panels  # noqa: F401
from governance.privacy import subjects as privacy_subjects  # noqa: F401
from governance.worktime import register as worktime_register  # noqa: F401
