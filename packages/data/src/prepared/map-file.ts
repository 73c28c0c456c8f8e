import { importKoffi, type Koffi } from '@lamo/core/koffi';

/** The calls of the operating system that map files. */
interface MapCalls {
  map(file: number, bytes: number): ArrayBuffer | undefined;
}

/** PROT_READ | PROT_WRITE: what a program writes there is its own and does not reach the file. */
const READ_WRITE = 1 | 2;
/** MAP_PRIVATE. */
const PRIVATE = 2;
/** MAP_FAILED. */
const FAILED = 2n ** 64n - 1n;

let calls: Promise<MapCalls | undefined> | undefined;

/**
 * Maps a file into memory: the operating system reads what is looked at, and may forget it again. Nothing is read here.
 *
 * @param file is open; it may be closed afterwards
 * @param bytes its size, above 0
 * @returns undefined where that is impossible: without koffi, on Windows, or for what is too long for an array
 */
export async function mapFile(file: number, bytes: number): Promise<ArrayBuffer | undefined> {
  if (process.platform === 'win32' || bytes > LONGEST) return undefined;
  calls ??= importKoffi().then(bindCalls, () => undefined);
  return (await calls)?.map(file, bytes);
}

/** An array of Node 20 has no more bytes. */
const LONGEST = 2 ** 32 - 1;

function bindCalls(koffi: Koffi): MapCalls | undefined {
  try {
    // The C library is part of every process.
    const process = koffi.load(null);
    const map = process.func(
      'void *mmap(void *address, size_t bytes, int protection, int flags, int file, int64_t start)',
    );
    const unmap = process.func('int munmap(void *address, size_t bytes)');
    const unmapper = new FinalizationRegistry<{ address: unknown; bytes: number }>(({ address, bytes }) =>
      unmap(address, bytes),
    );
    return {
      map(file, bytes) {
        const address: unknown = map(null, bytes, READ_WRITE, PRIVATE, file, 0);
        if (address === FAILED || address === null) return undefined;
        const buffer = koffi.view(address, bytes);
        unmapper.register(buffer, { address, bytes });
        return buffer;
      },
    };
  } catch {
    return undefined;
  }
}
