import { existsSync, linkSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Fault } from '../../../../test/hub-server';
import { mountSmallDisk } from '../../../../test/small-disk';
import { type HubFixture, hubFixture, weights, weightsHash } from '../../test/hub-fixture';
import { openRepository, type RepositoryOptions } from './open-repository';

let fixture: HubFixture;
beforeEach(async () => {
  fixture = await hubFixture();
});
afterEach(() => fixture.close());

const download = async (more: RepositoryOptions = {}) => {
  const repository = await openRepository('openai/tiny', { ...fixture.options, ...more });
  return readFileSync(await repository.path('model.safetensors'));
};
const part = () => join(fixture.folder, 'blobs', `${weightsHash}.incomplete`);
const writePart = (bytes: Buffer) => {
  mkdirSync(join(fixture.folder, 'blobs'), { recursive: true });
  writeFileSync(part(), bytes);
};
const refusal = (code: string, text = '') => ({ code, message: expect.stringContaining(text) });

/** Ranges that were asked of the host of large files. */
const ranges = () =>
  fixture.hub.served.filter(({ url }) => url === '/model.safetensors').map(({ range }) => range);

/** Lets the server go wrong with the next `times` requests for the large file. */
function sabotage(times: number, fault: (...request: Parameters<Fault>) => void): void {
  let left = times;
  fixture.hub.faults.push((request, response, body) => {
    if (body === undefined || left-- <= 0) return false;
    fault(request, response, body);
    return true;
  });
}

/** Sends 150,000 bytes under headers for all the rest, and ends the connection once they are on the disk. */
const cut: Fault = ({ headers }, response, body) => {
  const start = Number(headers.range?.match(/\d+/)?.[0] ?? 0);
  const range = { 'content-range': `bytes ${start}-${weights.length - 1}/${weights.length}` };
  response.writeHead(start > 0 ? 206 : 200, {
    'content-length': weights.length - start,
    ...(start > 0 && range),
  });
  response.write(body!.subarray(start, start + 150_000));
  // Bytes that Node holds when the connection ends are lost, and would be fetched again.
  const timer = setInterval(() => {
    if (statSync(part(), { throwIfNoEntry: false })?.size !== start + 150_000) return;
    clearInterval(timer);
    response.socket?.end();
  }, 5);
  return true;
};

/** Answers with a status and no body. */
const answer =
  (status: number, headers: Record<string, string> = {}): Fault =>
  (_, response) => {
    response.writeHead(status, headers).end();
    return true;
  };

