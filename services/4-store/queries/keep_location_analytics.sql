-- Takes over the counts of months of the places that nothing that changed names.
INSERT INTO {staging:Identifier}
SELECT *
FROM location_analytics
WHERE generation = {generation:UInt32}
    AND month IN {months:Array(Date)}
    AND cityHash64(level, region, country, state, city, workplace_type)
        NOT IN (SELECT arrayJoin(level_keys) FROM {touched:Identifier})
