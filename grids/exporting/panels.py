"""The desk of every list, and what stands beside it."""

from grids.common.exports import desks
from grids.common.lists import list_links
from grids.exporting.views.exports import hand_out
from grids.exporting.views.ledgers import save_link

if hand_out not in desks:
    desks.append(hand_out)
if save_link not in list_links:
    list_links.append(save_link)
