-- Where a posting stands in location_analytics: each place that it names, at each level, once. Computed where it is
-- read, so that what counts places and what asks which of them something touches can't differ.
ALTER TABLE fact_job_postings
    ADD COLUMN IF NOT EXISTS levels Array(Tuple(String, String, String, String, String, String)) ALIAS
        arrayDistinct(arrayConcat(
            [('all', '', '', '', '', '')],
            arrayMap(p -> ('region', p.1, '', '', '', ''), arrayFilter(p -> p.1 != '', arrayZip(place.region, place.country, place.state, place.city))),
            arrayMap(p -> ('country', '', p.2, '', '', ''), arrayFilter(p -> p.2 != '', arrayZip(place.region, place.country, place.state, place.city))),
            arrayMap(p -> ('state', '', p.2, p.3, '', ''), arrayFilter(p -> p.3 != '', arrayZip(place.region, place.country, place.state, place.city))),
            arrayMap(p -> ('city', '', p.2, p.3, p.4, ''), arrayFilter(p -> p.4 != '', arrayZip(place.region, place.country, place.state, place.city))),
            arrayMap(p -> ('location', p.1, p.2, p.3, p.4, ifNull(workplace_type, '')), arrayZip(place.region, place.country, place.state, place.city))
        )) COMMENT 'level, region, country, state, city and workplace type of each place that it counts for',
    ADD COLUMN IF NOT EXISTS level_keys Array(UInt64) ALIAS
        arrayMap(p -> cityHash64(p.1, p.2, p.3, p.4, p.5, p.6), levels) COMMENT 'one for each of the levels';
