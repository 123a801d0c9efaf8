"""The documents that months call for (DEC-10)."""
