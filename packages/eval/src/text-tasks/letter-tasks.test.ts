import { Rng } from '@lamo/core';
import { describe, expect, it } from 'vitest';
import { drawTexts, shareSolved } from './draw-texts';
import { LETTER_TASK_CHARACTERS, letterTasks } from './letter-tasks';

const named = (name: string) => letterTasks.find((task) => task.name === name)!;

describe('tasks on letters', () => {
  it.each([
    ['copy', 'cab=', 'cab'],
    ['reverse', 'cabd=', 'dbac'],
    ['sort', 'caba=', 'aabc'],
    ['next', 'ahb=', 'bac'],
    ['turn', 'abcd=', 'bcda'],
    ['ends', 'cab=', 'cb'],
    ['most', 'caeb=', 'e'],
    ['add', '17+5=', '22'],
  ])('solve %s', (name, text, answer) => {
    expect(named(name).solve(text)).toBe(answer);
  });

  it('draw texts of known characters that differ, and leave out those that are judged', () => {
    for (const task of letterTasks) {
      const rng = Rng.fromSeed(1).split(task.name);
      const judged = drawTexts(task, 50, rng);
      const shown = drawTexts(task, 200, rng, judged);
      const prompts = [...judged, ...shown].map(({ prompt }) => prompt);
      expect(new Set(prompts).size).toBe(250);
      for (const { prompt, completion } of shown) {
        expect(
          [...task.instruction, ...prompt, ...completion].every((c) => LETTER_TASK_CHARACTERS.includes(c)),
        ).toBe(true);
        expect(prompt.length + completion.length).toBeLessThanOrEqual(9);
        expect(completion).toBe(task.solve(prompt));
      }
    }
    expect(new Set(letterTasks.map(({ instruction }) => instruction)).size).toBe(letterTasks.length);
    expect(new Set(LETTER_TASK_CHARACTERS).size).toBe(LETTER_TASK_CHARACTERS.length);
  });

  it('refuse to draw more texts than there are', () => {
    const add = named('add');
    const all = drawTexts(add, 400, Rng.fromSeed(0));
    expect(() => drawTexts(add, 1, Rng.fromSeed(1), all)).toThrow(/not so many different texts of add/);
  });

  it('count answers that are exactly right', () => {
    const texts = drawTexts(named('copy'), 4, Rng.fromSeed(0));
    const [first, second, third] = texts.map(({ completion }) => completion) as [string, string, string];
    expect(shareSolved(texts, [first, `${second}a`, third, ''])).toBe(0.5);
  });
});
