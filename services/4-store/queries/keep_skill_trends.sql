-- Takes over the counts of months of the skills that nothing that changed asks for.
INSERT INTO {staging:Identifier}
SELECT *
FROM skill_trends
WHERE generation = {generation:UInt32}
    AND month IN {months:Array(Date)}
    AND skill != ''
    AND skill NOT IN (SELECT arrayJoin(skill.name) FROM {touched:Identifier})
