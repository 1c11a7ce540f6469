-- Months that have postings after a recomputation.
SELECT DISTINCT month FROM {staging:Identifier} ORDER BY month
