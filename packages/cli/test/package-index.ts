import { createHash } from 'node:crypto';
import { strToU8, type Zippable, zipSync } from 'fflate';
import { addressOf, type Fault, listen, type Served, sendFile } from '../../../test/hub-server';

/** A wheel of a made-up package. */
export interface MadeWheel {
  readonly name: string;
  readonly version: string;
  /** @default any */
  readonly platform?: string;
  /** Lines of its metadata, without `Requires-Dist: `. */
  readonly requires?: readonly string[];
  /** Contents by path. */
  readonly files?: Zippable;
  /** Bytes in place of a zip. */
  readonly bytes?: Buffer;
  /** What the listing says that is not so. */
  readonly listed?: { readonly sha256?: string; readonly size?: number; readonly yanked?: string };
}

/** A server on this machine that answers as a Python package index does. */
export interface PackageIndex {
  readonly address: string;
  readonly served: Served[];
  /** Asked for every request, with the body of a file. */
  readonly faults: Fault[];
  close(): Promise<void>;
}

/** Library in a wheel that is a plug-in by its name only. */
export const NO_LIBRARY = strToU8('not a library, but long enough to be cut: '.repeat(5000));

/** Starts an index with wheels that were just made. */
export async function startIndex(wheels: readonly MadeWheel[]): Promise<PackageIndex> {
  const served: Served[] = [];
  const faults: Fault[] = [];
  const made = wheels.map((wheel) => ({ wheel, file: fileName(wheel), bytes: wheel.bytes ?? toZip(wheel) }));
  const server = await listen((request, response) => {
    const { method = '', url = '', headers } = request;
    served.push({ method, url, range: headers.range, authorization: headers.authorization });
    const found = made.find(({ file }) => url === `/files/${file}`);
    if (faults.some((fault) => fault(request, response, found?.bytes))) return;
    if (found !== undefined) return sendFile(request, response, found.bytes);
    const described = made.find(({ file }) => url === `/files/${file}.metadata`);
    if (described !== undefined) return void response.end(metadataOf(described.wheel));
    const files = made.filter(({ wheel }) => url === `/simple/${wheel.name}/`).map(toListed);
    if (files.length === 0) return void response.writeHead(404).end();
    response.writeHead(200, { 'content-type': 'application/vnd.pypi.simple.v1+json' });
    response.end(JSON.stringify({ meta: { 'api-version': '1.1' }, files }));
  });
  const close = async () => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  };
  return { address: `${addressOf(server)}/simple`, served, faults, close };
}

function fileName({ name, version, platform = 'any' }: MadeWheel): string {
  return `${name.replaceAll('-', '_')}-${version}-py3-none-${platform}.whl`;
}

function toZip({ files = {} }: MadeWheel): Buffer {
  return Buffer.from(zipSync(files));
}

function toListed({ wheel, file, bytes }: { wheel: MadeWheel; file: string; bytes: Buffer }): object {
  const { listed = {} } = wheel;
  return {
    filename: file,
    // Relative, as mirrors have it.
    url: `../../files/${file}`,
    hashes: { sha256: listed.sha256 ?? createHash('sha256').update(bytes).digest('hex') },
    size: listed.size ?? bytes.length,
    yanked: listed.yanked ?? false,
    'core-metadata': { sha256: 'unused' },
  };
}

function metadataOf({ name, version, requires = [] }: MadeWheel): string {
  const lines = requires.map((line) => `Requires-Dist: ${line}\n`);
  return `Metadata-Version: 2.4\nName: ${name}\nVersion: ${version}\n${lines.join('')}\nRequires-Dist: a-description\n`;
}
