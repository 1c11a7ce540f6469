-- Judges the postings of months anew, by source: of all, or of those of which something changed.
INSERT INTO {staging:Identifier}
SELECT
    {generation:UInt32},
    month,
    source,
    count(),
    sum(facts.completeness),
    countIf(NOT counts),
    countIf(cluster_postings >= 3),
    countIf(
        description_characters < 400 AND empty(skill.name) AND salary_year_min IS NULL AND salary_year_max IS NULL
    ),
    countIf(NOT closed),
    min(facts.first_seen),
    max(facts.last_seen),
    sumMap(if(closed, map(), map(toDate(facts.last_seen), 1::UInt64))),
    sumMap(if(closed, map(), map(toDate(posted_at), 1::UInt64))),
    sumMap(if(closed OR expires_at IS NULL, map(), map(toDate(assumeNotNull(expires_at)), 1::UInt64))),
    sumMap(mapFromArrays(facts.unreadable, arrayResize([1::UInt64], length(facts.unreadable), 1::UInt64)))
FROM fact_job_postings AS facts
WHERE generation = {generation:UInt32} AND month IN {months:Array(Date)}
    AND ({whole:Bool} OR source IN (SELECT source FROM {touched:Identifier}))
GROUP BY month, source
