-- Trends by month, computed from the postings of that month and swapped in whole: never a sum that could not
-- take back an edit or a closing. The row with an empty skill is the month's total, so that a month and its
-- total change in one step.
CREATE TABLE IF NOT EXISTS trends
(
    generation UInt32,
    month Date,
    skill LowCardinality(String) COMMENT 'empty for the total of the month',
    kind LowCardinality(String),
    postings UInt64,
    required UInt64,
    preferred UInt64,
    mentioned UInt64,
    companies UInt64,
    open UInt64 COMMENT 'not closed by their source',
    remote UInt64
)
ENGINE = MergeTree
PARTITION BY (generation, month)
ORDER BY skill
COMMENT 'Postings by month and skill; read it through skill_trends and month_totals.';

CREATE VIEW IF NOT EXISTS skill_trends
AS SELECT generation, month, skill, kind, postings, required, preferred, mentioned, companies, open, remote
FROM trends
WHERE skill != ''
COMMENT 'Postings of a month that ask for a skill.';

CREATE VIEW IF NOT EXISTS month_totals
AS SELECT generation, month, postings, companies, open, remote
FROM trends
WHERE skill = ''
COMMENT 'Postings of a month.';

-- How far into the landing table the trends have read: what lies beyond, or has changed before it, is
-- recomputed. Written after the swap, so a process that dies between the two does the work again.
CREATE TABLE IF NOT EXISTS trends_progress
(
    generation UInt32,
    sequence UInt64,
    next Map(UInt16, UInt64) COMMENT 'raw partition -> first offset not yet read',
    landed Map(UInt16, UInt64) COMMENT 'raw partition -> rows of the landing table before it'
)
ENGINE = ReplacingMergeTree(sequence)
ORDER BY generation
COMMENT 'One row per generation: what its trends were computed from.';
