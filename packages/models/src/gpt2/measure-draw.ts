/** What a model thought of a token that was drawn, at temperature 1 and among all tokens, in nats. */
export interface MeasuredDraw {
  /** ln of the token's probability. */
  readonly logProbability: number;
  /** Of what the model says comes next, before temperature, top-k and top-p: −Σ p ln p. */
  readonly entropy: number;
}

/**
 * Measures a draw.
 *
 * @param logits [V]
 */
export function measureDraw(logits: Float32Array, token: number): MeasuredDraw {
  let largest = -Infinity;
  for (let id = 0; id < logits.length; id++) largest = Math.max(largest, logits[id]!);
  let [sum, weighted] = [0, 0];
  for (let id = 0; id < logits.length; id++) {
    const shifted = logits[id]! - largest;
    const weight = Math.exp(shifted);
    sum += weight;
    weighted += weight * shifted;
  }
  const logSum = Math.log(sum);
  return { logProbability: logits[token]! - largest - logSum, entropy: logSum - weighted / sum };
}
