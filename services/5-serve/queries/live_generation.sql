-- Which generation do people see?
SELECT generation FROM live_generation
