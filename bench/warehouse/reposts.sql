-- Makes the clusters of the rows that generate.sql makes: four of each 36 postings are reposts of one up to 20,000
-- rows earlier. By SQL, since it is the warehouse that is measured here and not the search for near-duplicates.
INSERT INTO cluster_members (generation, posting_key, job_id, cluster_key, cluster_id, sequence)
WITH
    number % 40 AS turn,
    toUInt64(number - turn - 40 * (1 + cityHash64(number, 'repost') % 500)) AS original,
    lower(hex(sipHash128(original))) AS original_id,
    arrayJoin([number, original]) AS member,
    lower(hex(sipHash128(member))) AS member_id
SELECT DISTINCT
    {generation:UInt32},
    cityHash64(member_id),
    member_id,
    cityHash64(original_id),
    original_id,
    1
FROM numbers(20040, greatest({total:UInt64}, 20040) - 20040)
WHERE turn IN (6, 14, 22, 30)
