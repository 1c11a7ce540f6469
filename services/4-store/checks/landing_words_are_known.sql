-- Outcomes, events and causes are those that the stages know, and only a rejection has a cause.
SELECT sum(rows) AS broken, groupArray(5)(words) AS examples
FROM
(
    SELECT concat(outcome, ' / ', event, ' / ', cause) AS words, count() AS rows
    FROM landing
    WHERE generation = {generation:UInt32}
        AND
        (
            outcome NOT IN ('emitted', 'observed', 'dropped', 'rejected')
            OR event NOT IN ('found', 'seen', 'closed', '')
            OR cause NOT IN ('invalid', 'undecodable', 'poison', 'crashed', '')
            OR (outcome = 'rejected') != (cause != '')
        )
    GROUP BY words
)
