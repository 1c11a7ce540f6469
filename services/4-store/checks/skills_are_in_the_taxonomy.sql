-- Every skill of a posting stands in the version of the taxonomy that its extraction names.
SELECT count() AS broken, groupArray(5)(concat(taxonomy, ': ', skill)) AS examples
FROM
(
    SELECT DISTINCT taxonomy, skill
    FROM fact_job_postings
    ARRAY JOIN skill.name AS skill
    WHERE generation = {generation:UInt32}
)
WHERE taxonomy IN (SELECT taxonomy FROM dim_skill)
    AND (taxonomy, skill) NOT IN (SELECT taxonomy, skill FROM dim_skill)
