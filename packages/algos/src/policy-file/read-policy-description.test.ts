import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDataset } from '@lamo/data';
import { exportOnnx, importOnnxRuntime } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, expect, it } from 'vitest';
import { bc } from '../algorithms/bc';
import { dt } from '../algorithms/dt';
import { train } from '../engine/train';
import { POLICY_FILE } from '../kinds/policy';
import { POLICY_KEY, type PolicyDescription, type PolicyPort } from './policy-description';
import { readPolicyDescription } from './read-policy-description';

const folder = mkdtempSync(join(tmpdir(), 'lamo-description-'));
afterAll(() => rmSync(folder, { recursive: true }));

const dataset = createDataset({
  name: 'offers',
  observations: [
    [10, 1, 0, 5],
    [20, 0, 1, 7],
    [60, 0, 1, 6],
  ],
  observationSpace: {
    kind: 'vector',
    parts: {
      basket: { start: 0, end: 1, missing: { value: [30] } },
      weather: { start: 1, end: 3, categories: ['rain', 'sun'] },
    },
  },
  actions: [0, 1, 1],
  actionSpace: { kind: 'discrete', count: 2, labels: ['tea', 'ice'], names: ['offer'] },
  rewards: [1, 2, 3],
  terminated: [1, 0, 1],
});

/** An input or output as onnxruntime has it. */
type Port = Pick<PolicyPort, 'name' | 'type' | 'shape'>;

const small = { batchSize: 2, normaliseObservations: true } as const;

/** The path of a policy that was hardly trained. */
async function policyOf(name: string, run: Promise<{ save(folder: string): Promise<void> }>) {
  const place = join(folder, name);
  await (await run).save(place);
  return join(place, POLICY_FILE);
}

it('a policy of one step says what it sees and does, and by what its model scales', async () => {
  const path = await policyOf('bc', train(bc, dataset, { steps: 1, config: { ...small, hiddenSize: 4 } }));
  const description = readPolicyDescription(path)!;
  expect(description).toMatchObject({ format: 1, algorithm: 'bc', lamo: expect.stringMatching(/^\d+\.\d+/) });
  expect(description.inputs).toMatchObject([{ name: 'observations', type: 'float32', shape: ['batch', 4] }]);
  expect(description.outputs).toMatchObject([
    { name: 'actions', shape: ['batch', 1] },
    { name: 'scores', shape: ['batch', 2] },
  ]);
  const { columns, range, scaling, space } = description.observation;
  expect(columns).toEqual(['basket', 'weather=rain', 'weather=sun', null]);
  expect(range).toEqual({ low: [10, 0, 0, 5], high: [60, 1, 1, 7] });
  expect(scaling!.mean[0]).toBe(30);
  // Deviations of 20, 10 and 30, and 1e-3 that is added; 32 bits.
  expect(scaling!.standardDeviation[0]).toBeCloseTo(Math.sqrt(1400 / 3) + 1e-3, 5);
  expect(space).toEqual(dataset.observationSpace);
  expect(description.action).toEqual({ size: 1, space: dataset.actionSpace });
  expect(description.sequence).toBeUndefined();
  expect(readPolicyDescription(readFileSync(path))).toEqual(description);
});

it('inputs and outputs that are described are those that the model has', async () => {
  const config = { ...small, width: 8, layers: 1, heads: 1, contextLength: 3, maxTimesteps: 9 };
  const path = await policyOf('dt', train(dt, dataset, { steps: 1, config }));
  const description = readPolicyDescription(path)!;
  const { InferenceSession } = await importOnnxRuntime();
  const session = await InferenceSession.create(path);
  for (const which of ['inputs', 'outputs'] as const) {
    const own = which === 'inputs' ? session.inputMetadata : session.outputMetadata;
    const ports = own.map((port) => {
      const { name, type, shape } = port as unknown as Port;
      return { name, type, shape };
    });
    const byName = (one: Port, other: Port) => (one.name < other.name ? -1 : 1);
    const described = description[which].map(({ name, type, shape }) => ({ name, type, shape }));
    expect(described.sort(byName)).toEqual(ports.sort(byName));
    expect(description[which].every(({ meaning }) => meaning !== '')).toBe(true);
  }
  await session.release();
  // Two episodes, of 1 and of 5.
  expect(description.sequence).toEqual({
    ...{ contextLength: 3, maxTimesteps: 9, rewards: 'logged', targetReturns: [5], returnScale: 5 },
  });
});

