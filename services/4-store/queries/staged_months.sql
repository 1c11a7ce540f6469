-- Which months does a staging table hold?
SELECT DISTINCT month FROM {staging:Identifier} ORDER BY month
