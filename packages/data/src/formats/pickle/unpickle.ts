import { LamoError } from '@lamo/core';
import { findKnown, make, notAllowed, type PickleValue, setState, textOf } from './known-objects';
import { PickleBytes } from './pickle-bytes';

/**
 * Reads a pickle of protocol 2 to 5 that consists of lists, dicts, text, numbers, bytes and arrays of NumPy. It is no interpreter: the few names
 * that NumPy's pickles mention stand for themselves, and every other one is refused, so that nothing of the file is run. What is
 * taken from the file is a view of it, so that no length that it claims takes memory. Source: `pickletools.py` of CPython 3.13.
 *
 * @throws LamoError `not-allowed`, which names what is refused; `damaged-file`, `old-protocol`
 */
export function unpickle(path: string, bytes: Buffer): PickleValue {
  const machine = new Machine(new PickleBytes(path, bytes));
  for (;;) {
    const code = machine.input.byte();
    if (code === STOP) return machine.pop();
    const act = OPERATIONS.get(code);
    if (act === undefined) throw refused(machine.input, code);
    act(machine);
  }
}

const STOP = 0x2e;

/** The stack, where each mark in it was set, and what was kept for later. */
class Machine {
  private readonly stack: PickleValue[] = [];
  private readonly marks: number[] = [];
  private readonly memo = new Map<number, PickleValue>();

  constructor(readonly input: PickleBytes) {}

  push(value: PickleValue): void {
    this.stack.push(value);
  }

  pop(): PickleValue {
    if (this.stack.length <= (this.marks.at(-1) ?? 0)) throw this.input.damaged('fewer values than it needs');
    return this.stack.pop()!;
  }

  top(): PickleValue {
    const value = this.pop();
    this.stack.push(value);
    return value;
  }

  mark(): void {
    this.marks.push(this.stack.length);
  }

  /** Everything above the last mark. */
  popMark(): PickleValue[] {
    const start = this.marks.pop();
    if (start === undefined) throw this.input.damaged('no mark where there must be one');
    return this.stack.splice(start);
  }

  put(key: number): void {
    this.memo.set(key, this.top());
  }

  memoize(): void {
    this.put(this.memo.size);
  }

  get(key: number): void {
    const value = this.memo.get(key);
    if (value === undefined) throw this.input.damaged(`nothing was kept as ${key}`);
    this.push(value);
  }

  tuple(length: number): void {
    const values = Array.from({ length }, () => this.pop());
    this.push(values.reverse());
  }

  list(): PickleValue[] {
    const list = this.top();
    if (Array.isArray(list)) return list;
    throw this.input.damaged('something other than a list to append to');
  }

  setItems(items: readonly PickleValue[]): void {
    const dict = this.top();
    if (!(dict instanceof Map) || items.length % 2 === 1)
      throw this.input.damaged('something other than a dict to fill');
    // Python 2 has bytes for text.
    for (let i = 0; i < items.length; i += 2) dict.set(textOf(items[i]) ?? items[i]!, items[i + 1]!);
  }
}

type Operation = (machine: Machine) => void;

