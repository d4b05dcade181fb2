"""What the second storey adds to the pages below it, gathered from its rooms."""

from residents.contacts import jobs as contact_jobs  # noqa: F401
from residents.contacts import merge_parts as contact_merge_parts  # noqa: F401
from residents.contacts import panels as contact_panels  # noqa: F401
from residents.contacts import subjects as contact_subjects  # noqa: F401
from residents.importing import panels as importing_panels  # noqa: F401
from residents.importing import subjects as importing_subjects  # noqa: F401
from residents.offline import doorstep as offline_doorstep  # noqa: F401
from residents.offline import retention as offline_retention  # noqa: F401
from residents.rentals import ledgers as rental_ledgers  # noqa: F401
from residents.rentals import merge_parts as rental_merge_parts  # noqa: F401
from residents.rentals import panels as rental_panels  # noqa: F401
from residents.rentals import subjects as rental_subjects  # noqa: F401
from residents.roster import crew_panels as roster_crew_panels  # noqa: F401
from residents.roster import guards as roster_guards  # noqa: F401
from residents.roster import ledgers as roster_ledgers  # noqa: F401
from residents.roster import merge_panels as roster_merge_panels  # noqa: F401
from residents.roster import merge_retention as roster_merge_retention  # noqa: F401
from residents.roster import panels as roster_panels  # noqa: F401
from residents.roster import retention as roster_retention  # noqa: F401
from residents.roster import search as roster_search  # noqa: F401
from residents.visits import handing_over as visit_handing_over  # noqa: F401
from residents.visits import jobs as visit_jobs  # noqa: F401
from residents.visits import ledgers as visit_ledgers  # noqa: F401
from residents.visits import panels as visit_panels  # noqa: F401
from residents.visits import retention as visit_retention  # noqa: F401
from residents.visits import subjects as visit_subjects  # noqa: F401
