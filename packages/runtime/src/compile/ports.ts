/**
 * Names of a graph's inputs and outputs, its ports. They are formed and read only here, so that the code that writes a port and the code that
 * looks for it cannot disagree.
 */
export const ports = {
  /** A leaf of the state, by its path: input, and output of the steps that change it. */
  state: (path: string) => `${STATE}${path}`,
  /** A leaf of the frozen numbers, by its path: input. */
  frozen: (path: string) => `${FROZEN}${path}`,
  /** Something that is filled in before each step, such as a column of the batch: input. */
  input: (name: string) => `${INPUT}${name}`,
  /** The draw of a step's noise with this index: input. */
  noise: (index: number) => `noise/${index}`,
  /** Something that a step returns in addition to its state: output. */
  output: (name: string) => `${OUTPUT}${name}`,
  /** A vector of several leaves of the state: takes their place as input and output. */
  pack: (index: number) => `pack/${index}`,
  /** An output of a session, by its name in the graph: in a session inputs and outputs share one name space. */
  next: (port: string) => `next/${port}`,
  /** A result of an operator, or a constant, of an ONNX graph: internal. */
  value: (index: number) => `t${index}`,
  /** The length of the open dimension of an ONNX graph: internal. */
  batchSize: 'batch/size',
} as const;

const STATE = 'state/';
const OUTPUT = 'output/';
const FROZEN = 'frozen/';
const INPUT = 'input/';

/** Tells whether a name is reserved for ports, so that users may not give it to theirs. */
export function isReserved(name: string): boolean {
  return isStatePort(name) || name === ports.batchSize || /^t\d+(\/|$)/.test(name);
}

/** Tells whether a port is a leaf of the state. */
export function isStatePort(port: string): boolean {
  return port.startsWith(STATE);
}

/** Tells whether a port is a leaf of the frozen numbers. */
export function isFrozenPort(port: string): boolean {
  return port.startsWith(FROZEN);
}

/** Reads which input a port is; undefined if it is none that is filled in. */
export function inputOf(port: string): string | undefined {
  return port.startsWith(INPUT) ? port.slice(INPUT.length) : undefined;
}

/** Reads which output a port is; undefined if it is state. */
export function outputOf(port: string): string | undefined {
  return port.startsWith(OUTPUT) ? port.slice(OUTPUT.length) : undefined;
}
