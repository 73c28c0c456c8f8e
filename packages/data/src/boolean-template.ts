import { inflateRawSync } from 'node:zlib';

/**
 * Returns an HDF5 file (1.7 kB) with two empty, growing arrays `terminals` and `timeouts` of h5py's boolean type, an
 * enumeration {FALSE, TRUE} in one byte. h5wasm writes into such arrays but cannot create them: its build exports
 * no H5Tenum_create. So {@link writeD4rl} starts from this file, which h5py 3.7 made, deflated here:
 *
 * ```python
 * with h5py.File(path, "w") as file:
 *     for key in ("terminals", "timeouts"):
 *         file.create_dataset(key, shape=(0,), maxshape=(None,), chunks=(8192,), dtype="?", compression="gzip")
 * ```
 */
export function booleanTemplate(): Buffer {
  return inflateRawSync(Buffer.from(DEFLATED, 'base64'));
}

const DEFLATED =
  '6/RwcePlkuJiAAEODgYWBgEGZPAfCjrYUPkw+QQozQilO6D0CiaYOCNYTgIqLgg1H11dSJCrK0j1fzQAs8eABUJLMIyCkQg8XB0DQHQElK8B' +
  'pU8woaorSS3KzcxLzCmG8TNzU/NLS2BceDo1INJeRgY2iB5GGB+SAhkZGbHmE2YGDUh6Z4JoEeCAaeVgcHP0CXYFp/VQV5hjWBk4wPJMzBBl' +
  '3AwKYAYj3D4OcA5KSU3LSSxJZYBmAwYOqDuYmZjgWUUB4T0GBoYAmsRDsJ+/CyMDEwMHlK/AjF89LL9WsI6m4dF0hRsAAA==';
