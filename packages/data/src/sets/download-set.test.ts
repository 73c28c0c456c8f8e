import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { addressOf, COMMIT, type HubServer, listen, sendFile, startHub } from '../../../../test/hub-server';
import { downloadSet, verifySet } from './download-set';
import { findSet, isHere, knownSets } from './known-sets';

let folder: string;
const servers: (Server | HubServer)[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lamo-sets-'));
  vi.stubEnv('D4RL_DATASET_DIR', join(folder, 'd4rl'));
  vi.stubEnv('MINARI_DATASETS_PATH', join(folder, 'minari'));
  vi.stubEnv('HF_HUB_CACHE', join(folder, 'hub'));
  vi.stubEnv('HF_HUB_OFFLINE', '0');
});

afterEach(async () => {
  vi.unstubAllEnvs();
  for (const server of servers.splice(0)) {
    if ('closeAllConnections' in server) server.closeAllConnections();
    server.close();
  }
  rmSync(folder, { recursive: true });
});

/** Serves files by their paths, as D4RL's server and mirrors of it do. */
async function serve(files: Readonly<Record<string, Buffer>>, refusal?: number) {
  const asked: string[] = [];
  const server = await listen((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    if (refusal === undefined) return sendFile(request, response, files[request.url!]);
    response.writeHead(refusal).end();
  });
  servers.push(server);
  return { mirror: addressOf(server), asked };
}

const MAZE = '/maze2d/maze2d-umaze-sparse-v1.hdf5';
const body = Buffer.alloc(5000, 7);
const quick = { retries: 1, retryDelay: 1 };

const sha256Of = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

describe('a set of D4RL', () => {
  it('is not here where only a part of it is', () => {
    const set = findSet('D4RL/pointmaze/umaze-v2')!;
    mkdirSync(join(set.path, 'data'), { recursive: true });
    expect(isHere(set)).toBe(false);
    writeFileSync(join(set.path, 'data', 'metadata.json'), '{}');
    expect(isHere(set)).toBe(true);
  });

  it('is fetched to where D4RL keeps it, and not a second time', async () => {
    const { mirror, asked } = await serve({ [MAZE]: body });
    const set = await downloadSet('maze2d-umaze-v1', { mirror });
    expect(set).toMatchObject({ wasHere: false, isChecked: false });
    expect(set.path).toBe(join(folder, 'd4rl', 'maze2d-umaze-sparse-v1.hdf5'));
    expect(readFileSync(set.path).equals(body)).toBe(true);
    expect(await downloadSet('maze2d-umaze-v1', { mirror })).toMatchObject({ wasHere: true });
    expect(asked).toEqual([`HEAD ${MAZE}`, `GET ${MAZE}`]);
  });

  it('continues where an earlier attempt was cut', async () => {
    const path = join(folder, 'd4rl', 'maze2d-umaze-sparse-v1.hdf5');
    const { mirror } = await serve({ [MAZE]: body });
    await downloadSet('maze2d-umaze-v1', { mirror });
    rmSync(path);
    writeFileSync(`${path}.incomplete`, body.subarray(0, 3000));
    const received: number[] = [];
    await downloadSet('maze2d-umaze-v1', { mirror, onProgress: (now) => received.push(now.received) });
    expect(Math.min(...received)).toBeGreaterThan(3000);
    expect(readFileSync(path).equals(body)).toBe(true);
  });

  it.each(['{path}', '{file}'])('is fetched from a mirror that names its place by %s', async (place) => {
    const onServer = place === '{path}' ? MAZE : '/maze2d-umaze-sparse-v1.hdf5';
    const { mirror } = await serve({ [`/resolve${onServer}`]: body });
    await downloadSet('maze2d-umaze-v1', { mirror: `${mirror}/resolve/${place}` });
    expect(isHere(findSet('maze2d-umaze-v1')!)).toBe(true);
  });

  it('is asked of the mirror in the environment', async () => {
    const { mirror } = await serve({ [`/here${MAZE}`]: body });
    vi.stubEnv('LAMO_D4RL_MIRROR', `${mirror}/here/`);
    await downloadSet('maze2d-umaze-v1');
    expect(isHere(findSet('maze2d-umaze-v1')!)).toBe(true);
  });

  it.each([
    ['says that it is one', { 'content-type': 'text/html; charset=utf-8' }, 'Log in, please'],
    ['is one', {}, '\n<!DOCTYPE html><title>Log in</title>'],
  ])(
    'is not a web page that %s, of whatever length, and is not asked for again',
    async (_, headers, page) => {
      // Nobody published the length of maze2d-umaze-v1, which the page has therefore.
      for (const name of ['maze2d-umaze-v1', 'hopper-medium-v2']) {
        let asked = 0;
        const server = await listen((request, response) => {
          if (request.method === 'GET') asked++;
          response.writeHead(200, { ...headers, 'content-length': page.length });
          response.end(request.method === 'GET' ? page : undefined);
        });
        servers.push(server);
        const fetched = downloadSet(name, { mirror: addressOf(server), retries: 5, retryDelay: 1 });
        await expect(fetched).rejects.toThrow(/A web page came in place of .*hdf5.*login page/);
        expect(asked).toBe(1);
        expect(isHere(findSet(name)!)).toBe(false);
      }
    },
  );

  it('is not looked for where redirects lead in a circle', async () => {
    const server = await listen((request, response) => {
      response.writeHead(302, { location: `${request.url}` }).end();
    });
    servers.push(server);
    const onRetry = vi.fn();
    await expect(
      downloadSet('hopper-medium-v2', { mirror: addressOf(server), retryDelay: 1, onRetry }),
    ).rejects.toMatchObject({ code: 'redirect-loop' });
    expect(onRetry).not.toHaveBeenCalled();
  });

  it('does not appear if what arrives is not the published file', async () => {
    const { mirror } = await serve({ '/gym_mujoco_v2/hopper_medium-v2.hdf5': body });
    await expect(downloadSet('hopper-medium-v2', { mirror, ...quick })).rejects.toMatchObject({
      code: 'wrong-length',
    });
    const { size } = findSet('pen-human-v1')!;
    const pen = await serve({ '/hand_dapg_v1/pen-human-v1.hdf5': Buffer.alloc(size!) });
    await expect(downloadSet('pen-human-v1', { mirror: pen.mirror, ...quick })).rejects.toMatchObject({
      code: 'hash-mismatch',
      message: expect.stringContaining('209e345b2150b633'),
    });
    expect(readdirSync(join(folder, 'd4rl')).filter((name) => name.endsWith('.hdf5'))).toEqual([]);
  });

  it.each([403, 404])('that a server refuses with %i can be had otherwise', async (status) => {
    const { mirror } = await serve({}, status);
    await expect(downloadSet('maze2d-umaze-v1', { mirror })).rejects.toThrow(
      new RegExp(
        `received status ${status}.*Name a mirror.*put the file from elsewhere at .*maze2d-umaze-sparse-v1.hdf5.*lamo collect`,
      ),
    );
    await expect(downloadSet('hopper-medium-v2', { mirror })).rejects.toMatchObject({
      code: 'download-refused',
    });
  });

  it.each(['example.org', 'file:///tmp', ''])('is not asked of %o', async (mirror) => {
    vi.stubEnv('LAMO_D4RL_MIRROR', 'nowhere');
    await expect(downloadSet('maze2d-umaze-v1', { mirror })).rejects.toMatchObject({
      code: 'invalid-mirror',
    });
  });

  it('is compared with the hash that was published', async () => {
    const { mirror } = await serve({ [MAZE]: body });
    expect(await verifySet(await downloadSet('maze2d-umaze-v1', { mirror }))).toBeUndefined();
    const pen = findSet('pen-human-v1')!;
    writeFileSync(pen.path, Buffer.alloc(pen.size!));
    expect(await verifySet(pen)).toBe(false);
    // The hash of what is there: a file of this length and these bytes.
    expect(await verifySet({ ...pen, sha256: sha256Of(Buffer.alloc(pen.size!)) })).toBe(true);
  });
});

