import { BinaryReader, type WireType } from '@bufbuild/protobuf/wire';
import { LamoError } from '@lamo/core';

/** Field numbers of `onnx.proto`: in a model, and in an entry of its metadata. */
const FIELD = { metadata: 14, key: 1, value: 2 } as const;

/**
 * Reads the texts that are kept in an ONNX file beside the model (`metadata_props`). Weights are passed over.
 *
 * @param file the bytes of the `.onnx` file
 * @returns the texts by name, none if there are none
 * @throws LamoError `damaged-file`
 */
export function readOnnxMetadata(file: Uint8Array): Readonly<Record<string, string>> {
  try {
    const entries = fieldsOf(file, [FIELD.metadata]).map(({ bytes }) => {
      const fields = fieldsOf(bytes, [FIELD.key, FIELD.value]);
      const text = (wanted: number) => UTF8.decode(fields.find(({ field }) => field === wanted)?.bytes);
      return [text(FIELD.key), text(FIELD.value)] as const;
    });
    return Object.fromEntries(entries);
  } catch (cause) {
    throw new LamoError({
      where: 'runtime/onnx',
      code: 'damaged-file',
      problem: 'The file is damaged, or not an ONNX model',
      expected: 'a model in ONNX’s format',
      received: `${file.length} bytes`,
      cause,
    });
  }
}

const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** The bytes of some fields of a message; all others are passed over. */
function fieldsOf(message: Uint8Array, wanted: readonly number[]) {
  const reader = new BinaryReader(message);
  const found: { readonly field: number; readonly bytes: Uint8Array }[] = [];
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag() as [number, WireType];
    if (wanted.includes(field)) found.push({ field, bytes: reader.bytes() });
    else reader.skip(type, field);
  }
  return found;
}
