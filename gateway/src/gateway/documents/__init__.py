"""What is printed, as values (`paper`), how it is set (`paper.typ`), and the processes that set it (`printers`) (DOC-1, DOC-2)."""
