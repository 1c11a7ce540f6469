-- Computes the facts of the postings that changed, each from all that was ever seen of it. The latest version says
-- what a posting is; the last sight of any kind says whether it is still open. Without a date that can be true it
-- belongs to the month in which it was first seen without one.
INSERT INTO {staging:Identifier}
WITH
    -- What the dates and the places of a version say, in the words of the facts.
    latest.posted_time_credible AS dated,
    if(dated, assumeNotNull(latest.posted_time), seen.undated_at) AS posted_at,
    ifNull(latest.workplace_type, '') AS workplace,
    -- A posting that names no place, or only that it is remote, has one all the same where it is known how one works.
    if(empty(latest.place.country) AND workplace != '', [('', '', '', '')],
        arrayZip(latest.place.region, latest.place.country, latest.place.state, latest.place.city)) AS places,
    arrayMap(place -> cityHash64(place.1, place.2, place.3, place.4, workplace), places) AS location_keys,
    -- A skill that an extraction names twice counts once, by its first place.
    arrayFilter(
        (one, nth) -> one.1 != '' AND nth = 1,
        arrayZip(latest.skill.name, latest.skill.kind, latest.skill.requirement),
        arrayEnumerateUniq(latest.skill.name)
    ) AS skills
SELECT
    {generation:UInt32} AS generation,
    toStartOfMonth(posted_at) AS month,
    posting_key,
    latest.job_id AS job_id,
    seen.cluster_key AS cluster_key,
    if(seen.cluster_id = '', latest.job_id, seen.cluster_id) AS cluster_id,
    posting_key = seen.cluster_key AS counts,
    toYYYYMMDD(posted_at) AS date_key,
    latest.source AS source,
    if(latest.company_name IS NULL, 0, cityHash64(lowerUTF8(assumeNotNull(latest.company_name)))) AS company_key,
    latest.company_name AS company_name,
    location_keys[1] AS location_key,
    location_keys,
    arrayMap(place -> place.1, places),
    arrayMap(place -> place.2, places),
    arrayMap(place -> place.3, places),
    arrayMap(place -> place.4, places),
    nullIf(places[1].1, '') AS region,
    nullIf(places[1].2, '') AS country,
    nullIf(places[1].3, '') AS state,
    nullIf(places[1].4, '') AS city,
    latest.title AS title,
    latest.role AS role,
    latest.job_function AS job_function,
    latest.employment_type AS employment_type,
    latest.seniority_level AS seniority_level,
    latest.workplace_type AS workplace_type,
    latest.language AS language,
    latest.industries AS industries,
    latest.job_functions AS job_functions,
    arrayMap(one -> one.1, skills),
    arrayMap(one -> one.2, skills),
    arrayMap(one -> one.3, skills),
    latest.salary_year_min AS salary_year_min,
    latest.salary_year_max AS salary_year_max,
    latest.salary_currency AS salary_currency,
    latest.experience_years_min AS experience_years_min,
    latest.experience_years_max AS experience_years_max,
    latest.applicant_count AS applicant_count,
    posted_at,
    latest.expire_time AS expires_at,
    seen.first_seen AS first_seen,
    seen.last_seen AS last_seen,
    seen.closed AS closed,
    seen.versions AS versions,
    seen.events AS events,
    seen.cluster_postings AS cluster_postings,
    seen.cluster_first_seen AS cluster_first_seen,
    seen.cluster_last_seen AS cluster_last_seen,
    seen.cluster_open AS cluster_open,
    ifNull(latest.reposted, false) AS reposted,
    arrayAvg([
        latest.company_name IS NOT NULL,
        notEmpty(latest.place.country) OR workplace = 'remote',
        latest.employment_type IS NOT NULL,
        latest.seniority_level IS NOT NULL,
        workplace != '',
        latest.salary_year_min IS NOT NULL OR latest.salary_year_max IS NOT NULL,
        dated,
        latest.description_characters >= 200,
        notEmpty(skills),
        latest.role IS NOT NULL
    ]) AS completeness,
    latest.unreadable AS unreadable,
    latest.description_characters AS description_characters,
    latest.synthetic AS synthetic,
    latest.content_hash AS content_hash,
    latest.job_url AS job_url,
    latest.normalizer AS normalizer,
    latest.extractor AS extractor,
    latest.taxonomy AS taxonomy,
    latest.raw_partition AS raw_partition,
    latest.raw_offset AS raw_offset
FROM
(
    SELECT *
    FROM posting_versions
    WHERE generation = {generation:UInt32}
        AND posting_key IN (SELECT posting_key FROM {changes:Identifier})
        AND outcome = 'emitted'
        -- Sorting whole versions would cost ten times what finding the latest by its place does.
        AND (posting_key, observed_at, raw_partition, raw_offset) IN
        (
            SELECT posting_key, last.1, last.2, last.3
            FROM
            (
                SELECT posting_key, max((observed_at, raw_partition, raw_offset)) AS last
                FROM posting_versions
                WHERE generation = {generation:UInt32}
                    AND posting_key IN (SELECT posting_key FROM {changes:Identifier})
                    AND outcome = 'emitted'
                GROUP BY posting_key
            )
        )
    -- A repeated row says the same.
    LIMIT 1 BY posting_key
) AS latest
INNER JOIN
(
    SELECT
        own.*,
        if(cluster.cluster_id = '', own.posting_key, cluster.cluster_key) AS cluster_key,
        cluster.cluster_id AS cluster_id,
        count() OVER same_job AS cluster_postings,
        min(first_seen) OVER same_job AS cluster_first_seen,
        max(last_seen) OVER same_job AS cluster_last_seen,
        min(closed) OVER same_job = 0 AS cluster_open
    FROM
    (
        -- A repeated row is told by its origin.
        SELECT
            posting_key,
            minIf(observed_at, outcome = 'emitted') AS first_seen,
            max(observed_at) AS last_seen,
            minIf(observed_at, outcome = 'emitted' AND NOT posted_time_credible) AS undated_at,
            argMax(event, (observed_at, raw_partition, raw_offset)) = 'closed' AS closed,
            uniqExactIf(content_hash, outcome = 'emitted') AS versions,
            uniqExactIf((raw_partition, raw_offset), outcome = 'emitted') AS events
        FROM posting_versions
        WHERE generation = {generation:UInt32}
            AND posting_key IN (SELECT posting_key FROM {changes:Identifier})
        GROUP BY posting_key
        HAVING events > 0
    ) AS own
    LEFT JOIN
    (
        SELECT posting_key, cluster_key, cluster_id
        FROM cluster_members FINAL
        WHERE generation = {generation:UInt32}
            AND posting_key IN (SELECT posting_key FROM {changes:Identifier})
    ) AS cluster ON cluster.posting_key = own.posting_key
    WINDOW same_job AS (PARTITION BY cluster_key)
) AS seen ON seen.posting_key = latest.posting_key
