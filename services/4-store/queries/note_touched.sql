-- Notes what the facts of the postings that changed say, by which the monthly tables count: once before they change,
-- and once after.
INSERT INTO {touched:Identifier}
(
    generation, month, posting_key, source, company_key, workplace_type,
    place.region, place.country, place.state, place.city, skill.name
)
SELECT
    generation, month, posting_key, source, company_key, workplace_type,
    place.region, place.country, place.state, place.city, skill.name
FROM {facts:Identifier}
WHERE generation = {generation:UInt32}
    AND posting_key IN (SELECT posting_key FROM {changes:Identifier})
