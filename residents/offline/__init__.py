"""Field work without network: what the phone takes along, what it brings back, each record exactly once."""
