import { type InfoColumn, LamoError } from '@lamo/core';
import type { Episode } from './episode';
import { copyRows, type NumberSource, type Rows, widthOf } from './number-source';

type FillOptions = Partial<Omit<Rows, 'rows'>>;

/** Episodes, and where each begins in the table of all rows. */
export class EpisodeTable {
  readonly rows: number;
  private readonly starts: readonly number[];

  constructor(
    readonly path: string,
    readonly episodes: readonly Episode[],
  ) {
    let rows = 0;
    this.starts = episodes.map((episode) => {
      rows += episode.rows;
      return rows - episode.rows;
    });
    this.rows = rows;
  }

  /** Fills a table [N, W] with arrays that are put side by side. */
  fill<T extends InfoColumn['data'] | Uint8Array>(
    data: T,
    sourcesOf: (episode: Episode) => readonly NumberSource[],
    options: FillOptions = {},
  ): T {
    const stride = data.length / this.rows;
    for (const [i, episode] of this.episodes.entries()) {
      let column = 0;
      for (const source of sourcesOf(episode)) {
        const rows = { from: 0, ...options, rows: episode.rows };
        copyRows(`${episode.name} of ${this.path}`, source, rows, {
          data,
          stride,
          row: this.starts[i]!,
          column,
        });
        column += widthOf(source);
      }
    }
    return data;
  }

  /** Fills a table of 32-bit floats [N, W], as {@link fill}. */
  floats(sourcesOf: (episode: Episode) => readonly NumberSource[], options: FillOptions = {}): Float32Array {
    const width = sourcesOf(this.episodes[0]!).reduce((sum, source) => sum + widthOf(source), 0);
    return this.fill(new Float32Array(this.rows * width), sourcesOf, options);
  }

  /** @returns one byte for each row; `undefined` flags are none */
  flags(sourceOf: (episode: Episode) => NumberSource | undefined): Uint8Array {
    const flags = new Uint8Array(this.rows);
    for (const [i, episode] of this.episodes.entries()) {
      const source = sourceOf(episode);
      // A single flag is that of the last row.
      const start = this.starts[i]! + (source?.shape.length === 0 ? episode.rows - 1 : 0);
      source?.read((numbers) => {
        for (let row = 0; row < numbers.length; row++) {
          const flag = Number(numbers[row]);
          if (flag !== 0 && flag !== 1) throw notAFlag(this.path, episode.name, source.key, row, flag);
          flags[start + row] = flag;
        }
      });
    }
    return flags;
  }

  /** Calls back with each episode's last row. */
  forEachEnd(act: (last: number, start: number) => void): void {
    for (const [i, { rows }] of this.episodes.entries()) act(this.starts[i]! + rows - 1, this.starts[i]!);
  }
}

function notAFlag(path: string, episode: string, key: string, row: number, received: number): LamoError {
  return new LamoError({
    where: 'data/formats',
    code: 'not-a-flag',
    problem: `\`${key}\` of ${episode} in ${path} has something other than a flag in row ${row}`,
    expected: '0 or 1',
    received: String(received),
  });
}
