import { type Command, InvalidArgumentError, Option } from 'commander';
import { countOption, lazily, parsePort, parseStrings } from './common-options';

/** Defines `lamo serve`. */
export function defineServe(command: Command): void {
  command
    .argument('<policy>', 'the folder of a run, or a policy.onnx')
    .description(
      'Lets programs ask a trained policy over HTTP: POST /act with an observation, by the names of its columns or as a list. GET /schema says what requests may be, GET /policy what the policy sees and does; GET /health and GET /metrics are for whoever runs it.',
    )
    .option('--host <address>', 'address to listen at: of this machine alone', '127.0.0.1')
    .addOption(
      new Option('--port <port>', 'port to listen at; 0 for any that is free')
        .argParser((text) => parsePort(text, 0))
        .default(8080),
    )
    .option('--allow-network', 'let --host be an address that others reach; nobody has to log in')
    .addOption(
      new Option('--allow-origin <origins>', 'pages that may ask from a browser: https://example.org, …')
        .argParser(parseOrigins)
        .default([], 'none'),
    )
    .addOption(countOption('--max-batch <count>', 'most observations that are computed at once').default(64))
    .addOption(
      new Option(
        '--max-wait <ms>',
        'milliseconds that an observation waits for others, to be computed with them',
      )
        .argParser(parseWait)
        .default(0),
    )
    .option('--schema', 'print the JSON Schema of requests and answers, and serve nothing')
    .addHelpText(
      'after',
      '\nExample:\n  lamo serve runs/iql --port 8080\n' +
        `  curl http://127.0.0.1:8080/act -H 'Content-Type: application/json' -d '{"observation": [20, 5]}'`,
    )
    .action(lazily(async () => (await import('../actions/serve')).serve));
}

function parseOrigins(text: string): string[] {
  const origins = parseStrings(text);
  for (const origin of origins)
    if (!URL.canParse(origin) || new URL(origin).origin !== origin)
      throw new InvalidArgumentError(
        `Expected origins such as https://example.org, without a path; received ${origin}.`,
      );
  return origins;
}

function parseWait(text: string): number {
  const wait = text.trim() === '' ? Number.NaN : Number(text);
  if (wait >= 0 && wait <= 1000) return wait;
  throw new InvalidArgumentError('Expected milliseconds, 0 to 1000.');
}
