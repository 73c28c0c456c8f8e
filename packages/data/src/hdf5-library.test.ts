import { expect, it } from 'vitest';
import { listen, loadHdf5, withHeap } from './hdf5-library';

it('catches what the C library would print, and only that', async () => {
  const { module, File } = await loadHdf5();
  const { value, report } = listen(module, () => new File('/no/such/file.hdf5', 'r'));
  expect(value.file_id).toBeLessThan(0n);
  expect(report).toContain('No such file or directory');
  expect(listen(module, () => 1)).toEqual({ value: 1, report: '' });
});

it('listens no more after a call that throws', async () => {
  const { module } = await loadHdf5();
  const { streams } = module.FS as unknown as { streams: unknown[] };
  const standardError = streams[2];
  const fail = () => {
    throw new TypeError('inside');
  };
  expect(() => listen(module, fail)).toThrow('inside');
  expect(streams[2]).toBe(standardError);
});

it('refuses more memory than there is', async () => {
  const { module } = await loadHdf5();
  expect(() => withHeap(module, '`observations`', 2 ** 40, () => 0)).toThrow(
    expect.objectContaining({
      code: 'too-large',
      message: expect.stringContaining('received 1099511627776'),
    }),
  );
});
