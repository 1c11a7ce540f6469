-- Counts the versions that the facts tell of, when they tell of all that has been taken up.
INSERT INTO stored_versions
SELECT
    {generation:UInt32},
    (
        SELECT mapFromArrays(groupArray(raw_partition), groupArray(next))
        FROM
        (
            SELECT raw_partition, max(next) AS next
            FROM warehouse_pieces
            WHERE generation = {generation:UInt32}
            GROUP BY raw_partition
        )
    ),
    (SELECT sum(versions) FROM fact_job_postings WHERE generation = {generation:UInt32}),
    (SELECT max(sequence) + 1 FROM stored_versions WHERE generation = {generation:UInt32})
