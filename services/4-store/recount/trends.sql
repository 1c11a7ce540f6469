-- The trends of a generation in the columns of recount_trends.sql.
SELECT month, skill, clusters, companies, open, remote, postings
FROM skill_trends
WHERE generation = {generation:UInt32} AND source = ''
ORDER BY month, skill
