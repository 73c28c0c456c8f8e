import { ports } from '../compile/ports';
import type { Value } from '../trace/graph';
import { sizeOf } from '../tree';
import {
  type OnnxAttribute,
  type OnnxInitializer,
  type OnnxNode,
  type OnnxType,
  onnxTypes,
} from './model-writer';

/** Name of a tensor in the ONNX graph. */
export type Name = string;

/** Options of {@link Emitter.emit}. */
export interface EmitOptions {
  readonly attributes?: Readonly<Record<string, OnnxAttribute>>;
  readonly domain?: string;
}

/** Collects the ONNX nodes and constants of lowerings. */
export class Emitter {
  readonly nodes: OnnxNode[] = [];
  readonly initializers: OnnxInitializer[] = [];
  readonly #names = new Map<Value, Name>();
  readonly #constants = new Map<string, Name>();
  #count = 0;

  /** Says which ONNX tensor holds a value of the traced graph. */
  bind(value: Value, name: Name): void {
    this.#names.set(value, name);
  }

  /** The ONNX tensor that holds a value. */
  name(value: Value): Name {
    const known = this.#names.get(value);
    if (known !== undefined) return known;
    const name = this.#materialise(value);
    this.#names.set(value, name);
    return name;
  }

  /** Like {@link name}, converted to a type. */
  as(value: Value, type: OnnxType): Name {
    const { constant } = value.node;
    if (constant?.length === sizeOf(value.shape)) return this.constant(constant, value.shape, type);
    return this.cast(this.name(value), value.dtype, type);
  }

  /** Adds an operator with one output. */
  emit(op: string, inputs: readonly Name[], options: EmitOptions = {}): Name {
    return this.emitMany(op, inputs, 1, options)[0]!;
  }

  /** Adds an operator with several outputs. */
  emitMany(op: string, inputs: readonly Name[], count: number, options: EmitOptions = {}): Name[] {
    const outputs = Array.from({ length: count }, () => this.#fresh());
    this.nodes.push({
      op,
      inputs,
      outputs,
      attributes: options.attributes ?? {},
      domain: options.domain ?? '',
    });
    return outputs;
  }

  /** Converts the elements of a tensor, if they have another type. */
  cast(name: Name, from: OnnxType, to: OnnxType): Name {
    return from === to ? name : this.emit('Cast', [name], { attributes: { to: { int: onnxTypes[to] } } });
  }

  /** Gives a tensor another shape of the same size. */
  reshape(name: Name, shape: readonly number[]): Name {
    return this.emit('Reshape', [name, this.ints(shape)], { attributes: { allowzero: { int: 1 } } });
  }

  /** A constant tensor; equal constants are kept once. */
  constant(values: ArrayLike<number>, shape: readonly number[], type: OnnxType): Name {
    const bytes = encode(values, type);
    const key = `${type} [${shape}] ${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')}`;
    const known = bytes.length <= 256 ? this.#constants.get(key) : undefined;
    if (known !== undefined) return known;
    const name = this.#fresh();
    this.initializers.push({ name, type, shape, bytes });
    if (bytes.length <= 256) this.#constants.set(key, name);
    return name;
  }

  /** A float scalar. */
  scalar(value: number): Name {
    return this.constant([value], [], 'float32');
  }

  /** A list of 64-bit integers: axes, shapes, lengths. */
  ints(values: readonly number[]): Name {
    return this.constant(values, [values.length], 'int64');
  }

  #materialise(value: Value): Name {
    const { constant } = value.node;
    if (constant === undefined) throw new Error(`no ONNX tensor for a value of ${value.node.kernel}`);
    if (constant.length === sizeOf(value.shape)) return this.constant(constant, value.shape, value.dtype);
    return this.emit('Expand', [this.constant(constant, [], value.dtype), this.ints(value.shape)]);
  }

  #fresh(): Name {
    this.#count += 1;
    return ports.value(this.#count);
  }
}

function encode(values: ArrayLike<number>, type: OnnxType): Uint8Array {
  if (type === 'int64') return bytesOf(BigInt64Array.from(Array.from(values, (v) => BigInt(v))));
  if (type === 'bool') return Uint8Array.from(values, (v) => (v === 0 ? 0 : 1));
  if (type === 'uint8') return Uint8Array.from(values);
  return bytesOf(type === 'float32' ? Float32Array.from(values) : Int32Array.from(values));
}

const bytesOf = ({ buffer }: BigInt64Array | Float32Array | Int32Array) => new Uint8Array(buffer);
