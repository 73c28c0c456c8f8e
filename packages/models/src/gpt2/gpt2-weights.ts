import { LamoError } from '@lamo/data';
import { type HostArray, type Tree, treeEntries, treeFromEntries } from '@lamo/runtime';
import { parameterName } from '../parameters/parameter-name';
import type { Gpt2 } from './gpt2';
import type { Gpt2Config } from './gpt2-config';

const PREFIX = 'transformer.';

/** Buffers of older checkpoints that are no parameters, and the head, which is the token table again. */
const IGNORED = /^(lm_head\.weight|h\.\d+\.attn\.(masked_)?bias)$/;

/** Tells whether a tensor of a checkpoint, by its name there, is a parameter of a GPT-2. */
export function isGpt2Parameter(name: string): boolean {
  return !IGNORED.test(name.replace(PREFIX, ''));
}

/**
 * Arranges the tensors of a checkpoint as a GPT-2. Names may start with `transformer.` or not.
 *
 * @param source named in errors
 * @throws LamoError `wrong-weights` if a tensor is missing, too many, or of another shape than `config` says
 */
export function gpt2FromTensors(
  tensors: ReadonlyMap<string, HostArray>,
  config: Gpt2Config,
  source = 'the checkpoint',
): Gpt2<HostArray> {
  const named = [...tensors].map(([name, leaf]) => [name.replace(PREFIX, ''), leaf] as const);
  const given = new Map(named.filter(([name]) => isGpt2Parameter(name)));
  const expected = new Map(treeEntries(gpt2Shapes(config)).map(([path, { shape }]) => [path, shape]));
  const entries = [...expected].map(([path, shape]) => {
    const name = parameterName(path);
    const leaf = given.get(name);
    if (leaf?.shape.join() !== shape.join()) throw wrongShape(source, name, shape, leaf, given);
    given.delete(name);
    return [path, leaf] as const;
  });
  const [extra] = given;
  if (extra !== undefined) throw tooMany(source, extra[0], extra[1]);
  return treeFromEntries<HostArray>(entries) as unknown as Gpt2<HostArray>;
}

/** Names the tensors as Python's transformers does for a `GPT2LMHeadModel`. */
export function gpt2ToTensors(parameters: Gpt2<HostArray>): Map<string, HostArray> {
  return new Map(
    treeEntries(parameters as Tree<HostArray>).map(([path, leaf]) => [PREFIX + parameterName(path), leaf]),
  );
}

/** The shape of every parameter of a GPT-2. */
export function gpt2Shapes(config: Gpt2Config): Tree<{ readonly shape: readonly number[] }> {
  const { vocabSize, nPositions, nEmbd, nInner, nLayer } = config;
  const layer = (inputs: number, outputs: number) => ({
    weight: { shape: [inputs, outputs] },
    bias: { shape: [outputs] },
  });
  const norm = { weight: { shape: [nEmbd] }, bias: { shape: [nEmbd] } };
  const block = {
    ln_1: norm,
    attn: { c_attn: layer(nEmbd, 3 * nEmbd), c_proj: layer(nEmbd, nEmbd) },
    ln_2: norm,
    mlp: { c_fc: layer(nEmbd, nInner), c_proj: layer(nInner, nEmbd) },
  };
  return {
    wte: { weight: { shape: [vocabSize, nEmbd] } },
    wpe: { weight: { shape: [nPositions, nEmbd] } },
    h: Object.fromEntries(Array.from({ length: nLayer }, (_, i) => [String(i), block])),
    ln_f: norm,
  };
}

function wrongShape(
  source: string,
  name: string,
  shape: readonly number[],
  leaf: HostArray | undefined,
  given: ReadonlyMap<string, HostArray>,
): LamoError {
  const [other] = given;
  const missing = `no such tensor${other === undefined ? '' : `; there is '${other[0]}', for instance`}`;
  return new LamoError({
    where: 'models/gpt2',
    code: 'wrong-weights',
    problem: `${source} does not fit its config.json at '${name}'`,
    expected: `[${shape.join(', ')}]`,
    received: leaf === undefined ? missing : `[${leaf.shape.join(', ')}]`,
    hint: 'The weights are of another model, or of a GPT-2 with other sizes.',
  });
}

function tooMany(source: string, name: string, { shape }: HostArray): LamoError {
  return new LamoError({
    where: 'models/gpt2',
    code: 'wrong-weights',
    problem: `${source} has a tensor that a GPT-2 of its config.json has not: '${name}'`,
    expected: 'the tensors of a GPT-2 and no others',
    received: `[${shape.join(', ')}]`,
    hint: 'Merge adapters before, or load them as such.',
  });
}
