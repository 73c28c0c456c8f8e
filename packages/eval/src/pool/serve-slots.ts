import type { MessagePort } from 'node:worker_threads';
import type { Environment } from '@lamo/core';
import { openEnvironment } from './environment-source';
import { type Answer, type Order, toFailure, turnToAnswer, type WorkerTask } from './messages';
import { createSlots, type Slots } from './slots';

/** Carries out orders for some slots of a pool in another thread, until it is told to close. */
export function serveSlots(port: MessagePort, { source, slots: numbers, current }: WorkerTask): void {
  const environments = new Map<number, Environment>();
  let slots: Slots | undefined;

  async function carryOut(order: Order): Promise<Answer> {
    switch (order.kind) {
      case 'open':
        for (const slot of numbers) environments.set(slot, await openEnvironment(source));
        return { specs: [...environments.values()].map(({ spec }) => spec) };
      case 'share':
        slots = createSlots(environments, order.board, current);
        return {};
      case 'start':
        return turnToAnswer(slots!.start(order.seeds, order.record));
      case 'step':
        return turnToAnswer(slots!.step());
      case 'close':
        for (const environment of environments.values()) environment.dispose();
        return {};
    }
  }

  port.on('message', async (order: Order) => {
    try {
      port.postMessage(await carryOut(order));
    } catch (error) {
      port.postMessage(toFailure(error, numbers[0]!));
    }
  });
}
