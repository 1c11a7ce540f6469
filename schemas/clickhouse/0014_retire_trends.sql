-- The facts, posting_history and skill_trends say what these did.
DROP VIEW IF EXISTS postings;

DROP TABLE IF EXISTS trends;

DROP TABLE IF EXISTS trends_progress;
