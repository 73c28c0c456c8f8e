import { describe, expect, it } from 'vitest';
import { markovChain } from './markov-chain';
import { openDrawnText } from './open-drawn-text';
import { openText } from './open-text';

describe('openDrawnText', () => {
  it('opens what is drawn by its name and its options', async () => {
    const text = openDrawnText('markov-chain:states=10,temperature=0.5,seed=3')!;
    expect(text).toMatchObject({ name: 'markov-chain:states=10,temperature=0.5,seed=3', states: 10 });
    const same = markovChain({ seed: 3, states: 10, temperature: 0.5 });
    expect(await text.fingerprint()).toBe(await same.fingerprint());
    expect(openDrawnText('independent-tokens')).toMatchObject({ name: 'independent-tokens', states: 100 });
  });

  it('leaves other names to others', () => {
    expect(['wikitext', 'markov-chains', 'notes/markov-chain', 'toString'].map(openDrawnText)).toEqual(
      Array(4).fill(undefined),
    );
  });

  it.each([
    'markov-chain:step=2',
    'markov-chain:states',
    'markov-chain:states=',
    'markov-chain:states=1=2',
    'independent-tokens:memory=2',
  ])('refuses %s, and says what there is', (name) => {
    expect(() => openDrawnText(name)).toThrow(
      expect.objectContaining({
        code: 'invalid-options',
        expected: expect.stringContaining('states, tokens, seed'),
        received: name.split(':')[1],
      }),
    );
  });

  it('refuses an option that is given twice', () => {
    expect(() => openDrawnText('markov-chain:states=10,states=12')).toThrow('received states=12');
  });

  it.each([
    ['markov-chain:states=ten', /`states` must be an integer above 1.*NaN/s],
    ['markov-chain:temperature=-1', /`temperature` must be a number above 0.*-1/s],
  ])('refuses %s', (name, message) => {
    expect(() => openDrawnText(name)).toThrow(message);
  });

  it('is what openText opens, alone', async () => {
    expect(await openText('markov-chain:states=5')).toMatchObject({ states: 5 });
    await expect(openText(['markov-chain', 'book.txt'])).rejects.toMatchObject({
      code: 'several-texts',
      received: 'markov-chain, book.txt',
    });
  });
});
