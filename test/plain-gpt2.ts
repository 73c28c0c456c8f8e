/** GPT-2 in plain double-precision arithmetic, one token after another: what tests hold the compiled one against. */

/** Numbers with a shape. */
interface Numbers {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

/** Weight and bias of a linear layer, or of a layer norm. */
export type PlainLayer = Readonly<Record<string, Numbers>>;

/** The parts of a block by the names of GPT-2: layers, and records of them. */
type PlainBlock = Readonly<Record<string, PlainLayer | Readonly<Record<string, PlainLayer>>>>;

/** The blocks and the last norm. */
export interface PlainGpt2 {
  readonly h: Readonly<Record<string, PlainBlock>>;
  readonly ln_f: PlainLayer;
}

/** What of a configuration is looked at. */
export interface PlainSizes {
  readonly nHead: number;
  readonly layerNormEpsilon: number;
  readonly activationFunction: string;
}

type Vector = readonly number[];

const sum = (values: Vector) => values.reduce((total, value) => total + value, 0);
const add = (x: Vector, y: Vector) => x.map((value, i) => value + y[i]!);

/** x · weight + bias, of a weight [inputs, outputs]. */
export function plainLinear({ weight, bias }: PlainLayer, x: Vector): number[] {
  return Array.from(
    bias!.data,
    (b, o) => b + sum(x.map((v, i) => v * weight!.data[i * bias!.data.length + o]!)),
  );
}

/** Mean 0 and variance 1, then scaled and shifted. */
export function plainLayerNorm({ weight, bias }: PlainLayer, x: Vector, epsilon: number): number[] {
  const centre = sum(x) / x.length;
  const variance = sum(x.map((value) => (value - centre) ** 2)) / x.length;
  return x.map(
    (value, i) => ((value - centre) / Math.sqrt(variance + epsilon)) * weight!.data[i]! + bias!.data[i]!,
  );
}

const activations: Readonly<Record<string, (x: number) => number>> = {
  relu: (x) => Math.max(0, x),
  gelu_new: (x) => (x / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
};

/**
 * Runs the blocks on the tokens of one text.
 *
 * @param tokens [T][D]
 * @param mask [T] 0 for padding, which no real token attends to
 * @param watch is shown the queries, keys and values of each block, [T][3 D]
 * @returns hidden states [T][D]
 */
export function plainGpt2(
  { h, ln_f }: PlainGpt2,
  tokens: readonly Vector[],
  sizes: PlainSizes,
  mask: Vector = tokens.map(() => 1),
  watch: (projected: readonly Vector[]) => void = () => {},
): number[][] {
  const { layerNormEpsilon: epsilon, activationFunction } = sizes;
  const hidden = Object.values(h).reduce<readonly Vector[]>((x, block) => {
    const { ln_1, attn, ln_2, mlp } = block as Readonly<Record<string, PlainLayer>> &
      Readonly<Record<'attn' | 'mlp', Readonly<Record<string, PlainLayer>>>>;
    const projected = x.map((token) => plainLinear(attn.c_attn!, plainLayerNorm(ln_1!, token, epsilon)));
    watch(projected);
    const mixed = attend(projected, sizes.nHead, mask);
    return x.map((token, t) => {
      const middle = add(token, plainLinear(attn.c_proj!, mixed[t]!));
      const inner = plainLinear(mlp.c_fc!, plainLayerNorm(ln_2!, middle, epsilon));
      return add(middle, plainLinear(mlp.c_proj!, inner.map(activations[activationFunction]!)));
    });
  }, tokens);
  return hidden.map((token) => plainLayerNorm(ln_f, token, epsilon));
}

/** What each token takes of those before it and of itself, from queries, keys and values [T][3 D]. */
function attend(projected: readonly Vector[], heads: number, mask: Vector): number[][] {
  const width = projected[0]!.length / 3;
  const size = width / heads;
  const part = (t: number, which: number, head: number) =>
    projected[t]!.slice(which * width + head * size, which * width + (head + 1) * size);
  return projected.map((_, t) =>
    Array.from({ length: heads }, (_, head) => {
      const query = part(t, 0, head);
      const seen = projected.map((_, s) => s).filter((s) => s <= t && (mask[s] === 1 || mask[t] === 0));
      const scores = seen.map(
        (s) => sum(part(s, 1, head).map((key, i) => key * query[i]!)) / Math.sqrt(size),
      );
      const powers = scores.map((score) => Math.exp(score - Math.max(...scores)));
      const values = seen.map((s) => part(s, 2, head));
      return query.map((_, i) => sum(values.map((value, j) => value[i]! * powers[j]!)) / sum(powers));
    }).flat(),
  );
}
