-- Which of these postings has any generation seen?
SELECT DISTINCT job_id
FROM posting_versions
WHERE posting_key IN (SELECT cityHash64(arrayJoin({jobs:Array(String)})))
