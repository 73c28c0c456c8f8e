import { LamoError } from './errors';

/** The foreign function interface that native libraries are called through. */
export type Koffi = typeof import('koffi');

/** Stack of an asynchronous call, which koffi makes on a stack of its own: 128 kB by default, too few for a compiler. */
const STACK_BYTES = 16 * 2 ** 20;

/**
 * Imports koffi, an optional peer, and gives its asynchronous calls the stack that a compiler needs: whoever loads a library first decides it for the
 * whole process.
 *
 * @throws LamoError `library-unavailable`
 */
export async function importKoffi(): Promise<Koffi> {
  const koffi: Koffi = await import('koffi').catch((cause: unknown) => {
    throw new LamoError({
      where: 'core/koffi',
      code: 'library-unavailable',
      problem: 'koffi, which calls native libraries, is not installed, or has no binary for this system',
      received: (cause as Error).message.split('\n')[0]!,
      hint: "Install it with 'npm install koffi', optional packages included.",
      cause,
    });
  });
  if (koffi.config().async_stack_size! < STACK_BYTES) {
    try {
      koffi.config({ async_stack_size: STACK_BYTES });
    } catch (cause) {
      throw new LamoError({
        where: 'core/koffi',
        code: 'library-unavailable',
        problem: 'koffi has loaded another library, and its stack is too small for a compiler now',
        expected: `async_stack_size of ${STACK_BYTES}`,
        received: String(koffi.config().async_stack_size),
        hint: 'Open the device before anything else uses koffi, or call koffi.config() with that size first.',
        cause,
      });
    }
  }
  return koffi;
}
