import type { ConstantValues, DType, Value } from '../trace/graph';
import { sizeOf } from '../tree';
import { denseText, numberText } from './number-text';
import { type ElementType, elementTypes, type Tensor, type TensorType, typeText } from './types';

/** How products of float matrices are computed. */
export type Precision = 'float32' | 'tf32' | 'bf16';

/** A constant with more numbers than this is an argument of the program instead of part of its text. */
const LONG = 64;

/** A constant that is passed to the program with its other arguments. */
export interface LongConstant {
  readonly tensor: Tensor;
  readonly values: ConstantValues;
}

/**
 * Writes the lines of a StableHLO function. Names say where values come from: `%BatchMatMul.12` is what the lowering of that
 * kernel made in line 12.
 */
export class Emitter {
  lines: string[] = [];
  /** Constants that are too long for the text. */
  readonly longConstants: LongConstant[] = [];
  /** What the next values are named after. */
  scope = 'value';
  readonly #tensors = new Map<Value, Tensor>();
  #constants = new Map<string, Tensor>();
  #count = 0;
  readonly #taken = new Set<string>();

  constructor(readonly precision: Precision = 'float32') {}

  /** Says which tensor holds a value of the traced graph. */
  bind(value: Value, tensor: Tensor): void {
    this.#tensors.set(value, tensor);
  }

  /** The tensor that holds a value, converted to a type if it has another. */
  tensor(value: Value, dtype: DType = value.dtype): Tensor {
    const { constant } = value.node;
    const type = elementTypes[dtype];
    if (constant !== undefined) return this.#constantOf(value, constant, type);
    const tensor = this.#tensors.get(value);
    if (tensor === undefined) throw new Error(`no tensor for a value of ${value.node.kernel}`);
    return this.convert(tensor, type);
  }

