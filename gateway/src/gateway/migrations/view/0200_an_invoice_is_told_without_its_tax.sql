-- A notification about an invoice says what it is without tax, and with it.
UPDATE notifications n
SET figures = n.figures || jsonb_build_object('excluding_tax', i.excluding_tax::text, 'including_tax', i.including_tax::text)
FROM invoices i
WHERE i.contract_number = n.contract_number AND i.invoice_id::text = n.figures ->> 'invoice_id';
