-- Puts what a computation says of clusters among them, all of it at once.
INSERT INTO cluster_members (generation, posting_key, job_id, cluster_key, cluster_id, previous_key, sequence)
SELECT generation, posting_key, job_id, cluster_key, cluster_id, previous_key, sequence
FROM {members:Identifier}
