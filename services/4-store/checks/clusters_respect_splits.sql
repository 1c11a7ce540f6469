-- What a person split stays apart.
SELECT count() AS broken, groupArray(5)(concat(s.job_id, ' and ', s.apart_from)) AS examples
FROM cluster_splits AS s FINAL
INNER JOIN cluster_members AS a FINAL ON a.job_id = s.job_id
INNER JOIN cluster_members AS b FINAL ON b.job_id = s.apart_from AND b.generation = a.generation
WHERE NOT s.withdrawn AND a.generation = {generation:UInt32} AND a.cluster_key = b.cluster_key
