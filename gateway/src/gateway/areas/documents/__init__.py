"""“États”: what there is to consult, as tables and as documents (DOC-1)."""