/** A whole number; one beyond 2^53 stays exact. */
function long(bytes: Buffer): number | bigint {
  if (bytes.length === 0) return 0;
  if (bytes.length > 16) return Number.NaN;
  let value = BigInt.asIntN(8, BigInt(bytes.at(-1)!));
  for (let i = bytes.length - 2; i >= 0; i--) value = value * 256n + BigInt(bytes[i]!);
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

const text = (bytes: Buffer) => bytes.toString('utf8');

const OPERATIONS: ReadonlyMap<number, Operation> = new Map<number, Operation>([
  // PROTO, FRAME: nothing depends on them.
  [0x80, ({ input }) => void input.byte()],
  [0x95, ({ input }) => void input.take(8)],
  ['('.charCodeAt(0), (machine) => machine.mark()],
  ['0'.charCodeAt(0), (machine) => void machine.pop()],
  ['1'.charCodeAt(0), (machine) => void machine.popMark()],
  ['2'.charCodeAt(0), (machine) => machine.push(machine.top())],
  ['N'.charCodeAt(0), (machine) => machine.push(null)],
  [0x88, (machine) => machine.push(true)],
  [0x89, (machine) => machine.push(false)],
  ['J'.charCodeAt(0), (machine) => machine.push(machine.input.take(4).readInt32LE())],
  ['K'.charCodeAt(0), (machine) => machine.push(machine.input.byte())],
  ['M'.charCodeAt(0), (machine) => machine.push(machine.input.take(2).readUInt16LE())],
  [0x8a, (machine) => machine.push(long(machine.input.take(machine.input.byte())))],
  [0x8b, (machine) => machine.push(long(machine.input.take(machine.input.uint32())))],
  ['G'.charCodeAt(0), (machine) => machine.push(machine.input.take(8).readDoubleBE())],
  // Text, and bytes of one, four and eight bytes of length. Python 2's STRINGs are bytes.
  ['X'.charCodeAt(0), (machine) => machine.push(text(machine.input.take(machine.input.uint32())))],
  [0x8c, (machine) => machine.push(text(machine.input.take(machine.input.byte())))],
  [0x8d, (machine) => machine.push(text(machine.input.take(machine.input.uint64())))],
  ['T'.charCodeAt(0), (machine) => machine.push(machine.input.take(machine.input.uint32()))],
  ['U'.charCodeAt(0), (machine) => machine.push(machine.input.take(machine.input.byte()))],
  ['B'.charCodeAt(0), (machine) => machine.push(machine.input.take(machine.input.uint32()))],
  ['C'.charCodeAt(0), (machine) => machine.push(machine.input.take(machine.input.byte()))],
  [0x8e, (machine) => machine.push(machine.input.take(machine.input.uint64()))],
  [0x96, (machine) => machine.push(machine.input.take(machine.input.uint64()))],
  // Lists, tuples and dicts.
  [']'.charCodeAt(0), (machine) => machine.push([])],
  ['l'.charCodeAt(0), (machine) => machine.push(machine.popMark())],
  [
    'a'.charCodeAt(0),
    (machine) => {
      const value = machine.pop();
      machine.list().push(value);
    },
  ],
  [
    'e'.charCodeAt(0),
    (machine) => {
      const values = machine.popMark();
      const list = machine.list();
      for (const value of values) list.push(value);
    },
  ],
  [')'.charCodeAt(0), (machine) => machine.push([])],
  ['t'.charCodeAt(0), (machine) => machine.push(machine.popMark())],
  [0x85, (machine) => machine.tuple(1)],
  [0x86, (machine) => machine.tuple(2)],
  [0x87, (machine) => machine.tuple(3)],
  ['}'.charCodeAt(0), (machine) => machine.push(new Map())],
  [
    'd'.charCodeAt(0),
    (machine) => {
      const items = machine.popMark();
      machine.push(new Map());
      machine.setItems(items);
    },
  ],
  [
    's'.charCodeAt(0),
    (machine) => {
      const value = machine.pop();
      machine.setItems([machine.pop(), value]);
    },
  ],
  ['u'.charCodeAt(0), (machine) => machine.setItems(machine.popMark())],
  // What was kept.
  ['q'.charCodeAt(0), (machine) => machine.put(machine.input.byte())],
  ['r'.charCodeAt(0), (machine) => machine.put(machine.input.uint32())],
  [0x94, (machine) => machine.memoize()],
  ['h'.charCodeAt(0), (machine) => machine.get(machine.input.byte())],
  ['j'.charCodeAt(0), (machine) => machine.get(machine.input.uint32())],
  // Names, and what NumPy makes by them.
  [
    'c'.charCodeAt(0),
    (machine) => {
      const module = machine.input.line();
      machine.push(findKnown(machine.input.path, module, machine.input.line()));
    },
  ],
  [
    0x93,
    (machine) => {
      const name = textOf(machine.pop()) ?? '?';
      machine.push(findKnown(machine.input.path, textOf(machine.pop()) ?? '?', name));
    },
  ],
  [
    'R'.charCodeAt(0),
    (machine) => {
      const given = machine.pop();
      machine.push(make(machine.input.path, machine.pop(), given));
    },
  ],
  [
    'b'.charCodeAt(0),
    (machine) => {
      const state = machine.pop();
      setState(machine.input.path, machine.top(), state);
    },
  ],
]);

/** Codes that make objects of classes, or fetch something from elsewhere. */
const OBJECTS: ReadonlyMap<number, string> = new Map([
  [0x81, 'NEWOBJ'],
  [0x92, 'NEWOBJ_EX'],
  ['i'.charCodeAt(0), 'INST'],
  ['o'.charCodeAt(0), 'OBJ'],
  ['P'.charCodeAt(0), 'PERSID'],
  ['Q'.charCodeAt(0), 'BINPERSID'],
  [0x82, 'EXT1'],
  [0x83, 'EXT2'],
  [0x84, 'EXT4'],
  [0x8f, 'EMPTY_SET'],
  [0x90, 'ADDITEMS'],
  [0x91, 'FROZENSET'],
  [0x97, 'NEXT_BUFFER'],
  [0x98, 'READONLY_BUFFER'],
]);

/** Codes of protocols 0 and 1, which are text. */
const OLD = new Set([...'ILFSVpg'].map((letter) => letter.charCodeAt(0)));

function refused(input: PickleBytes, code: number): LamoError {
  const object = OBJECTS.get(code);
  if (object !== undefined) return notAllowed(input.path, `an object (${object})`);
  if (OLD.has(code)) return oldProtocol(input.path);
  return input.damaged(`an unknown code ${code} at byte ${input.at - 1}`);
}

function oldProtocol(path: string): LamoError {
  return new LamoError({
    where: 'data/pickle',
    code: 'old-protocol',
    problem: `${path} is a pickle of protocol 0 or 1, which is not read`,
    expected: 'protocol 2 to 5',
    hint: 'In Python, load it, and save it with `pickle.dump(value, file, protocol=4)`.',
  });
}
