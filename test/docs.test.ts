import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root } from '../scripts/run-command.mjs';
import { compileErrors, type Example } from './compile-errors';

const files = listPages();

describe.each(files)('%s', (file) => {
  const text = readFileSync(join(root, file), 'utf8');

  test('links only to what exists', () => {
    const links = [...text.matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, link]) => link ?? '');
    expect(links.filter((link) => !leadsSomewhere(file, link))).toEqual([]);
  });

  // `pnpm docs` opens a browser, `pnpm pack` packs the root.
  test('says `pnpm run` where pnpm has a command of that name', () => {
    expect(text).not.toMatch(/pnpm (docs|pack|publish|version)\b/);
  });
});

test('every TypeScript example in the pages compiles', () => {
  expect(compileErrors(files.flatMap(readExamples))).toEqual([]);
}, 60_000);

function listPages(): string[] {
  const docs = readdirSync(join(root, 'docs'), { recursive: true }).map((name) => join('docs', String(name)));
  const readmes = readdirSync(join(root, 'packages')).map((name) => join('packages', name, 'README.md'));
  const others = [
    'README.md',
    'CONTRIBUTING.md',
    'SECURITY.md',
    'benchmarks/README.md',
    'examples/README.md',
  ];
  const pages = [...docs.filter((name) => name.endsWith('.md')), ...readmes, ...others];
  return pages.filter((page) => existsSync(join(root, page))).sort();
}

function leadsSomewhere(from: string, link: string): boolean {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? join(root, from) : resolve(root, dirname(from), path);
  if (!existsSync(target)) return false;
  return anchor === undefined || headings(readFileSync(target, 'utf8')).includes(anchor);
}

/** Anchors of a page's headings, as GitHub makes them. */
function headings(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

function readExamples(file: string): Example[] {
  const blocks = readFileSync(join(root, file), 'utf8').matchAll(/^```ts\n(.*?)^```$/gms);
  return [...blocks].map(([, code = ''], i) => ({ name: `${file} example ${i + 1}`, code }));
}
