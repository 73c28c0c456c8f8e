import {
  type BackendValues,
  type DataType,
  engine,
  KernelBackend,
  type NamedAttrMap,
  type NamedTensorInfoMap,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import { RuntimeError } from '../errors';
import { sizeOf } from '../tree';
import type { DType, Value } from './graph';
import { GraphBuilder } from './graph-builder';
import { userLine } from './user-line';

type DataId = TensorInfo['dataId'];

/**
 * A tfjs backend that computes nothing: every kernel call becomes a node of the graph under construction, and
 * a tensor's data id stands for a value of that graph.
 */
export class TraceBackend extends KernelBackend {
  #builder = new GraphBuilder();
  #values = new WeakMap<DataId, Value>();

  /** Starts a new graph; tensors of earlier ones are no longer known. */
  begin(): GraphBuilder {
    this.#builder = new GraphBuilder();
    this.#values = new WeakMap();
    return this.#builder;
  }

  /** Wraps a value so that tfjs can make a tensor of it. */
  tensorInfo(value: Value): TensorInfo {
    const dataId = {};
    this.#values.set(dataId, value);
    return { dataId, shape: [...value.shape], dtype: value.dtype };
  }

  /** The value that a tensor stands for; a tensor of another backend becomes a constant. */
  valueFor({ dataId, shape, dtype }: TensorInfo): Value {
    const known = this.#values.get(dataId);
    if (known !== undefined) {
      // tfjs shares one data id between reshaped views of a tensor.
      if (sizeOf(known.shape) === sizeOf(shape) && known.shape.join() !== shape.join()) {
        return this.#builder.add('Reshape', { x: known }, { shape })[0]!;
      }
      return known;
    }
    const values = engine().readSync(dataId as object) as ArrayLike<number>;
    return this.#builder.constant(values, { shape, dtype: supportedType(dtype) });
  }

  /** Records a kernel call. */
  record(kernel: string, inputs: NamedTensorInfoMap, attributes: NamedAttrMap): TensorInfo | TensorInfo[] {
    const operands = Object.fromEntries(
      Object.entries(inputs ?? {})
        .filter(([, input]) => input !== undefined && input !== null)
        .map(([name, input]) => [name, this.valueFor(input as TensorInfo)]),
    );
    const made = this.#builder.add(kernel, operands, attributes).map((value) => this.tensorInfo(value));
    return made.length === 1 && !SEVERAL_OUTPUTS.has(kernel) ? made[0]! : made;
  }

  override write(values: BackendValues, shape: number[], dtype: DataType): DataId {
    const value = this.#builder.constant(values as ArrayLike<number>, { shape, dtype: supportedType(dtype) });
    return this.tensorInfo(value).dataId;
  }

  override move(dataId: DataId, values: BackendValues, shape: number[], dtype: DataType): void {
    this.#values.set(
      dataId,
      this.#builder.constant(values as ArrayLike<number>, { shape, dtype: supportedType(dtype) }),
    );
  }

  override readSync(): never {
    throw new RuntimeError({
      where: 'trace',
      code: 'value-read',
      problem: `A tensor's value was read inside a compiled function${userLine()}`,
      hint: 'There are no numbers yet while a function is traced: return the tensor as an output, or branch with tf.where.',
    });
  }

  override async read(): Promise<never> {
    return this.readSync();
  }

  override disposeData(): boolean {
    return true;
  }

  override numDataIds(): number {
    return 0;
  }

  override incRef(): void {}

  override refCount(): number {
    return 1;
  }

  override memory() {
    return { unreliable: true };
  }

  override timerAvailable(): boolean {
    return false;
  }

  override floatPrecision(): 16 | 32 {
    return 32;
  }

  override epsilon(): number {
    return 1e-7;
  }

  override dispose(): void {}
}

/** Kernels that return a list even if it has one element. */
const SEVERAL_OUTPUTS = new Set(['SplitV', 'Unpack', 'TopK', 'Unique']);

function supportedType(dtype: DataType): DType {
  if (dtype === 'float32' || dtype === 'int32' || dtype === 'bool') return dtype;
  throw new RuntimeError({
    where: 'trace',
    code: 'unsupported-type',
    problem: `A compiled function used a tensor of an unsupported type${userLine()}`,
    expected: 'float32, int32 or bool',
    received: dtype,
  });
}
