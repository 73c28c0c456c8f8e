import { lamo, td3Bc } from '@lamo/algos';
import { openDevice } from '@lamo/runtime';
import { algorithmContender } from '../speed/algorithm-contender';
import type { Contender } from '../speed/contender';
import { jaxContenders } from '../speed/jax';
import { type PeerSetup, pytorchContenders } from '../speed/pytorch';
import { runContest } from '../speed/run-contest';
import { hardwareOf, type Setup } from '../speed/setup';
import type { PartSetup, Row } from './row';

type Precision = Setup['precision'];

/** TD3+BC beside JAX’s jit and scan, and eager PyTorch. */
export async function timeTd3Bc(setup: PartSetup): Promise<void> {
  await compete(setup, 'TD3+BC step, batch 256, hidden 256', 'float32', {
    own: (device) => algorithmContender(td3Bc, device, { every: 256 }),
    peers: (peer) => [jaxContenders('td3_bc', peer), pytorchContenders('td3_bc', peer)],
    least: ({ peer }) => (peer.startsWith('JAX') ? 1 / 1.1 : 20),
  });
}

/** LaMo with GPT-2 small beside PyTorch, with attention fused and not. */
export async function timeLamo(setup: PartSetup, precision: Precision): Promise<void> {
  const batchSize = setup.isSmall ? 2 : 64;
  const config = { backbone: 'gpt2', pretrained: false, batchSize };
  await compete(setup, `LaMo step, GPT-2 small, LoRA 16, ${batchSize} × 20, ${precision}`, precision, {
    own: (device) => algorithmContender(lamo, device, { config, every: 64 }),
    peers: (peer) =>
      ['fused', 'eager'].map(async (attention) => {
        const found = await pytorchContenders('lamo', peer, [null, batchSize, attention]);
        if (typeof found === 'string') return found;
        return found.map((one) => ({ ...one, name: `${one.name}, ${attention} attention` }));
      }),
    least: () => (precision === 'bf16' ? 4 : 2),
  });
}

interface Field {
  readonly own: (device: Awaited<ReturnType<typeof openDevice>>) => Promise<Contender>;
  readonly peers: (setup: PeerSetup) => Promise<Contender[] | string>[];
  /** How many times as fast as a peer ours must be on a GPU. */
  readonly least: (row: { readonly peer: string }) => number;
}

/** Times ours and its peers in turn; on a GPU, ours has to be so much faster, and to need no more memory. */
async function compete(
  { plugin, isSmall, report }: PartSetup,
  name: string,
  precision: Precision,
  field: Field,
) {
  const device = await openDevice('xla', { plugin, precision });
  const hardware = hardwareOf(device);
  const contest = {
    name,
    steps: 400,
    async open() {
      // Compiling ours and starting the peers takes long: they do so at the same time.
      const [ours, ...found] = await Promise.all([
        field.own(device),
        ...field.peers({ hardware, precision }),
      ]);
      const peers = found.flatMap((one) => (typeof one === 'string' ? [] : one));
      return { ours, peers, absent: found.filter((one) => typeof one === 'string') };
    },
  };
  const { rows, absent, peaks } = await runContest(contest, { device: 'xla', precision }, isSmall ? 2 : 5);
  const isGpu = hardware === 'cuda';
  for (const row of rows) {
    const least = field.least(row);
    report({
      what: `${name}, against ${row.peer}`,
      result: `${row.ours_ms.toFixed(3)} ms, ${row.peer_ms.toFixed(3)} ms: ${row.ratio.toFixed(2)} times as fast`,
      ...(isGpu ? { isGood: row.ratio >= least } : {}),
    });
  }
  for (const reason of absent) report({ what: name, result: `not compared with ${reason}`, isGood: false });
  const own = device.facts().memory?.peak;
  const least = Math.min(...[...peaks.values()].filter((peak) => peak !== undefined));
  if (isGpu) report(memoryRow(name, own === undefined ? undefined : own / 2 ** 20, least));
}

function memoryRow(name: string, own: number | undefined, peers: number): Row {
  const text = own === undefined ? 'the plug-in does not tell' : `${own.toFixed(0)} MiB`;
  return {
    what: `${name}: most memory`,
    result: `${text}; PyTorch ${Number.isFinite(peers) ? `${peers.toFixed(0)} MiB` : 'does not tell'}`,
    ...(own === undefined || !Number.isFinite(peers) ? {} : { isGood: own <= peers }),
  };
}
