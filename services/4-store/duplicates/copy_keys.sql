-- What is touched begins with what changed.
INSERT INTO {keys:Identifier}
SELECT DISTINCT posting_key
FROM {changes:Identifier}
