-- Lines are written at the end of a batch, and an amendment takes away those that were saved before it: where in the log each was said.

ALTER TABLE lines ADD COLUMN "offset" bigint NOT NULL DEFAULT -1;
