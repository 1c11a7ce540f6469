-- Which pairs of the touched postings stay apart?
SELECT job_id AS one, apart_from AS other
FROM cluster_splits FINAL
WHERE NOT withdrawn
    AND cityHash64(job_id) IN (SELECT posting_key FROM {keys:Identifier})
    AND cityHash64(apart_from) IN (SELECT posting_key FROM {keys:Identifier})
