import type { Server } from 'node:http';
import { LamoError } from '@lamo/core';

/** This machine alone can reach it. */
export const LOOPBACK = '127.0.0.1';

/** Where a server listens. */
export interface Place {
  /** The address of a network that this machine has. */
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
}

/** Lets a server listen. @throws LamoError `port-in-use`, `no-port` */
export function listen(server: Server, place: Place): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => reject(cannotListen(place, cause)));
    server.listen(place.port, place.host, resolve);
  });
}

function cannotListen({ host, port }: Place, cause: NodeJS.ErrnoException): LamoError {
  const isTaken = cause.code === 'EADDRINUSE';
  const at = host === LOOPBACK ? '' : ` of ${host}`;
  return new LamoError({
    where: 'cli/listen',
    code: isTaken ? 'port-in-use' : 'no-port',
    problem: isTaken
      ? `Port ${port}${at} is in use by another program`
      : `Port ${port}${at} cannot be opened`,
    expected: 'a port that is free, of an address that this machine has',
    received: cause.message,
    hint: 'Choose another --port; 0 is any that is free.',
    cause,
  });
}
