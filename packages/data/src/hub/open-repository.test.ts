import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { COMMIT, startHub } from '../../../../test/hub-server';
import { type HubFixture, hubFixture, weights, weightsHash } from '../../test/hub-fixture';
import { openRepository, type RepositoryOptions } from './open-repository';

let fixture: HubFixture;
beforeEach(async () => {
  fixture = await hubFixture();
});
afterEach(() => fixture.close());

const open = (more: RepositoryOptions = {}, name = 'openai/tiny') =>
  openRepository(name, { ...fixture.options, ...more });
const refusal = (code: string, text = '') => ({ code, message: expect.stringContaining(text) });

/** Makes the hub answer whatever it is asked with a status. */
const answer = (status: number, headers: Record<string, string> = {}, body = '') =>
  fixture.hub.faults.push((_, response) => {
    response.writeHead(status, headers).end(body);
    return true;
  });

describe('a repository of the hub', () => {
  it('names its commit and its files', async () => {
    const { commit, files } = await open();
    expect({ commit, files }).toEqual({ commit: COMMIT, files: ['config.json', 'model.safetensors'] });
  });

  it('is kept as huggingface_hub for Python keeps it', async () => {
    const repository = await open();
    const path = await repository.path('model.safetensors');
    await repository.path('config.json');
    expect(path).toBe(join(fixture.folder, 'snapshots', COMMIT, 'model.safetensors'));
    expect(readlinkSync(path)).toBe(join('../../blobs', weightsHash));
    expect(readFileSync(path).equals(weights)).toBe(true);
    expect(readFileSync(join(fixture.folder, 'refs/main'), 'utf8')).toBe(COMMIT);
    // What `git hash-object` says of the small file.
    expect(fixture.blobs()).toEqual(['681c693376013230a961d427942459a2ac613f60', weightsHash].sort());
  });

  it('is asked for a file only once', async () => {
    await (await open()).path('model.safetensors');
    fixture.hub.served.length = 0;
    await (await open()).path('model.safetensors');
    expect(fixture.hub.served.map(({ url }) => url)).toEqual(['/api/models/openai/tiny/revision/main']);
  });

  it('finds what Python fetched: a blob under the same name is not fetched again', async () => {
    mkdirSync(join(fixture.folder, 'blobs'), { recursive: true });
    writeFileSync(join(fixture.folder, 'blobs', weightsHash), weights);
    const path = await (await open()).path('model.safetensors');
    expect(readFileSync(path).equals(weights)).toBe(true);
    expect(fixture.hub.served.map(({ method }) => method)).toEqual(['GET', 'HEAD']);
  });

  it('may be a dataset, with files in folders', async () => {
    const hub = await startHub('datasets/Salesforce/wikitext', { 'raw/train 0.parquet': weights });
    const repository = await open({ type: 'dataset', endpoint: hub.endpoint }, 'Salesforce/wikitext');
    const path = await repository.path('raw/train 0.parquet');
    await hub.close();
    const folder = join(fixture.options.cacheFolder, 'datasets--Salesforce--wikitext');
    expect(path).toBe(join(folder, 'snapshots', COMMIT, 'raw/train 0.parquet'));
    expect(readFileSync(path).equals(weights)).toBe(true);
  });

  it('may have been renamed', async () => {
    fixture.hub.faults.push(({ url = '' }, response) => {
      if (!url.includes('/tiny-old/')) return false;
      response.writeHead(307, { location: url.replace('/tiny-old/', '/tiny/') }).end();
      return true;
    });
    const path = await (await open({}, 'openai/tiny-old')).path('model.safetensors');
    expect(readFileSync(path).equals(weights)).toBe(true);
  });

  it('gets the token, and the host of its large files does not', async () => {
    await (await open({ token: 'hf_secret' })).path('model.safetensors');
    const tokens = (isStorage: boolean) =>
      fixture.hub.served
        .filter(({ url }) => isStorage === (url === '/model.safetensors'))
        .map(({ authorization }) => authorization);
    // Listing, size and hash, the request that leads to the other host.
    expect(tokens(false)).toEqual(Array(3).fill('Bearer hf_secret'));
    expect(tokens(true)).toEqual([undefined]);
  });

  it('cannot name files outside its folder', async () => {
    const siblings = ['../../x', '/etc/x', 'a/../../x', 'a\\..\\x', 'c:x', 'a/b..json'];
    answer(200, {}, JSON.stringify({ sha: COMMIT, siblings: siblings.map((rfilename) => ({ rfilename })) }));
    expect((await open()).files).toEqual(['a/b..json']);
  });

  it.each(['..', '../..', 'a/../../b', '/etc', 'a//b', '', '.', 'a\\b', 'c:x', 'a\0b'])(
    'has no revision %j, whose place would be outside of its folder',
    async (revision) => {
      for (const offline of [true, false]) {
        await expect(open({ revision, offline })).rejects.toMatchObject(refusal('invalid-revision'));
      }
      expect(fixture.hub.served).toEqual([]);
      expect(readdirSync(fixture.options.cacheFolder)).toEqual([]);
    },
  );

  it.each(['.', '..', '../../x', 'x'.repeat(5000), 'x.incomplete', '.hidden'])(
    'cannot name a blob outside its folder, or beyond what a disk can name: %j',
    async (hash) => {
      fixture.hub.faults.push(({ method }, response) => {
        if (method !== 'HEAD') return false;
        response.writeHead(302, {
          location: 'http://elsewhere.invalid/x',
          'x-linked-size': 10,
          'x-linked-etag': `"${hash}"`,
        });
        response.end();
        return true;
      });
      const { path } = await open();
      const failure = await path('config.json').catch((error) => error);
      expect(failure).toMatchObject(refusal('unexpected-answer'));
      expect(failure.message.length).toBeLessThan(500);
      expect(existsSync(fixture.folder)).toBe(false);
    },
  );

  it('whose remembered commit leads elsewhere is as good as not there', async () => {
    mkdirSync(join(fixture.folder, 'refs'), { recursive: true });
    writeFileSync(join(fixture.folder, 'refs/main'), '../../..');
    await expect(open({ offline: true })).rejects.toMatchObject(refusal('not-cached'));
  });

  it.each<[string, (response: ServerResponse) => void]>([
    [
      'a listing that gzip makes a thousand times longer',
      (response) => {
        const bomb = gzipSync(Buffer.alloc(64 << 20, ' '));
        response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb);
      },
    ],
    [
      'a listing without an end',
      (response) => {
        response.writeHead(200);
        const piece = ' '.repeat(1 << 20);
        const more = () => {
          while (!response.destroyed && response.write(piece));
        };
        response.on('drain', more);
        more();
      },
    ],
  ])('with %s is refused before it fills the memory', async (_, send) => {
    fixture.hub.faults.push((_request, response) => {
      send(response);
      return true;
    });
    const before = process.memoryUsage().rss;
    await expect(open()).rejects.toMatchObject(refusal('unexpected-answer', 'more than 16777216 bytes'));
    expect(process.memoryUsage().rss - before).toBeLessThan(400 << 20);
  });

  it('suggests a file for a mistyped one', async () => {
    const { path } = await open();
    await expect(path('model.safetensor')).rejects.toMatchObject(
      refusal('missing-file', 'has no file model.safetensor. Did you mean model.safetensors?'),
    );
  });

  it('lists its files if none is near', async () => {
    await expect((await open()).path('tokenizer.json')).rejects.toMatchObject(
      refusal('missing-file', 'It has: config.json, model.safetensors.'),
    );
  });

  it.each([
    ['does not exist', 404, { 'x-error-code': 'RepoNotFound' }, '', 'repository-not-found', 'set HF_TOKEN'],
    ['is private or does not exist', 401, {}, '', 'repository-not-found', 'set HF_TOKEN'],
    ['refuses the token', 401, {}, 'hf_old', 'unauthorized', 'Check HF_TOKEN'],
    ['asks for consent', 403, { 'x-error-code': 'GatedRepo' }, 'hf_ok', 'gated', 'Accept its terms'],
    ['asks strangers for consent', 401, { 'x-error-code': 'GatedRepo' }, '', 'gated', 'set HF_TOKEN'],
    ['has no such branch', 404, { 'x-error-code': 'RevisionNotFound' }, '', 'revision-not-found', 'branch'],
    ['is a teapot', 418, {}, '', 'unexpected-answer', 'HF_ENDPOINT'],
    ['is a web page', 200, {}, '', 'unexpected-answer', 'HF_ENDPOINT'],
  ])('that %s gives a clear error', async (_, status, headers, token, code, text) => {
    answer(status, headers as Record<string, string>, '<html>');
    await expect(open({ token })).rejects.toMatchObject(refusal(code, text));
  });
});