it('amounts have bounds in the units of the data, and names', async () => {
  const { actionSpace: _, ...columns } = dataset;
  const heating = createDataset({
    ...columns,
    actions: [0, 2, 3],
    actionSpace: { kind: 'box', names: ['heater'] },
  });
  const config = { ...small, hiddenSize: 4, actionLow: 0, actionHigh: 3 };
  const path = await policyOf('amounts', train(bc, heating, { steps: 1, config }));
  expect(readPolicyDescription(path)!.action).toEqual({
    size: 1,
    space: { kind: 'box', names: ['heater'] },
    bounds: { low: [0], high: [3] },
  });
});

const described = (value: string) =>
  exportOnnx({}, { x: [1] }, (_, { x }) => ({ y: tf.neg(x!) }), { metadata: { [POLICY_KEY]: value } });

it('reads a model without a description as undefined, and refuses one with a broken description or of a later version', () => {
  expect(
    readPolicyDescription(exportOnnx({}, { x: [1] }, (_, { x }) => ({ y: tf.neg(x!) }))),
  ).toBeUndefined();
  expect(() => readPolicyDescription(described('{'))).toThrow(/is not one that lamo writes.*Expected JSON/);
  expect(() => readPolicyDescription(described('{"format":1}'))).toThrow(/`lamo` is not valid/);
  expect(() => readPolicyDescription(described('{"format":2}'))).toThrow(/a later version of lamo.*format 2/);
  expect(() => readPolicyDescription(join(folder, 'none.onnx'))).toThrow(/none\.onnx cannot be read/);
  writeFileSync(join(folder, 'text.onnx'), 'text');
  expect(() => readPolicyDescription(join(folder, 'text.onnx'))).toThrow(/not an ONNX model/);
});

it.each<[string, (description: PolicyDescription) => object, RegExp]>([
  [
    'fewer names than columns',
    ({ observation }) => ({ observation: { ...observation, columns: ['basket'] } }),
    /observation\.columns.*Expected a list of 4, received one of 1/,
  ],
  [
    'a range of other columns',
    ({ observation }) => ({ observation: { ...observation, range: { low: [1], high: [2] } } }),
    /observation\.range\.low/,
  ],
  [
    'a scaling of other columns',
    ({ observation }) => ({
      observation: { ...observation, scaling: { mean: [0, 0, 0, 0], standardDeviation: [1] } },
    }),
    /observation\.scaling\.standardDeviation/,
  ],
  [
    'parts beyond an observation',
    ({ observation }) => ({
      observation: { ...observation, size: 2, columns: undefined, range: undefined, scaling: undefined },
    }),
    /contradicts itself: observationSpace/,
  ],
  [
    'bounds of other numbers',
    ({ action }) => ({ action: { ...action, bounds: { low: [0, 0], high: [1, 1] } } }),
    /action\.bounds\.low.*Expected a list of 1/,
  ],
  [
    'names of other classes',
    ({ action }) => ({ action: { ...action, space: { kind: 'discrete', count: 3, labels: ['tea'] } } }),
    /contradicts itself: actionSpace/,
  ],
])('refuses a description with %s', async (_, change, message) => {
  const path = await policyOf('sound', train(bc, dataset, { steps: 1, config: { ...small, hiddenSize: 4 } }));
  const description = readPolicyDescription(path)!;
  const changed = { ...description, ...change(description) };
  expect(() => readPolicyDescription(described(JSON.stringify(changed)))).toThrow(message);
});
