-- Counts months anew from the latest versions of their postings. A skill that an extraction names twice
-- counts once, by its first place.
INSERT INTO {staging:Identifier}
    (generation, month, skill, kind, postings, required, preferred, mentioned, companies, open, remote)
SELECT
    {generation:UInt32},
    month,
    asked.1 AS skill,
    min(asked.2),
    count(),
    countIf(asked.3 = 'required'),
    countIf(asked.3 = 'preferred'),
    countIf(asked.3 = 'mentioned'),
    uniqExact(company),
    countIf(NOT closed),
    countIf(workplace_type = 'remote')
FROM
(
    SELECT
        month,
        company,
        workplace_type,
        closed,
        arrayJoin(
            arrayPushFront(
                arrayFilter(
                    (one, place) -> one.1 != '' AND indexOf(skill_names, one.1) = place,
                    arrayZip(skill_names, skill_kinds, skill_requirements),
                    arrayEnumerate(skill_names)
                ),
                ('', '', '')
            )
        ) AS asked
    FROM postings
    WHERE generation = {generation:UInt32}
        AND month IN {months:Array(Date)}
        AND job_id IN
        (
            SELECT job_id
            FROM landing
            WHERE generation = {generation:UInt32}
                AND outcome = 'emitted'
                AND month IN {months:Array(Date)}
        )
)
GROUP BY month, skill
