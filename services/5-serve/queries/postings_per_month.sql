-- How many jobs were posted in each month, how many postings that took, and how many of them are still open? A month
-- that several versions of a normalizer, an extractor or a taxonomy answered is mixed: what changes in it may be
-- what they read, not what was asked for.
SELECT
    month,
    clusters,
    postings,
    companies,
    open,
    remote,
    normalizers,
    extractors,
    taxonomies,
    greatest(length(normalizers), length(extractors), length(taxonomies)) > 1 AS mixed
FROM skill_trends
WHERE generation = {generation:UInt32}
    AND source = '' AND skill = ''
    AND month BETWEEN {from:Date} AND {to:Date}
ORDER BY month
