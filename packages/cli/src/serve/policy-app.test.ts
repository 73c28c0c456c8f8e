import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bc, dt, loadResult, openPolicyFile, type PolicyFile, train } from '@lamo/algos';
import { createDataset } from '@lamo/data';
import { openDevice } from '@lamo/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asking } from '../../test/asking';

const folder = mkdtempSync(join(tmpdir(), 'lamo-serve-'));

const shop = createDataset({
  name: 'shop',
  observations: [
    [10, 1, 0, 0],
    [20, 0, 1, 1],
    [60, 0, 1, 0],
  ],
  observationSpace: {
    kind: 'vector',
    parts: {
      basket: { start: 0, end: 1, missing: { value: [30] } },
      weather: { start: 1, end: 3, categories: ['rain', 'sun'], missing: { previous: true } },
      member: { start: 3, end: 4, encoding: 'flag' },
    },
  },
  actions: [0, 1, 1],
  actionSpace: { kind: 'discrete', count: 2, labels: ['tea', 'ice'], names: ['offer'] },
  rewards: [1, 2, 3],
  terminated: [1, 0, 1],
});
const heating = createDataset({
  observations: [
    [20, 5],
    [18, 6],
    [21, 7],
  ],
  actions: [1, 3, 0],
  actionSpace: { kind: 'box', names: ['heater'] },
  rewards: [1, 2, 4],
  terminated: [0, 0, 1],
});
const small = { batchSize: 2, normaliseObservations: true } as const;
const heated = { actionLow: 0, actionHigh: 3 };
const windows = { ...small, ...heated, width: 8, layers: 1, heads: 1, contextLength: 2, maxTimesteps: 9 };
const classes = { ...small, hiddenSize: 4 };

const opened: PolicyFile[] = [];
/** Trains hardly anything, and opens what came of it. */
async function policyOf(name: string, run: ReturnType<typeof train>) {
  const training = await run;
  const place = join(folder, name);
  await training.save(place);
  const policy = await openPolicyFile(join(place, 'policy.onnx'));
  opened.push(policy);
  return { policy, checkpoint: await training.checkpoint() };
}

let offers: Awaited<ReturnType<typeof policyOf>>;
let heater: Awaited<ReturnType<typeof policyOf>>;
let sequence: Awaited<ReturnType<typeof policyOf>>;
beforeAll(async () => {
  offers = await policyOf('offers', train(bc, shop, { steps: 1, config: classes }) as never);
  heater = await policyOf(
    'heater',
    train(bc, heating, { steps: 1, config: { ...classes, ...heated } }) as never,
  );
  sequence = await policyOf('dt', train(dt, heating, { steps: 1, config: windows }) as never);
});
afterAll(async () => {
  for (const policy of opened) await policy.dispose();
  rmSync(folder, { recursive: true });
});

