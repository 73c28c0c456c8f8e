import { LamoError } from '@lamo/core';

/** Reads a pickle's bytes one after another; nothing beyond the end of the file. */
export class PickleBytes {
  at = 0;

  constructor(
    readonly path: string,
    private readonly bytes: Buffer,
  ) {}

  /** @throws LamoError `damaged-file` */
  take(length: number): Buffer {
    if (!(length >= 0 && length <= this.bytes.length - this.at))
      throw this.damaged(`${length} bytes at byte ${this.at}, where ${this.bytes.length - this.at} are left`);
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  byte(): number {
    return this.take(1)[0]!;
  }

  uint32(): number {
    return this.take(4).readUInt32LE();
  }

  /** A length of eight bytes; one that no file can have is more than is left. */
  uint64(): number {
    return Number(this.take(8).readBigUInt64LE());
  }

  /** A line without its end, as module and class of a GLOBAL are. */
  line(): string {
    const end = this.bytes.indexOf(0x0a, this.at);
    if (end === -1 || end - this.at > 256) throw this.damaged(`a name without an end at byte ${this.at}`);
    const text = this.take(end - this.at).toString('utf8');
    this.at++;
    return text;
  }

  damaged(received: string): LamoError {
    return new LamoError({
      where: 'data/pickle',
      code: 'damaged-file',
      problem: `${this.path} is not a whole pickle`,
      received,
      hint: 'Download or copy it again.',
    });
  }
}
