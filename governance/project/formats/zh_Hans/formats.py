"""Django groups no Chinese number; the portal says 1,904 in both languages, as its reports and files do."""

THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = 3
