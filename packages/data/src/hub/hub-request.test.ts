import { expect, it } from 'vitest';
import { request, retry } from './hub-request';
import { hubSettings } from './hub-settings';

/** A body whose connection is silent for so long, after its first bytes, that the system gives it up. */
function dyingBody(): ReadableStream<Uint8Array> {
  let isFirst = true;
  return new ReadableStream({
    pull(controller) {
      if (isFirst) controller.enqueue(new Uint8Array(8));
      else {
        const cause = Object.assign(new Error('read ETIMEDOUT'), { code: 'ETIMEDOUT' });
        controller.error(new TypeError('terminated', { cause }));
      }
      isFirst = false;
    },
  });
}

it('a connection that dies in the middle of an answer is tried as often as any that is cut', async () => {
  let attempts = 0;
  const fetch = async () => new Response(++attempts < 4 ? dyingBody() : 'all of it');
  const settings = hubSettings({ fetch, retries: 5, retryDelay: 1, endpoint: 'http://hub' });
  const read = (response: Response) => response.text();
  await expect(retry(settings, 'a file', () => request(settings, { url: 'http://hub', read }))).resolves.toBe(
    'all of it',
  );
  expect(attempts).toBe(4);
});
