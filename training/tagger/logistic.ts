// Owns the learning of one yes or no from places in a table of weights: logistic regression, one sample at a time,
// each weight with a pace of its own (AdaGrad). The order of samples is the caller's; nothing is random.

export interface Logistic {
  weights: Float32Array;
  /** Sums of squared slopes: what was moved often moves less. */
  moved: Float32Array;
  bias: number;
  biasMoved: number;
}

export const blankLogistic = (size: number): Logistic => ({
  weights: new Float32Array(size),
  moved: new Float32Array(size).fill(1),
  bias: 0,
  biasMoved: 1,
});

export const chanceOf = (score: number) => 1 / (1 + Math.exp(-score));
export const scoreOfChance = (chance: number) => Math.log(chance / (1 - chance));

export function score({ weights, bias }: Logistic, slots: Int32Array, from: number, to: number): number {
  let sum = bias;
  for (let at = from; at < to; at++) sum += weights[slots[at] as number] as number;
  return sum;
}

export interface Pace {
  rate: number;
  /** Pulls each weight that is touched back to where it began. */
  decay: number;
}

/** One step towards `target` for a sample of some `weight`. `anchor` is where the weights are pulled to. */
export function step(
  model: Logistic,
  slots: Int32Array,
  from: number,
  to: number,
  target: number,
  weight: number,
  { rate, decay }: Pace,
  anchor: Float32Array | null = null,
): void {
  const { weights, moved } = model;
  const slope = weight * (chanceOf(score(model, slots, from, to)) - target);
  const square = slope * slope;
  model.biasMoved += square;
  model.bias -= (rate / Math.sqrt(model.biasMoved)) * slope;
  for (let at = from; at < to; at++) {
    const slot = slots[at] as number;
    const sum = (moved[slot] as number) + square;
    moved[slot] = sum;
    const away = (weights[slot] as number) - (anchor === null ? 0 : (anchor[slot] as number));
    weights[slot] = (weights[slot] as number) - (rate / Math.sqrt(sum)) * (slope + decay * weight * away);
  }
}
