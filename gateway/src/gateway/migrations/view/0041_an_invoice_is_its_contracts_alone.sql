-- The addresses of the Region's pages name an invoice by its id; what another contract says of the same id stands in nobody's way.
DROP INDEX invoice_of_an_address;
CREATE INDEX invoices_by_id ON invoices (invoice_id);
