/** Which moment of an episode is shown, and whether time goes on. */
export interface Player {
  /** The moment, in rows; not whole while time goes on. */
  readonly row: number;
  readonly isPlaying: boolean;
  /** Times real time. */
  speed: number;
  /** Begins with another episode. */
  load(rows: number, secondsPerStep: number): void;
  /** Plays from here, or from the beginning if this is the end; or stops. */
  toggle(): void;
  /** Goes to a row, and stays there. */
  seek(row: number): void;
}

/** @param onChange called whenever the moment changes, or whether time goes on */
export function createPlayer(onChange: () => void): Player {
  let rows = 1;
  let secondsPerStep = 1;
  let last = 0;
  const player = {
    row: 0,
    isPlaying: false,
    speed: 1,
    load(count: number, seconds: number) {
      rows = count;
      secondsPerStep = seconds;
      player.seek(0);
    },
    toggle() {
      if (!player.isPlaying && player.row >= rows - 1) player.row = 0;
      player.isPlaying = !player.isPlaying;
      if (player.isPlaying) {
        last = performance.now();
        requestAnimationFrame(goOn);
      }
      onChange();
    },
    seek(row: number) {
      player.isPlaying = false;
      player.row = Math.min(rows - 1, Math.max(0, row));
      onChange();
    },
  };

  function goOn(now: number): void {
    if (!player.isPlaying) return;
    player.row = Math.min(
      rows - 1,
      player.row + (Math.max(0, now - last) / 1000 / secondsPerStep) * player.speed,
    );
    last = now;
    player.isPlaying = player.row < rows - 1;
    onChange();
    if (player.isPlaying) requestAnimationFrame(goOn);
  }

  return player;
}
