-- In which clusters do the touched postings stand?
SELECT toString(posting_key) AS key, toString(cluster_key) AS cluster, sequence
FROM cluster_members FINAL
WHERE generation = {generation:UInt32}
    AND posting_key IN (SELECT posting_key FROM {keys:Identifier})
