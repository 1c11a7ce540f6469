-- Which postings did people split, or join again, since this was last asked?
INSERT INTO {changes:Identifier}
SELECT cityHash64(arrayJoin([job_id, apart_from]))
FROM cluster_splits FINAL
WHERE sequence > {seen:UInt64}