describe('a set of Minari', () => {
  const files = {
    'pointmaze/umaze-v2/data/metadata.json': Buffer.from('{"total_steps":1}'),
    'pointmaze/umaze-v2/data/main_data.hdf5': body,
    'pointmaze/umaze-dense-v2/data/metadata.json': Buffer.from('{}'),
  };

  it('is fetched from the hub to where Minari keeps it, its metadata last', async () => {
    const hub = await startHub('datasets/farama-minari/D4RL', files);
    servers.push(hub);
    vi.stubEnv('HF_ENDPOINT', hub.endpoint);
    const set = await downloadSet('D4RL/pointmaze/umaze-v2');
    expect(set).toMatchObject({
      path: join(folder, 'minari', 'D4RL', 'pointmaze', 'umaze-v2'),
      isChecked: true,
    });
    expect(readdirSync(join(set.path, 'data')).sort()).toEqual(['main_data.hdf5', 'metadata.json']);
    expect(readFileSync(join(set.path, 'data', 'main_data.hdf5')).equals(body)).toBe(true);
    expect(existsSync(join(folder, 'hub'))).toBe(false);
    const fetched = hub.served.filter(({ method, url }) => method === 'GET' && !url.startsWith('/api'));
    expect(fetched.at(-1)!.url).toContain(`${COMMIT}/pointmaze/umaze-v2/data/metadata.json`);
    expect(
      knownSets()
        .filter(isHere)
        .map(({ name }) => name),
    ).toEqual(['D4RL/pointmaze/umaze-v2']);
  });

  it('that is not there is refused, with the nearest that is', async () => {
    const hub = await startHub('datasets/farama-minari/D4RL', files);
    servers.push(hub);
    vi.stubEnv('HF_ENDPOINT', hub.endpoint);
    await expect(downloadSet('D4RL/pointmaze/umaze-v3')).rejects.toThrow(
      /no data set D4RL\/pointmaze\/umaze-v3.*Did you mean 'D4RL\/pointmaze\/umaze-v2'/,
    );
  });

  it('is not asked of a bucket', async () => {
    vi.stubEnv('MINARI_REMOTE', 'gcp://minari-remote');
    await expect(downloadSet('D4RL/pointmaze/umaze-v2')).rejects.toMatchObject({ code: 'invalid-mirror' });
  });
});

it('refuses a name that is none, with the nearest', async () => {
  await expect(downloadSet('hopper-medum-v2')).rejects.toThrow(/Did you mean 'hopper-medium-v2'/);
});

it('knows every set by one name, and a place of its own', () => {
  const sets = knownSets();
  expect(sets.length).toBeGreaterThan(140);
  expect(new Set(sets.map(({ name }) => name)).size).toBe(sets.length);
  expect(new Set(sets.map(({ path }) => path)).size).toBe(sets.length);
  for (const { name } of sets) expect(findSet(name)?.name).toBe(name);
});
