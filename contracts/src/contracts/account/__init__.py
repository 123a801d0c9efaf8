"""The account of one action: its months, its invoices, what may be invoiced next and why not (BIL-1 to BIL-6, BIL-10 to BIL-12).

`billing` keeps it and decides by it; the portal plays a copy of it forward, to show what would come.
"""
