-- Where an action stands, as the services that decide it said it last. The pages lay the day's date over it and word it.

ALTER TABLE actions
    -- PreparationChanged (OPN-1, TRN-1)
    ADD COLUMN registered int NOT NULL DEFAULT 0,
    ADD COLUMN paid int NOT NULL DEFAULT 0,
    ADD COLUMN incomplete uuid[] NOT NULL DEFAULT '{}',     -- whose sheet is not whole
    ADD COLUMN undated uuid[] NOT NULL DEFAULT '{}',        -- whose entry date is not confirmed
    ADD COLUMN lacking text[] NOT NULL DEFAULT '{}',        -- contracts.codes.OpeningCondition
    ADD COLUMN opens_on date,                               -- null: any day
    ADD COLUMN can_register boolean NOT NULL DEFAULT false,
    -- DeclarationsChanged (DEC-1, DEC-8, CLO-1, TRN-6), from the opening on
    ADD COLUMN to_declare text[] NOT NULL DEFAULT '{}',     -- months that need a declaration, still or again, in order
    ADD COLUMN without_exit uuid[] NOT NULL DEFAULT '{}',
    ADD COLUMN without_entry uuid[] NOT NULL DEFAULT '{}',
    ADD COLUMN closes_on date,                              -- null before the opening
    ADD COLUMN can_enter boolean NOT NULL DEFAULT false,
    -- InvoicesOffered (BIL-7)
    ADD COLUMN to_correct uuid[] NOT NULL DEFAULT '{}';     -- rejected invoices whose months are not all in a later one

-- Every month of an opened action: where it stands follows DeclarationsChanged, what was confirmed MonthConfirmed.
ALTER TABLE months
    DROP COLUMN state,
    ADD COLUMN standing text NOT NULL DEFAULT 'draft'
        CHECK (standing IN ('draft', 'confirmed', 'reopened', 'passed_over', 'empty')),  -- contracts.codes.Standing
    ADD COLUMN present int NOT NULL DEFAULT 0,              -- trainees in training at least one of its days
    ADD COLUMN waits_for text,                              -- the earlier month that is to be confirmed first
    ADD COLUMN with_zeros uuid[] NOT NULL DEFAULT '{}',     -- who has come to reach into it since it was confirmed
    ADD COLUMN hours numeric(12, 2) NOT NULL DEFAULT 0;     -- attended and excused, as last confirmed, both places
