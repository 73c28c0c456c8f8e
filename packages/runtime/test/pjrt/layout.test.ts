import { expect, it } from 'vitest';
import { type FunctionName, functions, slotOf, structs } from '../../src/pjrt/interface';
import { describePlugin } from './describe-plugin';

const SIZES = { bool: 1, int32: 4, int64: 8, size: 8, pointer: 8 } as const;

describePlugin('structs of the interface', (at) => {
  it('have every field where the C compiler puts it, and no others', () => {
    const compiled = at.plugin.layout().trim().split('\n');
    const ours = Object.entries({ ...structs, ...functions }).flatMap(([name, layout]) =>
      Object.entries(layout?.fields ?? {}).map(
        ([field, { type, offset }]) =>
          `${name} ${snakeCase(field)} ${offset} ${SIZES[type as keyof typeof SIZES]}`,
      ),
    );
    expect(ours.length).toBeGreaterThan(150);
    expect(compiled.filter((line) => !line.startsWith('Api ')).sort()).toEqual(ours.sort());
  });

  it('have functions where the C compiler puts them', () => {
    const compiled = at.plugin.layout().match(/^Api [A-Z].*$/gm)!;
    const ours = Object.keys(functions).map((name) => `Api ${name} ${slotOf(name as FunctionName)} 8`);
    const called = new Set(Object.entries(functions).flatMap(([name, layout]) => (layout ? [name] : [])));
    expect(ours.filter((line) => called.has(line.split(' ')[1]!))).toEqual(compiled);
  });
});

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