describe('without the network', () => {
  it('what was fetched before is found, and no request is sent', async () => {
    await (await open()).path('model.safetensors');
    fixture.hub.served.length = 0;
    const { commit, files, path } = await open({ offline: true });
    expect({ commit, files }).toEqual({ commit: COMMIT, files: ['model.safetensors'] });
    expect(readFileSync(await path('model.safetensors')).equals(weights)).toBe(true);
    expect((await open({ offline: true, revision: COMMIT })).files).toEqual(files);
    expect(fixture.hub.served).toEqual([]);
  });

  it('what was not fetched is refused, saying how to get it', async () => {
    await expect(open({ offline: true })).rejects.toMatchObject(
      refusal('not-cached', 'without HF_HUB_OFFLINE'),
    );
    await (await open()).path('model.safetensors');
    const { path } = await open({ offline: true });
    await expect(path('config.json')).rejects.toMatchObject(refusal('not-cached'));
  });

  it('an unreachable hub is as good as none for what was fetched before', async () => {
    await (await open()).path('model.safetensors');
    const away = { endpoint: 'http://127.0.0.1:9', retries: 0 };
    expect(existsSync(await (await open(away)).path('model.safetensors'))).toBe(true);
    await expect(open(away, 'openai/other')).rejects.toMatchObject(refusal('unreachable', 'openai/other'));
  });

  it('a hub that cannot even be found is not waited for, and the message says what needs none', async () => {
    const start = performance.now();
    const gone = await startHub('openai/gone', {});
    await gone.close();
    const unconnected = open({ endpoint: gone.endpoint, retryDelay: 100 });
    await expect(unconnected).rejects.toMatchObject(refusal('unreachable', '2 attempts'));
    await expect(unconnected).rejects.toThrow(/local folder.*nano/);
    expect(performance.now() - start).toBeLessThan(2000);
  });

  it.each(['ENOTFOUND', 'ENETUNREACH', 'ETIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT'])(
    'nor is one behind a network that answers %s',
    async (code) => {
      const cause = Object.assign(new Error('no connection'), { code });
      const fetch = () => Promise.reject(new TypeError('fetch failed', { cause }));
      const unconnected = open({ fetch, retryDelay: 1 });
      await expect(unconnected).rejects.toMatchObject(refusal('unreachable', '2 attempts'));
    },
  );
});

