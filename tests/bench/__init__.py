"""``make bench``: the pages and the tree at city size, side by side with the bare database."""
