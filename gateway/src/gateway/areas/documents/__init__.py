"""“États”: what there is to consult, as tables (DOC-1)."""
