/**
 * Names of a graph's inputs and outputs, its ports. They are made and read here alone: whoever writes a port and whoever
 * looks for it cannot disagree.
 */
export const ports = {
  /** A leaf of the state, by its path: input, and output of the steps that change it. */
  state: (path: string) => `${STATE}${path}`,
  /** A leaf of what no step changes, by its path: input. */
  frozen: (path: string) => `frozen/${path}`,
  /** What is filled before each step, such as a column of the batch: input. */
  input: (name: string) => `input/${name}`,
  /** The draw of a step's noise with this index: input. */
  noise: (index: number) => `noise/${index}`,
  /** What a step returns besides its state: output. */
  output: (name: string) => `${OUTPUT}${name}`,
  /** A vector of several leaves of the state: takes their place as input and output. */
  pack: (index: number) => `pack/${index}`,
  /** An output of a session, by its name in the graph: in a session inputs and outputs share one name space. */
  next: (port: string) => `next/${port}`,
  /** What an operator of an ONNX graph makes, or a constant of it: inside only. */
  value: (index: number) => `t${index}`,
  /** The length of the open dimension of an ONNX graph: inside only. */
  batchSize: 'batch/size',
} as const;

const STATE = 'state/';
const OUTPUT = 'output/';

/** Tells whether a name is made here, so that no port of a user's own may have it. */
export function isReserved(name: string): boolean {
  return isStatePort(name) || name === ports.batchSize || /^t\d+(\/|$)/.test(name);
}

/** Tells whether a port is a leaf of the state. */
export function isStatePort(port: string): boolean {
  return port.startsWith(STATE);
}

/** Reads which output a port is; undefined if it is state. */
export function outputOf(port: string): string | undefined {
  return port.startsWith(OUTPUT) ? port.slice(OUTPUT.length) : undefined;
}
