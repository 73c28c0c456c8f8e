import { describe, expect, it } from 'vitest';
import { MOST_WORDS, rememberWords } from './word-cache';

/** Encodes a text as its length, and counts how often it is asked. */
function lengths() {
  const asked: string[] = [];
  const encode = (text: string) => {
    asked.push(text);
    return [text.length];
  };
  return { asked, encode: rememberWords(encode, ['<end>']) };
}

describe('rememberWords', () => {
  it('encodes each word once', () => {
    const { asked, encode } = lengths();
    expect(encode("it's one, it's two\n")).toEqual([2, 2, 4, 1, 3, 2, 4, 1]);
    expect(asked).toEqual(['it', "'s", ' one', ',', ' it', ' two', '\n']);
    encode("two it's one");
    expect(asked.slice(7)).toEqual(['two']);
  });

  it('leaves texts with special tokens whole', () => {
    const { asked, encode } = lengths();
    expect(encode('one <end>')).toEqual([9]);
    expect(asked).toEqual(['one <end>']);
  });

  it('forgets when it knows too many', () => {
    const { asked, encode } = lengths();
    for (let i = 0; i < MOST_WORDS; i++) encode(`${i}`);
    encode('0');
    expect(asked).toHaveLength(MOST_WORDS);
    for (let i = 0; i < 3; i++) encode(`${MOST_WORDS + i}`);
    encode('0');
    expect(asked).toHaveLength(MOST_WORDS + 4);
  });
});
