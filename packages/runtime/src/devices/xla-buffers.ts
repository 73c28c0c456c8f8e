import { ports } from '../compile/ports';
import type { PjrtBuffer } from '../pjrt/buffer';
import type { PjrtClient } from '../pjrt/client';
import { type HostArray, mapTree, type Tree, treeEntries } from '../tree';
import { checkSameState, withoutNumbers } from './state-buffers';

/** The leaves of a tree on a device, by port. An execution may take the memory of some and give new ones. */
export class XlaBuffers {
  readonly #client: PjrtClient;
  readonly #kind: 'state' | 'frozen';
  readonly #shapes: Tree<HostArray>;
  readonly #buffers = new Map<string, PjrtBuffer>();

  constructor(client: PjrtClient, kind: 'state' | 'frozen', tree: Tree<HostArray>) {
    this.#client = client;
    this.#kind = kind;
    this.#shapes = withoutNumbers(tree);
    this.write(tree);
  }

  /** The buffer of a leaf; undefined if there is no such leaf. */
  get(port: string): PjrtBuffer | undefined {
    return this.#buffers.get(port);
  }

  /** Puts what an execution made in the place of a leaf. */
  replace(port: string, buffer: PjrtBuffer): void {
    this.#buffers.get(port)?.dispose();
    this.#buffers.set(port, buffer);
  }

  /** Copies all leaves out. */
  async read(): Promise<Tree<HostArray>> {
    const copied = new Map<string, Float32Array>();
    for (const [port, buffer] of this.#buffers) copied.set(port, (await buffer.read()) as Float32Array);
    return mapTree(this.#shapes, ({ shape }, path) => ({
      shape,
      data: copied.get(ports[this.#kind](path))!,
    }));
  }

  /** Copies numbers in. @throws LamoError `state-mismatch` if paths or shapes differ */
  write(tree: Tree<HostArray>): void {
    checkSameState(this.#shapes, tree);
    for (const [path, { shape, data }] of treeEntries(tree)) {
      this.replace(ports[this.#kind](path), this.#client.upload(data, shape));
    }
  }

  /** Frees what the device holds. */
  dispose(): void {
    for (const buffer of this.#buffers.values()) buffer.dispose();
    this.#buffers.clear();
  }
}
