"""What can be invoiced, invoices, the account of an action, and the Region's decisions (BIL-1 to BIL-13)."""
