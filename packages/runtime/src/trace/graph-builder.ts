import type { NamedAttrMap } from '@tensorflow/tfjs-core';
import { sizeOf } from '../tree';
import type { ConstantValues, DType, Node, Value, ValueSpec } from './graph';
import { inferOutputs } from './infer';
import { simplify } from './simplify';

/**
 * Grows a graph node by node. Equal nodes are made once, and a node that can be said more simply is never
 * made: see {@link simplify}.
 */
export class GraphBuilder {
  readonly inputs = new Map<string, Value>();
  readonly #known = new Map<string, Node>();
  readonly #ids = new Map<Value, number>();

  /** Adds a named input. */
  input(name: string, spec: ValueSpec): Value {
    const value = makeNode({ kernel: '$input', inputs: {}, attributes: {}, name }, [spec]).outputs[0]!;
    this.inputs.set(name, value);
    return value;
  }

  /** Adds a constant; one whose elements are all equal is kept as that one number. */
  constant(values: ArrayLike<number>, { shape, dtype }: ValueSpec): Value {
    const constant = typedValues(isSplat(values) ? [values[0]!] : values, dtype);
    const key = `$constant ${dtype} [${shape}] ${constant.length <= 64 ? Array.from(constant).join() : ''}`;
    const make = () =>
      makeNode({ kernel: '$constant', inputs: {}, attributes: {}, constant }, [{ shape, dtype }]);
    // Long constants are rare (masks, tables); comparing them is not worth the time.
    return (constant.length <= 64 ? this.#once(key, make) : make()).outputs[0]!;
  }

  /** Adds a kernel call and returns what it makes. */
  add(kernel: string, inputs: Readonly<Record<string, Value>>, attributes: NamedAttrMap): Value[] {
    const simpler = simplify(this, kernel, inputs, attributes);
    if (simpler !== undefined) return [simpler];
    const operands = Object.entries(inputs).map(([name, value]) => `${name}:${this.#id(value)}`);
    const key = `${kernel} ${operands.join()} ${JSON.stringify(attributes, keepNonFinite)}`;
    return this.#once(key, () =>
      makeNode({ kernel, inputs, attributes }, inferOutputs(kernel, inputs, attributes)),
    ).outputs;
  }

  #once(key: string, make: () => Node): Node {
    let node = this.#known.get(key);
    if (node === undefined) {
      node = make();
      this.#known.set(key, node);
    }
    return node;
  }

  #id(value: Value): number {
    let id = this.#ids.get(value);
    if (id === undefined) {
      id = this.#ids.size;
      this.#ids.set(value, id);
    }
    return id;
  }
}

/** JSON writes NaN and the infinities as null. */
function keepNonFinite(_: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}

function makeNode(parts: Omit<Node, 'outputs'>, specs: readonly ValueSpec[]): Node {
  const node: Node = { ...parts, outputs: [] };
  specs.forEach(({ shape, dtype }, index) => {
    node.outputs.push({ shape: [...shape], dtype, node, index });
  });
  return node;
}

function isSplat(values: ArrayLike<number>): boolean {
  if (values.length === 0) return false;
  for (let i = 1; i < values.length; i++) if (!Object.is(values[i], values[0])) return false;
  return true;
}

function typedValues(values: ArrayLike<number>, dtype: DType): ConstantValues {
  if (dtype === 'float32') return Float32Array.from(values);
  return dtype === 'int32' ? Int32Array.from(values) : Uint8Array.from(values);
}

/** The number that all elements of a constant share, or undefined if `value` is anything else. */
export function splatOf(value: Value): number | undefined {
  const { constant } = value.node;
  if (constant === undefined || constant.length !== 1 || sizeOf(value.shape) === 0) return undefined;
  return constant[0];
}
