-- What extractors read as skills and the taxonomy lacks, and what made them doubt a text.
ALTER TABLE landing
    ADD COLUMN IF NOT EXISTS `emerging.name` Array(LowCardinality(String)) COMMENT 'of skills that the taxonomy lacks, in the words of the posting',
    ADD COLUMN IF NOT EXISTS `emerging.kind` Array(LowCardinality(String)) COMMENT 'of each of them, as it was read',
    ADD COLUMN IF NOT EXISTS flags Array(LowCardinality(String)) COMMENT 'what makes the text itself doubtful: keyword_stuffing, disguised_letters, instructions';
