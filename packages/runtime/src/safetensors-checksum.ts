import { createHash } from 'node:crypto';

/** The metadata key of the {@link checksum} in files that this package wrote. */
export const CHECKSUM = 'lamo_sha256';

/** A header as JSON: tensors by name, and `__metadata__`. */
export type HeaderFields = Readonly<Record<string, unknown>>;

/** Bytes that are hashed at once: OpenSSL takes less than 2 GiB. */
const LARGEST_PIECE = 1 << 26;

/**
 * SHA-256 of a safetensors file: of its header without the checksum itself, then of the numbers in the order of the file.
 *
 * @param header as written to the file; the order of its keys matters
 */
export function checksum(header: HeaderFields): {
  add(bytes: Uint8Array): void;
  /** The checksum of everything added, in hexadecimal digits. */
  read(): string;
} {
  const { [CHECKSUM]: _, ...metadata } = Object(header.__metadata__) as Record<string, unknown>;
  const hash = createHash('sha256').update(JSON.stringify({ ...header, __metadata__: metadata }));
  return {
    add(bytes) {
      for (let at = 0; at < bytes.length; at += LARGEST_PIECE) {
        hash.update(bytes.subarray(at, at + LARGEST_PIECE));
      }
    },
    read: () => hash.digest('hex'),
  };
}
