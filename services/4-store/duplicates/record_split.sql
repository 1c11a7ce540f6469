-- Writes down that two postings stay apart, or no longer do; the lower id goes first, so a pair is one row.
INSERT INTO cluster_splits (job_id, apart_from, withdrawn, reason, sequence)
SELECT
    least({one:String}, {other:String}),
    greatest({one:String}, {other:String}),
    {withdrawn:Bool},
    {reason:String},
    (SELECT max(sequence) FROM cluster_splits) + 1
