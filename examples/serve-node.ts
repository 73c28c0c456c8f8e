/** Runs a policy's file in Node with onnxruntime alone: `serve-node.ts runs/iql/policy.onnx '{"room": 15, "weather": "rain"}'`. */
import { readFileSync } from 'node:fs';

// onnxruntime sends usage data to its vendor unless this is set before it is imported.
process.env.ORT_DISABLE_TELEMETRY ??= '1';
const { InferenceSession, Tensor } = await import('onnxruntime-node');

/** What the file says of itself: a text among the fields of a protobuf message. */
function describe(file: Uint8Array) {
  const texts = fields(file).filter(({ field }) => field === 14); // metadata_props of an ONNX model
  const pairs = texts.map(({ bytes }) => fields(bytes).map((one) => new TextDecoder().decode(one.bytes)));
  return JSON.parse(pairs.find(([key]) => key === 'lamo.policy')![1]!);
}

/** The fields of a message that have a length. */
function fields(bytes: Uint8Array) {
  const found: { field: number; bytes: Uint8Array }[] = [];
  let at = 0;
  const integer = (): number => (bytes[at]! < 128 ? bytes[at++]! : (bytes[at++]! % 128) + 128 * integer());
  while (at < bytes.length) {
    const tag = integer();
    if (tag % 8 === 2) {
      const end = integer() + at;
      found.push({ field: Math.floor(tag / 8), bytes: bytes.subarray(at, end) });
      at = end;
    } else if (tag % 8 === 0) integer();
    else at += tag % 8 === 1 ? 8 : 4;
  }
  return found;
}

type Part = { start: number; categories?: string[]; encoding?: string; missing?: { value?: unknown } };
const [, , path = 'policy.onnx', given = '{}'] = process.argv;
const { observation, action } = describe(readFileSync(path));
const values = JSON.parse(given);
const row = new Float32Array(observation.size);
for (const [name, part] of Object.entries<Part>(observation.space?.parts ?? {})) {
  const value = values[name] ?? part.missing?.value;
  if (value === undefined) throw new Error(`"${name}" has no value`);
  if (part.encoding?.startsWith('time')) throw new Error('See encodeObservation of @lamo/data for times');
  const known = part.categories?.indexOf(String(value));
  if (known === -1) throw new Error(`"${name}" is none of ${part.categories}`);
  row.set(part.categories?.map((_, i) => Number(i === known)) ?? [value].flat().map(Number), part.start);
}
const session = await InferenceSession.create(path);
const { actions } = await session.run({ observations: new Tensor('float32', row, [1, row.length]) });
const chosen = Array.from(actions!.data as Float32Array);
console.log(action.space?.labels?.[chosen[0]!] ?? chosen.join(', '));
