-- How many postings are touched?
SELECT uniqExact(posting_key) AS postings
FROM {keys:Identifier}