describe('POST /act', () => {
  const named = { basket: 10, weather: 'sun', member: true };

  it('answers to names as to the numbers that they stand for, and says what the class is called', async () => {
    const ask = asking(offers.policy);
    const { status, json } = await ask('/act', { observation: named });
    expect(status).toBe(200);
    const { actions, scores } = await offers.policy.run({ observations: Float32Array.of(10, 0, 1, 1) }, 1);
    expect(json).toEqual({
      action: actions[0],
      label: ['tea', 'ice'][actions[0]!],
      // Seven digits of 32-bit numbers.
      scores: [...scores!].map((score) => Number(score.toPrecision(7))),
    });
    expect((await ask('/act', { observation: [10, 0, 1, 1] })).json).toEqual(json);
    const { json: two } = await ask('/act', { observations: [[60, 0, 1, 0], named] });
    expect(two.answers).toHaveLength(2);
    expect(two.answers[1].action).toBe(json.action);
  });

  it('answers with numbers by name, in the units of the data', async () => {
    const { json } = await asking(heater.policy)('/act', { observation: [20, 5] });
    expect(json.named).toEqual({ heater: json.action[0] });
    expect(json.action[0]).toBeGreaterThan(0);
    expect(json.action[0]).toBeLessThan(3);
  });

  it('fills in what is missing as the log did, if that is known of one row', async () => {
    const ask = asking(offers.policy);
    const whole = await ask('/act', { observation: { ...named, basket: 30 } });
    expect((await ask('/act', { observation: { weather: 'sun', member: true } })).json).toEqual(whole.json);
    const { status, json } = await ask('/act', { observations: [named, { ...named, weather: null }] });
    expect(status).toBe(400);
    expect(json.error.issues).toEqual([
      { path: 'observations[1].weather', expected: 'a value', received: 'nothing' },
    ]);
    expect(json.error.hint).toMatch(/POST \/episodes/);
  });

  it('says what is far from the training, and nothing of what is near', async () => {
    const ask = asking(offers.policy);
    // 10 to 60 were seen: a tenth of 50 beyond is near.
    const { json } = await ask('/act', { observation: { ...named, basket: 65.1 } });
    expect(json.warnings).toEqual([{ column: 'basket', received: 65.1, low: 10, high: 60 }]);
    expect((await ask('/act', { observation: { ...named, basket: 64.9 } })).json.warnings).toBeUndefined();
    expect((await ask('/metrics')).text).toMatch(/^lamo_observations_outside_training_total 1$/m);
  });

  it.each([
    [{ observation: { ...named, weather: 'fog' } }, 'observation.weather', 'one of "rain"|"sun"', '"fog"'],
    [{ observation: { ...named, member: 2 } }, 'observation.member', 'one of true|false|1|0', '2'],
    [{ observation: { ...named, basket: '10' } }, 'observation.basket', 'a number', '"10"'],
    [{ observation: { ...named, wind: 3 } }, 'observation.wind', 'no such field', '3'],
    [
      { observation: { basket: 1, weather: 'sun' } },
      'observation.member',
      'one of true|false|1|0',
      'nothing',
    ],
    [{ observation: [1, 2, 3] }, 'observation', 'a list of 4', '[1,2,3]'],
    [{ observations: [[1, 2, 3, 'x']] }, 'observations[0][3]', 'a number', '"x"'],
    [{ observations: [] }, 'observations', 'a list of at least 1', '[]'],
    [{ observation: [10, 1, 1, 0] }, 'observation[1]', 'a single 1 among zeros for "weather"', '1'],
    [{ observed: 1 }, 'observed', 'no such field', '1'],
    [7, '', 'an object', '7'],
  ])('refuses %j', async (body, path, expected, received) => {
    const { status, json } = await asking(offers.policy)('/act', body);
    expect([status, json.error.code]).toEqual([400, 'invalid-request']);
    expect(json.error.issues).toContainEqual({ path, expected, received });
  });

  it('refuses other bodies, methods and routes as HTTP has it, in JSON and without a stack', async () => {
    const ask = asking(offers.policy);
    const refused = [
      [await ask('/act', '{"observ'), 400, 'not-json'],
      [await ask('/act', '{}', { 'Content-Type': 'text/plain' }), 415, 'not-json'],
      [await ask('/act', { observations: Array(1000).fill(named) }), 413, 'too-large'],
      [await ask('/act'), 405, 'other-method'],
      [await ask('/', {}), 405, 'other-method'],
      [await ask('/nothing'), 404, 'no-route'],
      [await ask('/episodes/1/act', { observation: named }), 404, 'no-episode'],
    ] as const;
    for (const [{ status, json }, expected, code] of refused)
      expect([status, json.error.code]).toEqual([expected, code]);
    expect(refused.map(([{ text }]) => text).join()).not.toMatch(/\.ts|at Object|node_modules/);
  });

  it('refuses other hosts and pages that are not allowed, and lets those ask that are', async () => {
    const ask = asking(offers.policy, { hosts: () => ['127.0.0.1:1'] });
    expect((await ask('/health', undefined, { Host: 'example.org' })).status).toBe(421);
    expect((await ask('/act', { observation: named }, { Origin: 'https://other.example' })).status).toBe(403);
    const origin = { Origin: 'https://shop.example' };
    const preflight = await ask('/act', undefined, origin, 'OPTIONS');
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-headers')).toBe('Content-Type');
    const { status, headers } = await ask('/act', { observation: named }, origin);
    expect([status, headers.get('access-control-allow-origin')]).toEqual([200, 'https://shop.example']);
  });

  it('says what it serves, which requests it takes, and what it has answered', async () => {
    const ask = asking(offers.policy);
    await ask('/act', { observation: named });
    expect((await ask('/health')).json).toMatchObject({ status: 'ok', algorithm: 'bc', observationSize: 4 });
    expect((await ask('/policy')).json).toEqual(offers.policy.description);
    const { json } = await ask('/schema');
    const [one] = json['POST /act'].request.anyOf;
    expect(one.properties.observation.anyOf[0]).toMatchObject({
      properties: { weather: { enum: ['rain', 'sun'] } },
      required: ['weather', 'member'],
      additionalProperties: false,
    });
    expect(one.properties.observation.anyOf[1].description).toContain('basket, weather=rain');
    const step = json['POST /episodes/ID/act'].request.properties.observation.anyOf[0];
    expect(step).toMatchObject({
      properties: { weather: { anyOf: [{ enum: ['rain', 'sun'] }, { type: 'null' }] } },
      required: ['member'],
    });
    expect(json['POST /episodes'].request.properties).toEqual({});
    const { text, headers } = await ask('/metrics');
    expect(headers.get('content-type')).toMatch(/^text\/plain/);
    expect(text).toMatch(/^lamo_requests_total\{route="\/act",status="200"\} 1$/m);
    expect(text).toMatch(/^lamo_batch_observations_count 1$/m);
  });
});

