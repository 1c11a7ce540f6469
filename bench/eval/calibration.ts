// Owns how far confidences can be believed: claims are put into bins by what was said of them, and each bin's mean is
// held against the share of its claims that were right.
export interface Judged {
  confidence: number;
  isRight: boolean;
}

export interface Bin {
  claims: number;
  /** Means of the bin. */
  said: number;
  right: number;
}

export interface Calibration {
  claims: number;
  /** The mean gap between what was said and what was right, over all claims. */
  expectedError: number;
  /** By tenths, those without claims left out. */
  bins: readonly Bin[];
}

const binsCount = 10;

export function calibrationOf(judged: readonly Judged[]): Calibration {
  const byBin = Map.groupBy(judged, ({ confidence }) =>
    Math.min(binsCount - 1, Math.floor(confidence * binsCount)),
  );
  const bins = [...byBin.entries()]
    .toSorted(([a], [b]) => a - b)
    .map(([, claims]): Bin => {
      const mean = (of: (one: Judged) => number) =>
        claims.reduce((sum, one) => sum + of(one), 0) / claims.length;
      return {
        claims: claims.length,
        said: mean(({ confidence }) => confidence),
        right: mean(({ isRight }) => Number(isRight)),
      };
    });
  return {
    claims: judged.length,
    expectedError:
      judged.length === 0
        ? 0
        : bins.reduce((sum, { claims, said, right }) => sum + claims * Math.abs(said - right), 0) /
          judged.length,
    bins,
  };
}
