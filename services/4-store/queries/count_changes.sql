-- How many postings have changed?
SELECT count() AS postings FROM {changes:Identifier}
