import { setTimeout } from 'node:timers/promises';
import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import type { LamoError } from '@lamo/core';
import { startThread } from '../threads/start-thread';
import { badAnswer, explainEnd, explainError, noAnswer } from './process-errors';
import type { Relayed, RelayOrder, RelayTask } from './relay-lines';

/** An object of JSON. */
export type Json = Readonly<Record<string, unknown>>;

/** A process that answers every line of JSON with one. After an error of its own it is not to be used any more. */
export interface LineProcess {
  /** Reads what it says first. */
  greeting(): Promise<Json>;
  /** Asks while other things go on. */
  ask(request: Json): Promise<Json>;
  /** Asks and waits: nothing else goes on in this thread. */
  askNow(request: Json): Json;
  /** Lets it end. */
  end(): void;
}

/** What a process is started with. */
export interface LineProcessOptions {
  /** For errors: `eval/gymnasium:Hopper-v5`. */
  readonly where: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Seconds that an answer may take. */
  readonly timeout: number;
}

/** Milliseconds between two looks for an answer. */
const PAUSE = 5;

/**
 * Starts a process. Its methods throw:
 *
 * @throws LamoError `process-missing` if there is no such program, `process-ended`, `no-answer` in time, `bad-answer`, and with the code that
 *   the answer gives if it is an error
 */
export function startLineProcess(options: LineProcessOptions): LineProcess {
  const { where, timeout } = options;
  const { sent, receive, order, fail } = openChannel(options);
  const giveUp = () => {
    order('kill');
    return fail(noAnswer(where, timeout));
  };
  async function wait(): Promise<Json> {
    const deadline = Date.now() + timeout * 1000;
    for (;;) {
      const answer = receive();
      if (answer !== undefined) return answer;
      if (Date.now() > deadline) return giveUp();
      await setTimeout(PAUSE);
    }
  }
  return {
    greeting: wait,
    ask(request) {
      order({ line: JSON.stringify(request) });
      return wait();
    },
    askNow(request) {
      let seen = Atomics.load(sent, 0);
      const early = receive(); // it may have ended since the last answer
      if (early !== undefined) return fail(badAnswer(where, JSON.stringify(early)));
      order({ line: JSON.stringify(request) });
      for (;;) {
        const waited = Atomics.wait(sent, 0, seen, timeout * 1000);
        seen = Atomics.load(sent, 0);
        const answer = receive();
        if (answer !== undefined) return answer;
        if (waited === 'timed-out') return giveUp();
      }
    },
    end: () => order('end'),
  };
}

/** Starts the process, and opens the way to it. What has failed once is not tried again. */
function openChannel({ where, command, args }: LineProcessOptions) {
  const { port1: port, port2 } = new MessageChannel();
  const sent = new Int32Array(new SharedArrayBuffer(4));
  const workerData: RelayTask = { command, args, port: port2, sent };
  const relay = startThread('relay', { workerData, transferList: [port2] });
  relay.unref(); // who forgets to dispose an environment can still leave
  let failure: LamoError | undefined;
  const fail = (error: LamoError): never => {
    failure ??= error;
    throw failure;
  };
  relay.on('error', ({ message }) => {
    failure ??= explainEnd(where, command, { ended: message, stderr: '' });
  });
  return {
    sent,
    fail,
    order: (message: RelayOrder) => port.postMessage(message),
    /** Takes the next answer, if there is one. */
    receive(): Json | undefined {
      if (failure !== undefined) throw failure;
      const received = receiveMessageOnPort(port)?.message as Relayed | undefined;
      if (received === undefined) return undefined;
      if ('ended' in received) return fail(explainEnd(where, command, received));
      const answer = parse(received.line);
      if (answer === undefined) return fail(badAnswer(where, received.line));
      if (typeof answer.error === 'string') throw explainError(where, answer);
      return answer;
    },
  };
}

function parse(line: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Json) : undefined;
  } catch {
    return undefined;
  }
}
