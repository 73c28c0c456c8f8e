import { startLamo } from './lamo';

/** What a command says of itself that serves something. */
interface Told {
  readonly url: string;
  /** Of a policy: what it could be asked. */
  readonly example?: object;
  /** Of a policy: what its file says. */
  readonly description?: object | null;
}

/** Starts a command that serves something until it is stopped, and waits for what it says of itself. */
export async function startServer(args: readonly string[], folder: string) {
  const running = startLamo([...args, '--json'], folder);
  const told = await new Promise<Told>((resolve, reject) => {
    let text = '';
    running.process.stdout!.on('data', (piece) => {
      text += piece;
      if (text.endsWith('\n}\n')) resolve(JSON.parse(text));
    });
    running.outcome.then(({ stderr }) => reject(new Error(stderr)), reject);
  });
  return { ...running, ...told };
}
