import type { Contender, Contest } from './contender';
import type { Setup } from './setup';

/** One line of the table: ours against one peer. */
export interface Row {
  readonly name: string;
  readonly ours_ms: number;
  readonly peer: string;
  readonly peer_ms: number;
  /** Peer ÷ ours: above 1, ours is faster. */
  readonly ratio: number;
  /** Smallest and largest ratio of a single round. */
  readonly spread: readonly [number, number];
  readonly runs: number;
}

/** Aim of one measurement in milliseconds: slow peers take fewer steps. */
const SLICE_MS = 800;
/** Time that a contender gets before it is measured. */
const WARM_UP_MS = 3000;

/**
 * Times ours and every peer in turn, round by round, so that a machine that gets slower or faster does so for
 * all; reports medians, and what memory of a GPU the peers took.
 */
export async function runContest(
  contest: Contest,
  setup: Setup,
  rounds: number,
): Promise<{ rows: Row[]; absent: string[]; peaks: Map<string, number | undefined> }> {
  const { ours, peers, absent } = await contest.open(setup);
  const all = [ours, ...peers];
  const times = new Map<Contender, number[]>(all.map((contender) => [contender, []]));
  const steps = new Map<Contender, number>();
  for (const contender of all) {
    const milliseconds = await warmUp(contender);
    steps.set(contender, Math.max(2, Math.min(contest.steps, Math.round(SLICE_MS / milliseconds))));
  }
  for (let round = 0; round < rounds; round++) {
    for (const contender of all) times.get(contender)!.push(await contender.measure(steps.get(contender)!));
  }
  const peaks = new Map(peers.map((peer) => [peer.name, peer.peakMegabytes?.()]));
  for (const contender of all) await contender.close();
  const own = times.get(ours)!;
  const rows = peers.map((peer) => {
    const theirs = times.get(peer)!;
    const ratios = theirs.map((ms, i) => ms / own[i]!);
    return {
      name: `${contest.name} (${ours.name})`,
      ours_ms: median(own),
      peer: peer.name,
      peer_ms: median(theirs),
      ratio: median(theirs) / median(own),
      spread: [Math.min(...ratios), Math.max(...ratios)] as const,
      runs: rounds,
    };
  });
  return { rows, absent, peaks };
}

/** Takes steps until caches are filled, code is compiled and thread counts are chosen; returns how long a step takes then. */
async function warmUp(contender: Contender): Promise<number> {
  const start = performance.now();
  let milliseconds = await contender.measure(2);
  while (performance.now() - start < WARM_UP_MS) {
    milliseconds = await contender.measure(Math.max(2, Math.round(WARM_UP_MS / 4 / milliseconds)));
  }
  return milliseconds;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1 ? sorted[Math.floor(middle)]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
