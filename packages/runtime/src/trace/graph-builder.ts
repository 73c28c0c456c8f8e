import type { Attributes, ConstantValues, DType, Node, Value, ValueSpec } from './graph';
import { inferOutputs } from './infer';
import { rewrites } from './rewrites/index';
import { simplify } from './simplify';

/**
 * Grows a graph node by node. Equal nodes are created once, and a node that can be expressed more simply is never
 * created: see {@link rewrites} and {@link simplify}.
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
    const make = () =>
      makeNode({ kernel: '$constant', inputs: {}, attributes: {}, constant }, [{ shape, dtype }]);
    // Long constants are rare (masks, tables); comparing them is not worth the time.
    if (constant.length > 64) return make().outputs[0]!;
    return this.#once(`$constant ${dtype} [${shape}] ${Array.from(constant, exactText)}`, make).outputs[0]!;
  }

  /** Adds a constant scalar. */
  scalar(value: number, dtype: DType = 'float32'): Value {
    return this.constant([value], { shape: [], dtype });
  }

  /** Adds a kernel call and returns its outputs. */
  add(kernel: string, inputs: Readonly<Record<string, Value>>, attributes: Attributes = {}): Value[] {
    const rewritten = rewrites[kernel]?.(this, inputs, attributes);
    if (rewritten !== undefined) return rewritten;
    const specs = inferOutputs(kernel, inputs, attributes);
    const simpler = simplify(this, { kernel, inputs, attributes, specs });
    if (simpler !== undefined) return simpler;
    const operands = Object.entries(inputs).map(([name, value]) => `${name}:${this.#id(value)}`);
    const key = `${kernel} ${operands} ${JSON.stringify(attributes, keepEveryNumber)}`;
    return this.#once(key, () => makeNode({ kernel, inputs, attributes }, specs)).outputs;
  }

  /** Adds a kernel call with a single output, and returns it. */
  call(kernel: string, inputs: Readonly<Record<string, Value>>, attributes: Attributes = {}): Value {
    return this.add(kernel, inputs, attributes)[0]!;
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

/** A replacer for `JSON.stringify`, which writes NaN and the infinities as null, and −0 as 0. */
export function keepEveryNumber(_: string, value: unknown): unknown {
  return typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0))
    ? `$${exactText(value)}`
    : value;
}

/** A number as text, telling −0 from 0. */
function exactText(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

function makeNode(parts: Omit<Node, 'outputs'>, specs: readonly ValueSpec[]): Node {
  const node: Node = { ...parts, outputs: [] };
  specs.forEach(({ shape, dtype, stored }, index) => {
    node.outputs.push({ shape: [...shape], dtype, ...(stored ? { stored } : {}), node, index });
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
