"""The peers of bench/extract.ts: flashtext and spaCy's PhraseMatcher, each with the same taxonomy's names and aliases.

Reads one JSON object from the file that is named: forms ([form, skill] pairs), texts, and labelled (texts too). Prints
one JSON object: seconds of processor time for all texts, and for each labelled text what was found, as
{skill: [mentions]}. spaCy's time is that of its whole pass, tokens included: it can look at nothing else.
"""

import json
import sys
import time


def by_flashtext(forms):
    from flashtext import KeywordProcessor

    processor = KeywordProcessor()
    for form, skill in forms:
        processor.add_keyword(form, skill)
    return lambda texts: (
        [(skill, text[start:end]) for skill, start, end in processor.extract_keywords(text, span_info=True)]
        for text in texts
    )


def by_spacy(forms):
    import spacy
    from spacy.matcher import PhraseMatcher
    from spacy.util import filter_spans

    nlp = spacy.blank("en")
    nlp.max_length = 10_000_000
    matcher = PhraseMatcher(nlp.vocab, attr="LOWER")
    patterns = {}
    for (_, skill), pattern in zip(forms, nlp.tokenizer.pipe(form for form, _ in forms)):
        patterns.setdefault(skill, []).append(pattern)
    for skill, some in patterns.items():
        matcher.add(skill, some)

    def find(texts):
        for doc in nlp.pipe(texts):
            spans = filter_spans(matcher(doc, as_spans=True))
            yield [(span.label_, span.text) for span in spans]

    return find


def grouped(found):
    skills = {}
    for skill, mention in found:
        skills.setdefault(skill, []).append(mention)
    return skills


with open(sys.argv[2], encoding="utf-8") as file:
    given = json.load(file)
find = {"flashtext": by_flashtext, "spacy": by_spacy}[sys.argv[1]](given["forms"])
for _ in find(given["texts"][:50]):
    pass
start = time.process_time()
count = sum(len(found) for found in find(given["texts"]))
seconds = time.process_time() - start
labelled = [grouped(found) for found in find(given["labelled"])]
print(json.dumps({"seconds": seconds, "count": count, "labelled": labelled}))
