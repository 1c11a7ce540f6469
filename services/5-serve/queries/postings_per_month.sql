-- How many postings were posted in each month, and how many of them are still open?
SELECT month, postings, companies, open, remote
FROM month_totals
WHERE generation = {generation:UInt32}
    AND month BETWEEN {from:Date} AND {to:Date}
ORDER BY month
