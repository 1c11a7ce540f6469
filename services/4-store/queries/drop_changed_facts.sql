-- Takes the postings that changed out of a copy of their months.
DELETE FROM {staging:Identifier}
WHERE posting_key IN (SELECT posting_key FROM {changes:Identifier})
