"""Pages of exports and ledgers."""
