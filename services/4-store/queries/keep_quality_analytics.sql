-- Takes over what months hold of the sources of which nothing changed.
INSERT INTO {staging:Identifier}
SELECT *
FROM quality_analytics
WHERE generation = {generation:UInt32}
    AND month IN {months:Array(Date)}
    AND source NOT IN (SELECT source FROM {touched:Identifier})
