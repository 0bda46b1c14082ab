"""One report, several forms."""
