import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

/** Element types of ONNX that a lowering may need, by their numbers in `onnx.proto`. */
export const onnxTypes = { float32: 1, uint8: 2, int32: 6, int64: 7, bool: 9 } as const;

/** An element type of ONNX. */
export type OnnxType = keyof typeof onnxTypes;

/** An attribute of an ONNX node: integers, floats or a string, by JavaScript type. */
export type OnnxAttribute =
  | { readonly int: number }
  | { readonly ints: readonly number[] }
  | { readonly float: number }
  | { readonly text: string };

/** One operation of an ONNX graph. */
export interface OnnxNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, OnnxAttribute>>;
  /** Operator set; '' is ONNX's own. */
  readonly domain: string;
}

/** A named tensor with its numbers. */
export interface OnnxInitializer {
  readonly name: string;
  readonly type: OnnxType;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

/** A named input or output. */
export interface OnnxPort {
  readonly name: string;
  readonly dtype: OnnxType;
  /** Lengths; a name stands for one that is known when the model is run. */
  readonly shape: readonly (number | string)[];
}

/** The contents of an ONNX file. */
export interface OnnxModel {
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly OnnxInitializer[];
  readonly inputs: readonly OnnxPort[];
  readonly outputs: readonly OnnxPort[];
  /** Free key-value pairs, kept in the file. */
  readonly metadata?: Readonly<Record<string, string>>;
}

const IR_VERSION = 9;
const OPSET = 20;

/** Writes a model in ONNX's protobuf format (field numbers of `onnx.proto`, IR version 9, operator set 20). */
export function writeModel(model: OnnxModel): Uint8Array {
  const graph = message((w) => {
    for (const node of model.nodes) w.tag(1, WireType.LengthDelimited).bytes(nodeMessage(node));
    w.tag(2, WireType.LengthDelimited).string('lamo');
    for (const tensor of model.initializers) w.tag(5, WireType.LengthDelimited).bytes(tensorMessage(tensor));
    for (const port of model.inputs) w.tag(11, WireType.LengthDelimited).bytes(portMessage(port));
    for (const port of model.outputs) w.tag(12, WireType.LengthDelimited).bytes(portMessage(port));
  });
  const domains = new Set(['', ...model.nodes.map((node) => node.domain)]);
  return message((w) => {
    w.tag(1, WireType.Varint).int64(IR_VERSION);
    w.tag(2, WireType.LengthDelimited).string('@lamo/runtime');
    w.tag(7, WireType.LengthDelimited).bytes(graph);
    for (const domain of domains) w.tag(8, WireType.LengthDelimited).bytes(operatorSet(domain));
    for (const [key, value] of Object.entries(model.metadata ?? {})) {
      w.tag(14, WireType.LengthDelimited).bytes(
        message((entry) => {
          entry.tag(1, WireType.LengthDelimited).string(key);
          entry.tag(2, WireType.LengthDelimited).string(value);
        }),
      );
    }
  });
}

function message(write: (writer: BinaryWriter) => void): Uint8Array {
  const writer = new BinaryWriter();
  write(writer);
  return writer.finish();
}

function operatorSet(domain: string): Uint8Array {
  return message((w) => {
    if (domain !== '') w.tag(1, WireType.LengthDelimited).string(domain);
    w.tag(2, WireType.Varint).int64(domain === '' ? OPSET : 1);
  });
}

function nodeMessage(node: OnnxNode): Uint8Array {
  return message((w) => {
    for (const input of node.inputs) w.tag(1, WireType.LengthDelimited).string(input);
    for (const output of node.outputs) w.tag(2, WireType.LengthDelimited).string(output);
    w.tag(4, WireType.LengthDelimited).string(node.op);
    for (const [name, attribute] of Object.entries(node.attributes)) {
      w.tag(5, WireType.LengthDelimited).bytes(attributeMessage(name, attribute));
    }
    if (node.domain !== '') w.tag(7, WireType.LengthDelimited).string(node.domain);
  });
}

function attributeMessage(name: string, attribute: OnnxAttribute): Uint8Array {
  return message((w) => {
    w.tag(1, WireType.LengthDelimited).string(name);
    if ('float' in attribute)
      w.tag(2, WireType.Bit32).float(attribute.float).tag(20, WireType.Varint).int32(1);
    else if ('int' in attribute)
      w.tag(3, WireType.Varint).int64(attribute.int).tag(20, WireType.Varint).int32(2);
    else if ('text' in attribute) {
      w.tag(4, WireType.LengthDelimited).string(attribute.text).tag(20, WireType.Varint).int32(3);
    } else {
      for (const int of attribute.ints) w.tag(8, WireType.Varint).int64(int);
      w.tag(20, WireType.Varint).int32(7);
    }
  });
}

function tensorMessage({ name, type, shape, bytes }: OnnxInitializer): Uint8Array {
  return message((w) => {
    for (const dimension of shape) w.tag(1, WireType.Varint).int64(dimension);
    w.tag(2, WireType.Varint).int32(onnxTypes[type]);
    w.tag(8, WireType.LengthDelimited).string(name);
    w.tag(9, WireType.LengthDelimited).bytes(bytes);
  });
}

function portMessage({ name, dtype, shape }: OnnxPort): Uint8Array {
  const shapeMessage = message((w) => {
    for (const dimension of shape) {
      w.tag(1, WireType.LengthDelimited).bytes(
        message((d) => {
          if (typeof dimension === 'string') d.tag(2, WireType.LengthDelimited).string(dimension);
          else d.tag(1, WireType.Varint).int64(dimension);
        }),
      );
    }
  });
  const tensorType = message((w) => {
    w.tag(1, WireType.Varint).int32(onnxTypes[dtype]);
    w.tag(2, WireType.LengthDelimited).bytes(shapeMessage);
  });
  return message((w) => {
    w.tag(1, WireType.LengthDelimited).string(name);
    w.tag(2, WireType.LengthDelimited).bytes(
      message((t) => t.tag(1, WireType.LengthDelimited).bytes(tensorType)),
    );
  });
}