describe('a download', () => {
  it('that is cut continues where it was, fetching no byte twice', async () => {
    sabotage(2, cut);
    expect((await download()).equals(weights)).toBe(true);
    expect(ranges()).toEqual([undefined, 'bytes=150000-', 'bytes=300000-']);
    expect(fixture.blobs()).toEqual([weightsHash]);
  });

  it('may be cut more often than there are retries, as long as it gets on', async () => {
    sabotage(2, cut);
    expect((await download({ retries: 1 })).equals(weights)).toBe(true);
  });

  it('that was stopped is continued by the next run', async () => {
    const stop = new AbortController();
    sabotage(1, cut);
    const onProgress = ({ received }: { received: number }) => received === 150_000 && stop.abort();
    await expect(download({ signal: stop.signal, onProgress })).rejects.toMatchObject({ name: 'AbortError' });
    expect(fixture.blobs()).toEqual([`${weightsHash}.incomplete`]);
    expect((await download()).equals(weights)).toBe(true);
    expect(ranges()).toEqual([undefined, 'bytes=150000-']);
  });

  it('whose part is complete asks for nothing', async () => {
    writePart(weights);
    expect((await download()).equals(weights)).toBe(true);
    expect(ranges()).toEqual([]);
  });

  it('starts anew from a server that sends everything whatever it is asked', async () => {
    writePart(weights.subarray(0, 1000));
    sabotage(1, (_, response, body) => response.writeHead(200).end(body));
    expect((await download()).equals(weights)).toBe(true);
    expect(ranges()).toEqual(['bytes=1000-']);
  });

  it('tells how far it is, counting what earlier runs fetched', async () => {
    writePart(weights.subarray(0, 390_000));
    const seen: number[] = [];
    await download({ onProgress: ({ received }) => seen.push(received) });
    expect(seen.every((received) => received > 390_000)).toBe(true);
    expect(seen.at(-1)).toBe(weights.length);
  });

  it('waits out a server that is busy', async () => {
    sabotage(3, answer(503));
    expect((await download()).equals(weights)).toBe(true);
    expect(ranges()).toHaveLength(4);
  });

  it('waits as long as a server asks', async () => {
    sabotage(1, answer(429, { 'retry-after': '1' }));
    const start = performance.now();
    expect((await download()).equals(weights)).toBe(true);
    expect(performance.now() - start).toBeGreaterThan(990);
  });

  it('waits until the time that a server names', async () => {
    const date = new Date(Date.now() + 2000);
    sabotage(1, answer(429, { 'retry-after': date.toUTCString() }));
    await download();
    // The header has whole seconds.
    expect(Date.now()).toBeGreaterThan(date.getTime() - 1000);
  });

  it('gives up on a server that asks for an hour, saying so', async () => {
    sabotage(1, answer(429, { 'retry-after': '3600' }));
    await expect(download()).rejects.toMatchObject(refusal('rate-limited', 'again in 3600 s'));
  });

  it('gives up after some failures in a row', async () => {
    sabotage(9, answer(500));
    await expect(download({ retries: 2 })).rejects.toMatchObject(
      refusal('unreachable', '3 attempts in a row failed. Received 500 Internal Server Error.'),
    );
    expect(ranges()).toHaveLength(3);
  });

  it('does not wait forever for a silent server', async () => {
    sabotage(1, (_, response, body) => response.writeHead(200).write(body!.subarray(0, 150_000)));
    // A second is long enough for an answer on a busy machine.
    expect((await download({ timeout: 1000 })).equals(weights)).toBe(true);
    expect(ranges()).toEqual([undefined, 'bytes=150000-']);
  });

  it('survives another one of the same file that is faster', async () => {
    sabotage(1, (_, response, body) => {
      response.writeHead(200).write(body!.subarray(0, 150_000));
      setTimeout(() => response.end(body!.subarray(150_000)), 200);
    });
    const both = await Promise.all([download(), download()]);
    expect(both.every((bytes) => bytes.equals(weights))).toBe(true);
    expect(fixture.blobs()).toEqual([weightsHash]);
  });
});

describe('what arrives damaged', () => {
  const damaged = Buffer.from(weights).fill(7, 1000, 1001);

  it('is fetched again if it was the part of an earlier run', async () => {
    writePart(damaged.subarray(0, 300_000));
    expect((await download()).equals(weights)).toBe(true);
    expect(ranges()).toEqual(['bytes=300000-', undefined]);
  });

  it('is deleted and refused if it arrives so again', async () => {
    sabotage(2, (_, response) => response.writeHead(200).end(damaged));
    await expect(download()).rejects.toMatchObject(refusal('hash-mismatch', weightsHash));
    expect(fixture.blobs()).toEqual([]);
  });

  it('is refused if it is a small file, too', async () => {
    fixture.hub.faults.push(({ url = '', method }, response) => {
      if (method !== 'GET' || !url.endsWith('config.json')) return false;
      response.writeHead(200).end('{"model_type":"gptX"}');
      return true;
    });
    const { path } = await openRepository('openai/tiny', fixture.options);
    await expect(path('config.json')).rejects.toMatchObject(refusal('hash-mismatch'));
  });
});

