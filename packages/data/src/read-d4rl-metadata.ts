import { withHdf5File } from './hdf5-file';

/**
 * Reads a text that `writeD4rl` has put under `metadata/` of a file.
 *
 * @returns undefined if there is none of that name
 * @throws LamoError what `readD4rl` throws for files that cannot be opened
 */
export async function readD4rlMetadata(path: string, key: string): Promise<string | undefined> {
  return withHdf5File(path, ({ columns }) => columns.get(`metadata/${key}`)?.readText());
}
