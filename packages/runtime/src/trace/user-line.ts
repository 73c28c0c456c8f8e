/** Where in the caller's own code we are, as ` (at file:line)`, or nothing if no such frame is on the stack. */
export function userLine(): string {
  const frames = (new Error().stack ?? '').split('\n').slice(1);
  const own = frames.find(
    (frame) => !/node_modules|node:internal|[/\\]runtime[/\\](src|dist)[/\\](?!.*\.test\.)/.test(frame),
  );
  const place = own?.match(/\(?((?:file:\/\/)?[^()\s]+:\d+:\d+)\)?$/)?.[1];
  return place === undefined ? '' : ` (at ${place.replace('file://', '')})`;
}
