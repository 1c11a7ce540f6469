-- Takes over the counts of months of the companies of which nothing changed.
INSERT INTO {staging:Identifier}
SELECT *
FROM company_analytics
WHERE generation = {generation:UInt32}
    AND month IN {months:Array(Date)}
    AND company_key NOT IN (SELECT company_key FROM {touched:Identifier})
