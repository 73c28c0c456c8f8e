import { statSync } from 'node:fs';

/** Tells by its name whether something is the file of a policy. */
export function isPolicyFile(path: string): boolean {
  return /\.onnx$/i.test(path) && statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true;
}
