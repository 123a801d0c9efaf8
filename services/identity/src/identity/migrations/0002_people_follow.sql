-- An account and the person whose it is are written in one transaction, in whichever order: a person is kept once all is decided.
ALTER TABLE accounts ALTER CONSTRAINT accounts_person_fkey DEFERRABLE INITIALLY DEFERRED;
