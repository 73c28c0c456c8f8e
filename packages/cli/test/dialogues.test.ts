import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { lamoHere, lamoSucceedsHere } from './lamo-here';

// Seconds on a free machine; the limit is for busy ones.
vi.setConfig({ testTimeout: 120_000 });

const folder = mkdtempSync(join(tmpdir(), 'lamo-dialogues-'));
afterAll(() => rmSync(folder, { recursive: true }));

const dialogue = (i: number) => ({
  messages: [
    { role: 'user', content: `Add ${i} to 0.` },
    { role: 'assistant', content: ` ${i}`, score: i },
    { role: 'user', content: ' And 1?' },
    { role: 'assistant', content: ` ${i + 1}` },
  ],
});

beforeAll(() => {
  const lines = Array.from({ length: 20 }, (_, i) => JSON.stringify(dialogue(i)));
  writeFileSync(join(folder, 'dialogues.jsonl'), lines.join('\n'));
});

const train = (out: string, ...more: string[]) => [
  ...['train', 'sft', '--completions', 'dialogues.jsonl', '--initialise-from', 'nano', '--held-out', '0.1'],
  ...['--steps', '2', '--threads', '1', '--batch-size', '2', '--out', out, ...more],
];

it('dialogues are learned, the best of them where that is asked for, and the same again when a run goes on', async () => {
  const given = ['--template', 'chatml', '--reward-field', 'score', '--top', '0.5'];
  await lamoSucceedsHere(train('best', ...given), folder);
  const { completions } = JSON.parse(readFileSync(join(folder, 'best', 'manifest.json'), 'utf8'));
  expect(completions).toMatchObject({
    ...{ template: 'chatml', rewardField: 'score', top: 0.5, examples: 9, heldOutExamples: 2 },
  });
  await lamoSucceedsHere(['train', '--resume', 'best', '--steps', '3', '--threads', '1'], folder);
  expect(readFileSync(join(folder, 'best', 'metrics.jsonl'), 'utf8')).toContain('"step":3');
});

it('a model that learned from dialogues is asked as in them', async () => {
  const generate = async (prompt: string, ...more: string[]) => {
    const args = ['generate', 'nano', '--prompt', prompt, '--tokens', '5', '--threads', '1', '--json'];
    return JSON.parse((await lamoSucceedsHere([...args, ...more], folder)).stdout);
  };
  const asked = '<|im_start|>user\nWhich?<|im_end|>\n<|im_start|>assistant\n';
  const { completion, prompt } = await generate('Which?', '--template', 'chatml');
  expect(prompt).toBe('Which?');
  expect(completion).toBe((await generate(asked)).completion);
  expect(completion).not.toBe((await generate('Which?')).completion);
  const several = await generate('Which?', '--template', 'chatml', '--samples', '2');
  expect(several.completions).toEqual((await generate(asked, '--samples', '2')).completions);
});

it('a template in Jinja is the same again when a run goes on, and one that has changed is refused', async () => {
  const template = join(folder, 'own.jinja');
  writeFileSync(template, '{% for m in messages %}{{ m.role + m.content + eos_token }}{% endfor %}');
  await lamoSucceedsHere(train('own', '--template', 'own.jinja'), folder);
  const { completions } = JSON.parse(readFileSync(join(folder, 'own', 'manifest.json'), 'utf8'));
  expect(completions.template).toBe(template);
  const goOn = ['train', '--resume', 'own', '--steps', '3', '--threads', '1'];
  await lamoSucceedsHere(goOn, folder);
  writeFileSync(template, '{% for m in messages %}{{ m.content + eos_token }}{% endfor %}');
  const { code, stderr } = await lamoHere(goOn.with(4, '4'), folder);
  expect(code).toBe(1);
  expect(stderr.replace(/\s+/g, ' ')).toMatch(/dialogues\.jsonl are/);
  const none = await lamoHere(train('none', '--template', 'tokenizer'), folder);
  expect(none.stderr.replace(/\s+/g, ' ')).toMatch(/no chat template.*received none/);
});

it('a share of the best is refused where rewards are missing, with the line', async () => {
  const { code, stderr } = await lamoHere(train('none', '--top', '0.5'), folder);
  expect(code).toBe(1);
  expect(stderr.replace(/\s+/g, ' ')).toMatch(/none in line 1 of .*dialogues\.jsonl.*--reward-field/);
});
