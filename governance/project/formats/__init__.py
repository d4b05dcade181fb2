"""How numbers read where the portal differs from Django's own formats (FORMAT_MODULE_PATH)."""
