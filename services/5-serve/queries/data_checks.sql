-- What did the checks of the data find when they last ran?
SELECT name, broken, examples, error, took_ms, toUnixTimestamp64Milli(checked_at) AS checked_at_ms
FROM data_checks
WHERE generation = {generation:UInt32}
    AND checked_at = (SELECT max(checked_at) FROM data_checks WHERE generation = {generation:UInt32})
ORDER BY broken = 0 AND error = '', name
