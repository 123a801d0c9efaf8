-- Which rejected invoice is still to be corrected follows from the later ones (views.action.TO_CORRECT).
ALTER TABLE invoices DROP COLUMN replaced_by;
