-- What became of every raw event? `low` and `high` are the raw topic's bounds by partition. What has landed
-- beyond `high` came in after the bounds were read and waits for the next look; what has landed before `low`
-- has left the topic since, and was scraped all the same.
WITH
    arraySum(mapValues({high:Map(UInt16, UInt64)})) - arraySum(mapValues({low:Map(UInt16, UInt64)})) AS in_topic,
    countIf(raw_offset >= {low:Map(UInt16, UInt64)}[raw_partition]) AS in_topic_landed,
    countIf(outcome = 'emitted') AS emitted
SELECT
    in_topic + count() - in_topic_landed AS scraped,
    uniqExactIf((job_id, content_hash), outcome = 'emitted') AS stored,
    emitted - stored AS duplicates,
    countIf(outcome = 'observed') AS observed,
    countIf(outcome = 'dropped') AS dropped,
    countIf(outcome = 'rejected') AS rejected,
    in_topic - in_topic_landed AS inFlight
FROM landing FINAL
WHERE generation = {generation:UInt32}
    AND raw_offset < {high:Map(UInt16, UInt64)}[raw_partition]
