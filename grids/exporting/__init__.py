"""Lists that leave the portal: exports with reason, approval and quota, and saved ledgers."""
