"""Work that takes longer than a page may: a queue in the database, its worker, and files at rest."""