describe('episodes', () => {
  it('act as the policy does in a program, and ask for less by what was earned', async () => {
    const own = await loadResult(dt, sequence.checkpoint, await openDevice('cpu', { threads: 1 }));
    own.reset(1, [5]);
    const ask = asking(sequence.policy);
    const begun = await ask('/episodes', { targetReturn: 5 });
    expect([begun.status, begun.json.targetReturn]).toEqual([201, 5]);
    const steps = [
      [[20, 5], undefined],
      [[18, 6], 2],
      [[21, 7], -1],
    ] as const;
    for (const [i, [observation, reward]] of steps.entries()) {
      const expected = await own.act(Float32Array.from(observation), Float32Array.of(reward ?? 0));
      const body = { observation, ...(reward !== undefined && { reward }) };
      const { json } = await ask(`/episodes/${begun.json.id}/act`, body);
      expect(json.step).toBe(i + 1);
      // Two programs of the same model, sums of 32-bit numbers.
      expect(json.action[0]).toBeCloseTo(expected[0]!, 5);
    }
    await own.dispose();
  });

  it('ask for the return of the training where nobody says otherwise, and for what was earned', async () => {
    const ask = asking(sequence.policy);
    const { json } = await ask('/episodes', {});
    expect(json.targetReturn).toBe(7);
    const act = (body: object) => ask(`/episodes/${json.id}/act`, { observation: [20, 5], ...body });
    expect((await act({ reward: 1 })).json.error.issues[0].path).toBe('reward');
    expect((await act({})).status).toBe(200);
    expect((await act({})).json.error.message).toMatch(/expected what the step before has earned/);
    expect((await ask('/act', { observation: [20, 5] })).json.error.code).toBe('reads-windows');
  });

  it('are not begun, or gone on with, by numbers that no policy can hold', async () => {
    const ask = asking(sequence.policy);
    expect((await ask('/episodes', { targetReturn: 1e39 })).json.error.issues[0].path).toBe('targetReturn');
    const { json } = await ask('/episodes', {});
    const act = (body: object) => ask(`/episodes/${json.id}/act`, { observation: [20, 5], ...body });
    await act({});
    expect((await act({ reward: 1e300 })).json.error.issues[0].path).toBe('reward');
    // Within what 32 bits hold, and beyond it once it adds up.
    await act({ reward: -3e38 });
    const beyond = await act({ reward: -3e38 });
    expect([beyond.status, beyond.json.error.code]).toEqual([500, 'not-finite']);
  });

  it('are all that is offered of a policy that reads windows', async () => {
    const ask = asking(sequence.policy);
    const schema = (await ask('/schema')).json;
    expect(Object.keys(schema)).toEqual(['POST /episodes', 'POST /episodes/ID/act']);
    expect(schema['POST /episodes'].request.properties).toHaveProperty('targetReturn');
    expect((await ask('/')).json.routes).not.toContain('/act');
    expect((await asking(offers.policy)('/')).json.routes).toContain('/act');
  });

  it('repeat what is missing as the log did, and what they remember ends', async () => {
    const ask = asking(offers.policy);
    const { json } = await ask('/episodes', {});
    const act = (observation: object) => ask(`/episodes/${json.id}/act`, { observation });
    expect((await act({ basket: 10, member: true })).json.error.hint).toMatch(/Nothing was observed before/);
    const seen = await act({ basket: 10, member: true, weather: 'sun' });
    expect((await act({ basket: 10, member: true })).json).toEqual({ ...seen.json, step: 2 });
    expect((await ask('/episodes', { targetReturn: 1 })).json.error.code).toBe('no-target-return');
    expect((await ask('/episodes', {})).status).toBe(201);
    expect((await ask('/episodes', {})).json.error.code).toBe('too-many-episodes');
    expect((await ask(`/episodes/${json.id}`, undefined, {}, 'DELETE')).status).toBe(204);
    expect((await act({})).status).toBe(404);
    expect((await ask('/episodes', {})).status).toBe(201);
  });

  it('take one step after the other, and are forgotten where nobody plays them', async () => {
    const ask = asking(sequence.policy, { episodeIdle: 30, maxEpisodes: 1 });
    const { json } = await ask('/episodes', {});
    const step = () => ask(`/episodes/${json.id}/act`, { observation: [20, 5] });
    const statuses = (await Promise.all([step(), step()])).map(({ status }) => status);
    expect(statuses.sort()).toEqual([200, 409]);
    await new Promise((resolve) => setTimeout(resolve, 40));
    expect((await step()).json.error.code).toBe('no-episode');
    expect((await ask('/episodes', {})).status).toBe(201);
  });
});
