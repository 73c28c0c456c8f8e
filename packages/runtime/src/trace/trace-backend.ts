import { LamoError } from '@lamo/core';
import {
  type BackendValues,
  type DataType,
  engine,
  KernelBackend,
  type NamedAttrMap,
  type NamedTensorInfoMap,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import { sizeOf } from '../tree';
import type { Value } from './graph';
import { GraphBuilder } from './graph-builder';
import { refuseHostRandomness } from './host-randomness';
import { supportedType } from './supported-type';
import { userLine } from './user-line';

type DataId = TensorInfo['dataId'];

/**
 * A tfjs backend that computes nothing: every kernel call becomes a node of the graph under construction, and
 * a tensor's data id stands for a value of that graph.
 */
export class TraceBackend extends KernelBackend {
  #builder = new GraphBuilder();
  #values = new WeakMap<DataId, Value>();
  /** Constants made from tensors of other backends. */
  #captured = new WeakMap<DataId, Value>();

  /** Starts a new graph; tensors of earlier ones are no longer known. */
  begin(): GraphBuilder {
    this.#builder = new GraphBuilder();
    this.#values = new WeakMap();
    this.#captured = new WeakMap();
    return this.#builder;
  }

  /** Wraps a value so that tfjs can make a tensor of it. */
  tensorInfo(value: Value): TensorInfo {
    const dataId = {};
    this.#values.set(dataId, value);
    return { dataId, shape: [...value.shape], dtype: value.dtype };
  }

  /** True if a tensor stands for a value that the function under trace computes. */
  computes({ dataId }: TensorInfo): boolean {
    return this.#values.has(dataId);
  }

  /** The value that a tensor stands for; a tensor of another backend becomes a constant. */
  valueFor({ dataId, shape, dtype }: TensorInfo): Value {
    const known = this.#values.get(dataId) ?? this.#captured.get(dataId);
    if (known !== undefined) {
      // tfjs shares one data id between reshaped views of a tensor.
      if (sizeOf(known.shape) === sizeOf(shape) && known.shape.join() !== shape.join()) {
        return this.#builder.add('Reshape', { x: known }, { shape })[0]!;
      }
      return known;
    }
    const type = supportedType(dtype);
    const source = engine().state.tensorInfo.get(dataId)?.backend;
    if (source === undefined || source === this) throw leakedTensor();
    const values = engine().readSync(dataId) as ArrayLike<number>;
    const constant = this.#builder.constant(values, { shape, dtype: type });
    this.#captured.set(dataId, constant);
    return constant;
  }

  /** Records a kernel call. */
  record(kernel: string, inputs: NamedTensorInfoMap, attributes: NamedAttrMap): TensorInfo | TensorInfo[] {
    const operands = Object.fromEntries(
      Object.entries(inputs ?? {})
        .filter(([, input]) => input !== undefined && input !== null)
        .map(([name, input]) => [name, this.valueFor(input as TensorInfo)]),
    );
    const made = this.#add(kernel, operands, attributes).map((value) => this.tensorInfo(value));
    return made.length === 1 && !SEVERAL_OUTPUTS.has(kernel) ? made[0]! : made;
  }

  #add(kernel: string, operands: Readonly<Record<string, Value>>, attributes: NamedAttrMap): Value[] {
    try {
      return this.#builder.add(kernel, operands, attributes);
    } catch (error) {
      throw error instanceof LamoError ? error : badOperands(kernel, operands, error as Error);
    }
  }

  override write(values: BackendValues, shape: number[], dtype: DataType): DataId {
    // Single numbers are constants of formulas: their stacks are not worth recording.
    if (values.length > 1) refuseHostRandomness();
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
    throw new LamoError({
      where: 'runtime/trace',
      code: 'value-read',
      problem: `A tensor's value was read inside a compiled function${userLine()}`,
      hint: 'Tensors have no values while a function is traced: return the tensor as an output, or branch with tf.where.',
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

function leakedTensor(): LamoError {
  return new LamoError({
    where: 'runtime/trace',
    code: 'leaked-tensor',
    problem: `A compiled function used a tensor that was created inside another compiled function${userLine()}`,
    hint: 'Such a tensor has no values. Return it as an output or as state, and pass it in as an input.',
  });
}

function badOperands(kernel: string, operands: Readonly<Record<string, Value>>, cause: Error): LamoError {
  const received = Object.entries(operands).map(
    ([name, { dtype, shape }]) => `${name} ${dtype} [${shape.join(', ')}]`,
  );
  return new LamoError({
    where: 'runtime/trace',
    code: 'bad-operands',
    problem: `The tfjs kernel ${kernel} cannot be computed with these operands${userLine()}`,
    ...(received.length === 0 ? {} : { received: received.join(', ') }),
    hint: cause.message,
    cause,
  });
}
