import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { isReserved, isStatePort, outputOf, ports } from './ports';

it('reads ports as it names them', () => {
  expect(isStatePort(ports.state('actor/0/kernel'))).toBe(true);
  expect(outputOf(ports.output('loss'))).toBe('loss');
  const others = [
    ports.frozen('a'),
    ports.input('a'),
    ports.noise(0),
    ports.pack(0),
    ports.next(ports.output('a')),
  ];
  for (const port of others) expect([isStatePort(port), outputOf(port)]).toEqual([false, undefined]);
  expect([ports.state('a'), ports.value(12), ports.batchSize].every(isReserved)).toBe(true);
  expect(['observations', 'table', 't', 'batch', 'target/1'].some(isReserved)).toBe(false);
});

it('nobody else writes the name of a port', () => {
  const folder = fileURLToPath(new URL('../', import.meta.url));
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts') && path !== 'compile/ports.ts');
  const prefixes = ['state', 'frozen', 'input', 'output', 'noise', 'next', 'pack', 'batch'];
  const port = new RegExp(`['"\`](${prefixes.join('|')})/`);
  expect(sources).toContain('devices/onnxruntime.ts');
  expect(sources.filter((path) => port.test(readFileSync(`${folder}${path}`, 'utf8')))).toEqual([]);
});
