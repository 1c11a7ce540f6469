-- What the facts of a generation must be, counted in the plainest way from the landing table and the clusters: for
-- tests, which compare it with what the warehouse has computed step by step.
WITH
    events AS
    (
        SELECT *, posted_time_credible
        FROM landing FINAL
        WHERE generation = {generation:UInt32} AND outcome IN ('emitted', 'observed')
    ),
    versions AS (SELECT * FROM events WHERE outcome = 'emitted'),
    postings AS
    (
        SELECT
            latest.job_id AS job_id,
            latest.title AS title,
            latest.company_name AS company_name,
            latest.workplace_type AS workplace_type,
            latest.source AS source,
            arraySort(arrayDistinct(latest.skill.name)) AS skills,
            latest.posted_time AS posted_time,
            latest.posted_time_credible AS dated,
            events.first_undated AS first_undated,
            events.first_seen AS first_seen,
            events.last_seen AS last_seen,
            (events.last_event = 'closed')::Bool AS closed,
            events.versions AS versions,
            events.found AS found,
            if(cluster.cluster_id = '', latest.job_id, cluster.cluster_id) AS cluster_id
        FROM
        (
            SELECT * FROM versions ORDER BY observed_at DESC, raw_partition DESC, raw_offset DESC LIMIT 1 BY job_id
        ) AS latest
        INNER JOIN
        (
            SELECT
                job_id,
                minIf(observed_at, outcome = 'emitted') AS first_seen,
                max(observed_at) AS last_seen,
                minIf(observed_at, outcome = 'emitted' AND NOT posted_time_credible) AS first_undated,
                argMax(event, (observed_at, raw_partition, raw_offset)) AS last_event,
                uniqExactIf(content_hash, outcome = 'emitted') AS versions,
                countIf(outcome = 'emitted') AS found
            FROM events
            GROUP BY job_id
        ) AS events ON events.job_id = latest.job_id
        LEFT JOIN
        (
            SELECT job_id, cluster_id FROM cluster_members FINAL WHERE generation = {generation:UInt32}
        ) AS cluster ON cluster.job_id = latest.job_id
    ),
    clusters AS
    (
        SELECT
            cluster_id,
            count() AS postings,
            min(first_seen) AS first_seen,
            max(last_seen) AS last_seen,
            (countIf(NOT closed) > 0)::Bool AS open
        FROM postings
        GROUP BY cluster_id
    )
SELECT
    toStartOfMonth(if(dated, assumeNotNull(posted_time), first_undated)) AS month,
    job_id,
    cluster_id,
    (job_id = cluster_id)::Bool AS counts,
    source,
    title,
    company_name,
    workplace_type,
    skills,
    first_seen,
    last_seen,
    closed,
    versions,
    found AS events,
    clusters.postings AS cluster_postings,
    clusters.first_seen AS cluster_first_seen,
    clusters.last_seen AS cluster_last_seen,
    clusters.open AS cluster_open
FROM postings
INNER JOIN clusters ON clusters.cluster_id = postings.cluster_id
ORDER BY job_id, month
