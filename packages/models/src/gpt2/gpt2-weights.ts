import { LamoError } from '@lamo/core';
import { type HostArray, type Tree, treeEntries, treeFromEntries } from '@lamo/runtime';
import { parameterName } from '../parameters/parameter-name';
import type { Gpt2 } from './gpt2';
import type { Gpt2Config } from './gpt2-config';

const PREFIX = 'transformer.';

/** The language model's place in a larger model, and wrappers of PyTorch: compiled (`_orig_mod`), distributed (`module`). */
const PREFIXES = /^(?:(?:_orig_mod|module|transformer)\.)+/;

const HEAD = 'lm_head.weight';

/** Causal masks that older versions of transformers saved beside the parameters. */
const BUFFER = /^h\.(0|[1-9]\d*)\.attn\.(?:masked_)?bias$/;

/** Heads of classifiers, taggers, readers and double-heads models: they are not part of the language model below them. */
const OTHER_HEADS =
  /^(?:score\.weight|(?:classifier|qa_outputs|multiple_choice_head\.summary)\.(?:weight|bias))$/;

/**
 * Tells whether a tensor of a checkpoint belongs to a GPT-2 of `nLayer` blocks, by its name: all do but the masks of these
 * blocks and the heads of other tasks.
 */
export function isGpt2Tensor(name: string, nLayer: number): boolean {
  const own = name.replace(PREFIXES, '');
  const block = BUFFER.exec(own)?.[1];
  return block === undefined ? !OTHER_HEADS.test(own) : Number(block) >= nLayer;
}

/**
 * Arranges the tensors of a checkpoint as a GPT-2. Names may start with `transformer.` or not. An `lm_head.weight` must equal
 * the token table.
 *
 * @param source named in errors
 * @throws LamoError `wrong-weights` if a tensor is missing, unknown, duplicated, or of another shape than `config` says
 */
export function gpt2FromTensors(
  tensors: ReadonlyMap<string, HostArray>,
  config: Gpt2Config,
  source = 'the checkpoint',
): Gpt2<HostArray> {
  const given = ownTensors(tensors, config, source);
  const expected = new Map(treeEntries(gpt2Shapes(config)).map(([path, { shape }]) => [path, shape]));
  const entries = [...expected].map(([path, shape]) => {
    const name = parameterName(path);
    const leaf = given.get(name);
    if (leaf?.shape.join() !== shape.join()) throw wrongShape(source, name, shape, leaf, given);
    given.delete(name);
    return [path, leaf] as const;
  });
  const head = given.get(HEAD);
  given.delete(HEAD);
  const parameters = treeFromEntries<HostArray>(entries) as unknown as Gpt2<HostArray>;
  if (head !== undefined && !isSame(head, parameters.wte.weight)) throw untied(source, head);
  const [extra] = given;
  if (extra !== undefined) throw tooMany(source, extra[0], extra[1]);
  return parameters;
}

/** Tensors by their names without prefixes. */
function ownTensors(
  tensors: ReadonlyMap<string, HostArray>,
  { nLayer }: Gpt2Config,
  source: string,
): Map<string, HostArray> {
  const given = new Map<string, HostArray>();
  for (const [name, leaf] of tensors) {
    if (!isGpt2Tensor(name, nLayer)) continue;
    const own = name.replace(PREFIXES, '');
    if (given.has(own)) throw twice(source, own, name);
    given.set(own, leaf);
  }
  // Before the shapes of all of them are listed: a damaged configuration may say a billion.
  const blocks = new Set([...given.keys()].flatMap((name) => /^h\.\d+\./.exec(name) ?? []));
  if (nLayer > blocks.size) throw tooFew(source, nLayer, blocks.size);
  return given;
}

function isSame(a: HostArray, b: HostArray): boolean {
  return a.shape.join() === b.shape.join() && a.data.every((value, i) => value === b.data[i]);
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

const OTHER_MODEL = 'The weights belong to another model, or to a GPT-2 of other sizes.';

function wrongShape(
  source: string,
  name: string,
  shape: readonly number[],
  leaf: HostArray | undefined,
  given: ReadonlyMap<string, HostArray>,
): LamoError {
  const [other] = given;
  const missing = `no such tensor${other === undefined ? '' : `; there is '${other[0]}', for instance`}`;
  return wrongWeights({
    problem: `${source} does not fit its config.json at '${name}'`,
    expected: `[${shape.join(', ')}]`,
    received: leaf === undefined ? missing : `[${leaf.shape.join(', ')}]`,
    hint: OTHER_MODEL,
  });
}

function tooFew(source: string, expected: number, received: number): LamoError {
  return wrongWeights({
    problem: `${source} has fewer blocks than its config.json says`,
    expected: `tensors of ${expected} blocks (h.0 and so on)`,
    received: `${received}`,
    hint: OTHER_MODEL,
  });
}

function tooMany(source: string, name: string, { shape }: HostArray): LamoError {
  return wrongWeights({
    problem: `${source} has a tensor that is not part of a GPT-2 with its config.json: '${name}'`,
    expected: 'the tensors of a GPT-2 and no others',
    received: `[${shape.join(', ')}]`,
    hint: 'Merge adapters first, or load them as adapters.',
  });
}

function twice(source: string, own: string, name: string): LamoError {
  return wrongWeights({
    problem: `${source} has the tensor '${own}' twice`,
    expected: 'each tensor under one name, with or without the prefix `transformer.`',
    received: `'${name}' as well`,
    hint: 'Save the model again.',
  });
}

function untied(source: string, head: HostArray): LamoError {
  return wrongWeights({
    problem: `${source} has an output layer of its own: '${HEAD}'`,
    expected:
      "the same numbers as in 'wte.weight', because a GPT-2 uses one table to read and to write tokens",
    received: `[${head.shape.join(', ')}] with other numbers`,
    hint: 'Models whose output layer was trained separately from the token table are not supported.',
  });
}

function wrongWeights(
  details: Readonly<Record<'problem' | 'expected' | 'received' | 'hint', string>>,
): LamoError {
  return new LamoError({ where: 'models/gpt2', code: 'wrong-weights', ...details });
}