describe('a wrong length', () => {
  const announce = (size: number) =>
    fixture.hub.faults.push(({ method, url }, response) => {
      if (method !== 'HEAD') return false;
      const headers = { 'x-linked-size': size, 'x-linked-etag': `"${weightsHash}"` };
      response.writeHead(302, { location: `http://elsewhere.invalid${url}`, ...headers }).end();
      return true;
    });

  it.each([
    ['more', weights.length - 10],
    ['less', weights.length + 10],
  ])('is refused where %s arrives than was announced', async (_, size) => {
    announce(size);
    await expect(download({ retries: 2 })).rejects.toMatchObject(refusal('wrong-length', `${size}`));
    expect(existsSync(join(fixture.folder, 'blobs', weightsHash))).toBe(false);
  });

  it('in one response is a cut like any other', async () => {
    sabotage(1, (_, response, body) => response.writeHead(200).end(body!.subarray(0, 1234)));
    expect((await download()).equals(weights)).toBe(true);
    expect(ranges()).toEqual([undefined, 'bytes=1234-']);
  });

  it('of a part that is longer than the file is a reason to start anew', async () => {
    writePart(Buffer.concat([weights, weights]));
    expect((await download()).equals(weights)).toBe(true);
    expect(statSync(join(fixture.folder, 'blobs', weightsHash)).size).toBe(weights.length);
  });
});

it('a disk that fills up stops the download and says so', async (context) => {
  const unmount = mountSmallDisk(fixture.options.cacheFolder);
  if (unmount === undefined) return context.skip('mounting a small disk takes root on Linux');
  try {
    sabotage(9, cut);
    const filler = join(fixture.options.cacheFolder, 'filler');
    const onProgress = () => {
      if (!existsSync(filler)) writeFileSync(filler, Buffer.alloc(300_000));
    };
    await expect(download({ onProgress })).rejects.toMatchObject(refusal('disk-full', 'disk is full'));
    expect(fixture.blobs()).toEqual([`${weightsHash}.incomplete`]);
  } finally {
    unmount();
  }
});

describe('what stands in the place of a part', () => {
  it.each<[string, (victim: string) => void]>([
    ['a symbolic link', (victim) => symlinkSync(victim, part())],
    ['a hard link', (victim) => linkSync(victim, part())],
    ['a folder', () => mkdirSync(part())],
  ])('is not written through or into if it is %s', async (_, put) => {
    mkdirSync(join(fixture.folder, 'blobs'), { recursive: true });
    const victim = join(fixture.options.cacheFolder, 'victim');
    writeFileSync(victim, 'precious');
    put(victim);
    expect((await download()).equals(weights)).toBe(true);
    expect(readFileSync(victim, 'utf8')).toBe('precious');
  });
});

// Windows are long enough for a busy machine, on which a byte every 10 ms comes later.
describe('a server that sends too slowly', () => {
  /** Sends a byte now and then, for ever. */
  const drip = (response: Parameters<Fault>[1]) => {
    response.writeHead(200);
    const timer = setInterval(() => response.write('x'), 10);
    response.on('close', () => clearInterval(timer));
  };

  it('ends the download of a file, although bytes arrive', async () => {
    sabotage(99, (_, response) => drip(response));
    await expect(download({ timeout: 500, retries: 2 })).rejects.toMatchObject(
      refusal('unreachable', 'bytes in 0.5 s'),
    );
    expect(ranges()).toHaveLength(3);
  });

  it('ends the listing, even where it just gives what is asked of it', async () => {
    fixture.hub.faults.push((_, response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write(' '.repeat(50)), 10);
      response.on('close', () => clearInterval(timer));
      return true;
    });
    await expect(download({ timeout: 300, retries: 0 })).rejects.toMatchObject(
      refusal('unreachable', 'no end after 3 s'),
    );
  });
});

it('says why it waits, and for how long', async () => {
  sabotage(2, answer(503));
  const heard: [string, number][] = [];
  await download({ onRetry: (reason, seconds) => heard.push([reason, seconds]) });
  expect(heard).toEqual([
    ['model.safetensors of openai/tiny: 503 Service Unavailable', 0.001],
    ['model.safetensors of openai/tiny: 503 Service Unavailable', 0.002],
  ]);
});

it('an abort while it waits gives the reason of the abort', async () => {
  sabotage(9, answer(503));
  const stop = new AbortController();
  const onRetry = () => setTimeout(() => stop.abort('enough'), 10);
  await expect(download({ retryDelay: 60_000, signal: stop.signal, onRetry })).rejects.toBe('enough');
});
