import { readOnnxMetadata } from '@lamo/runtime';

/** A `metadata_props` of a model: field 14, with a key and a value (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto). */
export function metadataField(key: string, value: string): Buffer {
  const field = (number: number, content: Buffer) =>
    Buffer.concat([Buffer.from([(number << 3) | 2]), varint(content.length), content]);
  return field(14, Buffer.concat([field(1, Buffer.from(key)), field(2, Buffer.from(value))]));
}

function varint(number: number): Buffer {
  const bytes: number[] = [];
  for (; number > 127; number = Math.floor(number / 128)) bytes.push((number % 128) | 128);
  return Buffer.from([...bytes, number]);
}

/** What a model says of itself; undefined if it is too damaged to say anything. */
export function readMetadata(bytes: Buffer): Readonly<Record<string, string>> | undefined {
  try {
    return readOnnxMetadata(bytes);
  } catch {
    return undefined;
  }
}
