/** The call stack as text, deep enough to leave tfjs and reach the caller's own code. */
export function callStack(): string {
  const former = Error.stackTraceLimit;
  Error.stackTraceLimit = 100;
  try {
    return new Error().stack ?? '';
  } finally {
    Error.stackTraceLimit = former;
  }
}

/** Frames that are not the caller's: libraries, Node, and this package without its tests. */
const FOREIGN = /node_modules|node:|packages[/\\]runtime[/\\](src|dist)[/\\](?!.*\.test\.)/;

/** Where in the caller's own code a stack is, as ` (at file:line:column)`, or an empty string if there is no such frame. */
export function userLine(stack = callStack()): string {
  const frames = stack.split('\n').filter((line) => /^\s+at /.test(line));
  const own = frames.find((frame) => !FOREIGN.test(frame));
  const place = own?.match(/\(?((?:file:\/\/)?[^()\s]+:\d+:\d+)\)?$/)?.[1];
  return place === undefined ? '' : ` (at ${place.replace('file://', '')})`;
}
