-- By when an invoice is to be decided and paid (BIL-15), as billing said it; thirty days after its issue where it was issued before that was
-- said. The agents' queue begins with what is due first, and what is late is found by the same indexes.
ALTER TABLE invoices ADD COLUMN pay_by date;
UPDATE invoices SET pay_by = issued_on + 30;
ALTER TABLE invoices ALTER COLUMN pay_by SET NOT NULL;
CREATE INDEX invoices_to_decide_by_day ON invoices (pay_by, invoice_id) INCLUDE (excluding_tax) WHERE state = 'issued';
CREATE INDEX invoices_to_pay_by_day ON invoices (pay_by, invoice_id) INCLUDE (excluding_tax, including_tax, paid) WHERE state = 'accepted';
