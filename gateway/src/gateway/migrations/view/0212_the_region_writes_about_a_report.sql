-- A note is about an invoice, or about the action's report: then it names no invoice (SUR-2).
ALTER TABLE notes ALTER COLUMN invoice_id DROP NOT NULL;
