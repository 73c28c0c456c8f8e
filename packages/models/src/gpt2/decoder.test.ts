import { openDevice } from '@lamo/runtime';
import { expect, it } from 'vitest';
import { windowScorer } from '../../../../test/recompute-text';
import { nanoModelFolder } from '../pretrained/nano-model';
import { Decoder } from './decoder';
import { loadGpt2 } from './load-gpt2';

it('scores as the whole window does, where caches grow, for each row at its own place, and for other texts after', async () => {
  const model = await loadGpt2(nanoModelFolder());
  const device = await openDevice('cpu', { threads: 1 });
  const scorer = await windowScorer(model, 80, device);
  const V = model.config.vocabSize;
  // It expects one more token: from 33 on, and from 65 on, they need larger caches.
  const decoder = new Decoder({ device, model, rows: 2, tokens: 1 });
  const texts = [Array.from({ length: 29 }, (_, i) => 100 + i), [5]];
  const check = async () => {
    const logits = (await decoder.score(texts)).slice();
    for (const [row, text] of texts.entries()) {
      // Logits up to 20, of sums in another order.
      expect(logits.subarray(row * V, (row + 1) * V)).toBeAllClose(await scorer.score(text), {
        absolute: 1e-3,
      });
    }
  };
  for (let i = 0; i < 40; i++) {
    await check();
    for (const [row, text] of texts.entries()) text.push((i * i * 37 + row) % V);
  }
  for (const [row, text] of texts.entries()) text.splice(0, text.length, 7, 8, 9 + row);
  decoder.forget();
  await check();
  // Short ones of different lengths, which are read one token at a time.
  for (const [row, text] of texts.entries()) text.splice(0, text.length, ...[4, 3, 2, 1].slice(row), 10);
  decoder.forget();
  for (let i = 0; i < 3; i++) {
    await check();
    for (const text of texts) text.push(20 + i);
  }
  await decoder.dispose();
  await scorer.dispose();
});
