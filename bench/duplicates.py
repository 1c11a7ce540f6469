"""The peer of bench/duplicates.ts: datasketch's MinHash and MinHashLSH, as its documentation says they are fastest.

Reads texts (a JSON array of strings) from the file that is named, and prints one JSON object: seconds of processor
time from texts to clusters, and how many clusters came out. Runs of three words, 128 permutations, threshold 0.8.
"""

import json
import re
import sys
import time
from zlib import crc32

from datasketch import MinHash, MinHashLSH

WORDS_IN_RUN = int(sys.argv[2])
word = re.compile(r"\w+")


def runs(text):
    words = word.findall(text.lower().encode("utf-8").decode("utf-8"))
    return [" ".join(words[at : at + WORDS_IN_RUN]).encode("utf-8") for at in range(max(1, len(words) - WORDS_IN_RUN + 1))]


def clusters(texts):
    # A hash without cryptography: the default SHA-1 is slower.
    minhashes = MinHash.bulk((runs(text) for text in texts), num_perm=128, hashfunc=crc32)
    lsh = MinHashLSH(threshold=0.8, num_perm=128)
    with lsh.insertion_session() as session:
        for index, minhash in enumerate(minhashes):
            session.insert(index, minhash, check_duplication=False)
    parent = list(range(len(texts)))

    def root(index):
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    for index, minhash in enumerate(minhashes):
        for other in lsh.query(minhash):
            if other != index:
                parent[root(index)] = root(other)
    return len({root(index) for index in range(len(texts))})


with open(sys.argv[1], encoding="utf-8") as file:
    texts = json.load(file)
clusters(texts[:50])
start = time.process_time()
count = clusters(texts)
print(json.dumps({"seconds": time.process_time() - start, "clusters": count}))