  /** A name that no other value has, after a port or a kernel. */
  fresh(wanted: string): string {
    const clean = `%${wanted.replaceAll('/', '.').replaceAll(/[^\w.$-]/g, '_')}`;
    let name = clean;
    for (let i = 2; this.#taken.has(name); i++) name = `${clean}_${i}`;
    this.#taken.add(name);
    return name;
  }

  /** Collects the lines of a region, as of a loop; the constants that are made in it stay in it. */
  region(write: () => void): string[] {
    const [lines, constants] = [this.lines, this.#constants];
    [this.lines, this.#constants] = [[], new Map(constants)];
    write();
    const made = this.lines;
    [this.lines, this.#constants] = [lines, constants];
    return made;
  }

  /** Adds a line that makes one value: `%name = TEXT`. */
  line(result: TensorType, text: string): Tensor {
    const tensor = { shape: [...result.shape], type: result.type, name: this.#nextName() };
    this.lines.push(`${tensor.name} = ${text}`);
    return tensor;
  }

  /** Adds a line that makes several values: `%name:2 = TEXT`. */
  lineOfMany(results: readonly TensorType[], text: string): Tensor[] {
    const name = this.#nextName();
    this.lines.push(`${name}:${results.length} = ${text}`);
    return results.map(({ shape, type }, i) => ({ shape: [...shape], type, name: `${name}#${i}` }));
  }

  /** An operator whose operands and result have one type and shape: `stablehlo.add %a, %b : tensor<4xf32>`. */
  elementwise(op: string, ...operands: Tensor[]): Tensor {
    const [first] = operands;
    return this.line(first!, `stablehlo.${op} ${namesOf(operands)} : ${typeText(first!)}`);
  }

  /** An operator of other types than that of its result: `stablehlo.OP TEXT : (operands) -> result`. */
  operator(op: string, operands: readonly Tensor[], text: string, result: TensorType): Tensor {
    return this.line(result, `stablehlo.${op} ${text} : ${signature(operands, [result])}`);
  }

  /** Compares elements: `EQ`, `NE`, `LT`, `LE`, `GT` or `GE`. */
  compare(direction: string, a: Tensor, b: Tensor): Tensor {
    return this.operator('compare', [a, b], `${direction}, ${namesOf([a, b])}`, {
      shape: a.shape,
      type: 'i1',
    });
  }

  /** `a` where the condition holds, else `b`. */
  select(condition: Tensor, a: Tensor, b: Tensor): Tensor {
    const types = `${typeText(condition)}, ${typeText(a)}`;
    return this.line(a, `stablehlo.select ${namesOf([condition, a, b])} : ${types}`);
  }

  /** Converts elements, if they have another type. */
  convert(x: Tensor, type: ElementType): Tensor {
    return x.type === type ? x : this.operator('convert', [x], x.name, { shape: x.shape, type });
  }

  /** Gives a tensor another shape of the same size. */
  reshape(x: Tensor, shape: readonly number[]): Tensor {
    if (x.shape.join() === shape.join()) return x;
    return this.operator('reshape', [x], x.name, { shape, type: x.type });
  }

  /** Repeats a tensor along new axes at the front and along those of length 1, by NumPy's rule. */
  broadcast(x: Tensor, shape: readonly number[]): Tensor {
    const first = shape.length - x.shape.length;
    return this.broadcastInDim(
      x,
      shape,
      x.shape.map((_, axis) => first + axis),
    );
  }

  /** Repeats a tensor; axis i of it becomes axis `dims[i]`. */
  broadcastInDim(x: Tensor, shape: readonly number[], dims: readonly number[]): Tensor {
    if (x.shape.join() === shape.join()) return x;
    return this.operator('broadcast_in_dim', [x], `${x.name}, dims = [${dims.join(', ')}]`, {
      shape,
      type: x.type,
    });
  }

  /** Reorders axes. */
  transpose(x: Tensor, perm: readonly number[]): Tensor {
    if (perm.every((axis, i) => axis === i)) return x;
    const shape = perm.map((axis) => x.shape[axis]!);
    return this.operator('transpose', [x], `${x.name}, dims = [${perm.join(', ')}]`, { shape, type: x.type });
  }

  /** A box of a tensor: from `begin` to before `end`, every `strides`-th. */
  slice(x: Tensor, begin: readonly number[], end: readonly number[], strides?: readonly number[]): Tensor {
    const step = (axis: number) => strides?.[axis] ?? 1;
    const shape = begin.map((first, axis) => Math.max(0, Math.ceil((end[axis]! - first) / step(axis))));
    const isWhole = shape.join() === x.shape.join() && begin.every((_, axis) => step(axis) > 0);
    if (isWhole) return x;
    const ranges = begin.map((first, axis) => {
      const range = `${first}:${end[axis]}`;
      return step(axis) === 1 ? range : `${range}:${step(axis)}`;
    });
    return this.operator('slice', [x], `${x.name} [${ranges.join(', ')}]`, { shape, type: x.type });
  }

  /** Joins tensors along an axis. */
  concatenate(parts: readonly Tensor[], axis: number): Tensor {
    if (parts.length === 1) return parts[0]!;
    const length = parts.reduce((sum, { shape }) => sum + shape[axis]!, 0);
    const shape = parts[0]!.shape.with(axis, length);
    const { type } = parts[0]!;
    return this.operator('concatenate', parts, `${namesOf(parts)}, dim = ${axis}`, { shape, type });
  }

  /** Puts `value` around a tensor. */
  pad(x: Tensor, value: Tensor, edges: readonly (readonly [low: number, high: number])[]): Tensor {
    const side = (i: 0 | 1) => `[${edges.map((pair) => pair[i]).join(', ')}]`;
    const shape = x.shape.map((length, axis) => length + edges[axis]![0] + edges[axis]![1]);
    const text = `${namesOf([x, value])}, low = ${side(0)}, high = ${side(1)}, interior = [${edges.map(() => 0).join(', ')}]`;
    return this.operator('pad', [x, value], text, { shape, type: x.type });
  }

  /** Turns axes round. */
  reverse(x: Tensor, axes: readonly number[]): Tensor {
    if (axes.length === 0) return x;
    return this.line(x, `stablehlo.reverse ${x.name}, dims = [${axes.join(', ')}] : ${typeText(x)}`);
  }

  /** Reduces axes, which are dropped, with `add`, `multiply`, `maximum`, `minimum`, `and` or `or`. */
  reduce(op: string, x: Tensor, axes: readonly number[], initial: number): Tensor {
    if (axes.length === 0) return x;
    const start = this.scalar(initial, x.type);
    const shape = x.shape.filter((_, axis) => !axes.includes(axis));
    const text = `(${x.name} init: ${start.name}) applies stablehlo.${op} across dimensions = [${axes.join(', ')}]`;
    const result = { shape, type: x.type };
    return this.line(result, `stablehlo.reduce${text} : ${signature([x, start], [result])}`);
  }

  /** The places along an axis, 0, 1, 2, …, for every element of a shape. */
  iota(shape: readonly number[], axis: number, type: ElementType = 'i32'): Tensor {
    return this.line({ shape, type }, `stablehlo.iota dim = ${axis} : ${typeText({ shape, type })}`);
  }

  /** One number. */
  scalar(value: number, type: ElementType = 'f32'): Tensor {
    return this.splat(value, { shape: [], type });
  }

  /** A number of the type and shape of another tensor. */
  like(x: TensorType, value: number): Tensor {
    return this.splat(value, x);
  }

  /** A tensor whose elements are all equal. */
  splat(value: number, { shape, type }: TensorType): Tensor {
    const content = sizeOf(shape) === 0 ? '' : numberText(value, type);
    return this.#constant({ shape, type }, content);
  }

  /** A tensor of given numbers. */
  constant(values: ArrayLike<number>, { shape, type }: TensorType): Tensor {
    return this.#constant({ shape, type }, denseText(values, shape, type));
  }

  #constant(type: TensorType, content: string): Tensor {
    const text = `stablehlo.constant dense<${content}> : ${typeText(type)}`;
    let known = this.#constants.get(text);
    if (known === undefined) {
      known = this.line(type, text);
      this.#constants.set(text, known);
    }
    return known;
  }

  #constantOf(value: Value, constant: ConstantValues, type: ElementType): Tensor {
    const { shape } = value;
    if (constant.length !== sizeOf(shape)) return this.splat(constant[0]!, { shape, type });
    if (constant.length <= LONG) return this.constant(constant, { shape, type });
    let tensor = this.#tensors.get(value);
    if (tensor === undefined) {
      const name = this.fresh(`constant.${this.longConstants.length}`);
      tensor = { shape: value.shape, type: elementTypes[value.dtype], name };
      this.longConstants.push({ tensor, values: constant });
      this.#tensors.set(value, tensor);
    }
    return this.convert(tensor, type);
  }

  #nextName(): string {
    this.#count += 1;
    return this.fresh(`${this.scope}.${this.#count - 1}`);
  }
}

/** Names of operands, as the text lists them. */
export const namesOf = (tensors: readonly Tensor[]): string => tensors.map(({ name }) => name).join(', ');

/** The types of an operator: `(tensor<4xf32>) -> tensor<f32>`. */
export function signature(operands: readonly TensorType[], results: readonly TensorType[]): string {
  const [first, ...others] = results.map(typeText);
  const made = others.length === 0 ? first! : `(${[first, ...others].join(', ')})`;
  return `(${operands.map(typeText).join(', ')}) -> ${made}`;
}
