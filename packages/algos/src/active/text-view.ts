import { type Gpt2, type Gpt2Config, gpt2, nextTokenLogits, tokenEmbeddings } from '@lamo/models';
import type { Device, Executable, HostArray, Program, Tree } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import { CompiledActor } from '../ingredients/compiled-actor';
import type { NetworkOutputs } from './network-view';
import { runRows } from './run-rows';
import { tokensOf } from './text-demonstrations';

/** Texts that are read at once: fewer than rows of small networks, as each has many tokens. */
const ROWS = 32;
/** Texts are read in windows of a power of two, of so many tokens at least: each is compiled when it is first needed. */
const SHORTEST = 8;

/** Looks into a language model: at what goes into its head after the last token of a text, and what comes out. */
export class TextView {
  readonly #actors = new Map<number, CompiledActor>();
  #state: Tree<HostArray>;

  /**
   * @param select picks the whole model from a state
   * @param state of a training
   */
  constructor(
    private readonly device: Device,
    private readonly config: Gpt2Config,
    private readonly select: (state: Tree<HostArray>) => Tree<HostArray>,
    state: Tree<HostArray>,
  ) {
    this.#state = state;
  }

  /** Takes the parameters of another state. */
  async load(state: Tree<HostArray>): Promise<void> {
    this.#state = state;
    for (const actor of this.#actors.values()) await actor.load(state);
  }

  /**
   * Computes what the model says of texts.
   *
   * @param observations [n, width] ids; of a text with more tokens than the model has positions, the last ones are read
   * @returns hidden states [n, D], and scores of what comes next [n, V]
   */
  async look(observations: Float32Array, width: number): Promise<NetworkOutputs> {
    const texts = Array.from({ length: observations.length / width }, (_, row) =>
      tokensOf(observations, width, row).slice(-this.config.nPositions),
    );
    const longest = texts.reduce((most, { length }) => Math.max(most, length), SHORTEST);
    const window = Math.min(2 ** Math.ceil(Math.log2(longest)), this.config.nPositions);
    const executable = await this.#actor(window).executable(ROWS);
    const fill = (inputs: Executable['inputs'], row: number, at: number) => {
      inputs.tokens!.set(texts[row]!, at * window);
      inputs.place![at] = texts[row]!.length - 1;
    };
    const { hidden, outputs } = await runRows(executable, { size: ROWS, n: texts.length }, fill);
    return { hidden: hidden!, outputs: outputs! };
  }

  async dispose(): Promise<void> {
    for (const actor of this.#actors.values()) await actor.dispose();
    this.#actors.clear();
  }

  #actor(window: number): CompiledActor {
    const { device, select, config } = this;
    const program = (state: Tree<HostArray>, rows: number) => reading(state, config, rows, window);
    const actor = this.#actors.get(window) ?? new CompiledActor({ device, select, program }, this.#state);
    this.#actors.set(window, actor);
    return actor;
  }
}

/** Reads `tokens` [rows, window] up to `place` [rows, 1]; what follows has no effect, as tokens do not see later ones. */
function reading(state: Tree<HostArray>, config: Gpt2Config, rows: number, window: number): Program<'act'> {
  return {
    state,
    inputs: { tokens: [rows, window], place: [rows, 1] },
    variants: {
      act(parameters, { tokens, place }) {
        const model = parameters as unknown as Gpt2<tf.Tensor>;
        const last = tf.cast(place!, 'int32');
        const embeddings = tokenEmbeddings(model, tokens!, tf.range(0, window, 1, 'int32'));
        const states = gpt2(model, embeddings, config, {
          select: (x) => tf.gather(x, last as tf.Tensor1D, 1, 1), // [rows, T, D] → [rows, 1, D]
        });
        const hidden = tf.reshape(states, [rows, config.nEmbd]);
        return { outputs: { hidden, outputs: nextTokenLogits(model, hidden) } };
      },
    },
  };
}
