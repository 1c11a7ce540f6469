-- When did people last split or join something?
SELECT max(sequence) AS sequence
FROM cluster_splits