describe('a local folder', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lamo-folder-'));
    mkdirSync(join(folder, 'raw'));
    for (const file of ['config.json', 'raw/a.txt']) writeFileSync(join(folder, file), '');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is opened as a repository without a commit', async () => {
    const repository = await open({}, folder);
    expect(repository).toMatchObject({ name: folder, files: ['config.json', 'raw/a.txt'] });
    expect(repository.commit).toBeUndefined();
    expect(await repository.path('raw/a.txt')).toBe(join(folder, 'raw/a.txt'));
    expect(fixture.hub.served).toEqual([]);
  });

  it('suggests a file for one in another place', async () => {
    const { path } = await open({}, folder);
    await expect(path('a.txt')).rejects.toMatchObject(refusal('missing-file', 'Did you mean raw/a.txt?'));
  });

  it('is not named without an owner, unless it is known so: the hub is not asked for mistyped folders', async () => {
    await expect(open({}, 'my-adapter')).rejects.toMatchObject(
      refusal('folder-not-found', 'owner/my-adapter'),
    );
    await expect(open({ type: 'dataset' }, 'gpt2')).rejects.toMatchObject(
      refusal('folder-not-found', 'such as wikitext'),
    );
    expect(fixture.hub.served).toEqual([]);
    await expect(open({}, 'gpt2')).rejects.toMatchObject(refusal('repository-not-found', 'gpt2'));
  });

  it.each(['./gpt2', '/models/gpt2', 'a/b/c', '../gpt2', ''])(
    'is not %j, nor can the hub have that',
    async (name) => {
      await expect(open({}, name)).rejects.toMatchObject(refusal('folder-not-found', 'no folder'));
      expect(fixture.hub.served).toEqual([]);
    },
  );
});
