-- Since when nobody is known behind an account that was taken away (PRV-1). Their record is taken no more, whenever it comes.
ALTER TABLE accounts ADD COLUMN erased_at timestamptz;
