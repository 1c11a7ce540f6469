-- Every posting that was found and taken up is a fact, and every fact was found.
SELECT count() AS broken, groupArray(5)(job) AS examples
FROM
(
    SELECT any(job_id) AS job
    FROM
    (
        -- What a turn has copied and not yet recorded as taken up may still be on its way into the facts.
        SELECT posting_key, job_id, true AS found, raw_offset < taken.next AS due, false AS fact
        FROM posting_versions AS version
        LEFT JOIN
        (
            SELECT raw_partition, piece, next
            FROM warehouse_pieces FINAL
            WHERE generation = {generation:UInt32}
        ) AS taken ON taken.raw_partition = version.raw_partition AND taken.piece = intDiv(version.raw_offset, 65536)
        WHERE generation = {generation:UInt32} AND outcome = 'emitted'
        UNION ALL
        SELECT posting_key, job_id, false, false, true
        FROM fact_job_postings
        WHERE generation = {generation:UInt32}
    )
    GROUP BY posting_key
    HAVING max(due) > max(fact) OR max(fact) > max(found)
)
