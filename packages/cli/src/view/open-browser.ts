import { spawn } from 'node:child_process';
import { printWarning } from '../terminal/print-warning';

/** How each system opens an address. */
const OPENERS: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};

/** Opens an address in the browser; warns if there is none that opens it. */
export function openBrowser(url: string): void {
  const [program = '', ...args] = OPENERS[process.platform] ?? ['xdg-open'];
  const opener = spawn(program, [...args, url], { stdio: 'ignore', detached: true });
  opener.on('error', ({ message }) =>
    printWarning(`The browser could not be opened (${message}): open ${url} yourself.`),
  );
  opener.unref();
}
