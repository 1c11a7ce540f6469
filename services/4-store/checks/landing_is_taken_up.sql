-- The warehouse keeps up: fewer than 200,000 rows that landed wait to be taken up.
SELECT if(waiting < 200000, 0, waiting) AS broken, if(waiting < 200000, [], [concat(toString(waiting), ' rows wait')]) AS examples
FROM
(
    SELECT
        (SELECT count() FROM landing WHERE generation = {generation:UInt32}) AS landed,
        (SELECT sum(rows) FROM warehouse_pieces FINAL WHERE generation = {generation:UInt32}) AS taken,
        if(landed > taken, landed - taken, 0) AS waiting
)
