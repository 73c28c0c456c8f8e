import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { algorithms } from '../packages/algos/src/engine/find-algorithm';
import { settingsPage } from '../packages/algos/test/settings-page';
import { root } from '../scripts/run-command.mjs';

const read = (path: string) => readFileSync(join(root, path), 'utf8');

describe.each([...algorithms.keys()])('the page of %s', (name) => {
  it('is found from the start page, and leads to all settings and metrics', () => {
    const inIndex = `(algorithms/${name}.md)`;
    const toSettings = `(../generated/settings.md#${name})`;
    const page = `docs/algorithms/${name}.md`;
    expect(existsSync(join(root, page)), `write ${page}, in the order of td3-bc.md`).toBe(true);
    expect(read('docs/index.md').includes(inIndex), `link it in docs/index.md: [Name]${inIndex}`).toBe(true);
    expect(read(page).includes(toSettings), `link from ${page} to [the settings]${toSettings}`).toBe(true);
  });
});

it('the page of settings and metrics is what the algorithms say now: pnpm run docs writes it anew', () => {
  expect(read('docs/generated/settings.md')).toBe(settingsPage());
});

it('the pull request asks what the page for contributors promises that it asks', () => {
  const [, list = ''] = read('.github/pull_request_template.md').split('### For a new algorithm');
  const questions = list.split('\n').filter((line) => line.startsWith('- [ ]'));
  expect(questions.length).toBeGreaterThan(4);
  expect(read('docs/contribute/add-an-algorithm.md')).toContain(questions.join('\n'));
});
