-- An invoice is one of its contract, here as everywhere: what names another contract's finds nothing.
ALTER TABLE invoiced_months DROP CONSTRAINT invoiced_months_invoice_id_fkey, DROP CONSTRAINT invoiced_months_pkey;
ALTER TABLE payments DROP CONSTRAINT payments_invoice_id_fkey, ADD COLUMN contract_number text;
UPDATE payments SET contract_number = invoices.contract_number FROM invoices WHERE invoices.invoice_id = payments.invoice_id;
ALTER TABLE invoices DROP CONSTRAINT invoices_pkey, ADD PRIMARY KEY (contract_number, invoice_id);
ALTER TABLE invoiced_months
    ADD PRIMARY KEY (contract_number, invoice_id, month),
    ADD FOREIGN KEY (contract_number, invoice_id) REFERENCES invoices;
ALTER TABLE payments
    ALTER COLUMN contract_number SET NOT NULL,
    ADD FOREIGN KEY (contract_number, invoice_id) REFERENCES invoices;

-- A record's id begins with its contract (contracts.personal): nobody's record has the id of another's.
UPDATE people SET id = contract_number || '/' || id;
ALTER TABLE people ADD CHECK (starts_with(id, contract_number || '/'));
