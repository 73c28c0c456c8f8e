/**
 * Prints what is running, with a clock: one that ticks if a person is watching, else a word now and then, so that nobody
 * takes it for dead.
 *
 * @param {string} title
 * @param {number} [patience] milliseconds from one word to the next
 * @returns {(outcome: string, took?: number) => void} ends the line with the outcome and the milliseconds it took, unless given since the start
 */
export function progressLine(title, patience = 15_000) {
  const started = performance.now();
  const seconds = (took = performance.now() - started) => `${(took / 1000).toFixed(1)} s`;
  const watched = process.stdout.isTTY === true;
  process.stdout.write(`${title} … `);
  const clock = watched
    ? setInterval(() => process.stdout.write(`\r${title} … ${seconds()} `), 500)
    : setInterval(() => process.stdout.write(`${seconds()} … `), patience);
  return (outcome, took) => {
    clearInterval(clock);
    process.stdout.write(`${watched ? `\r\u001b[2K${title} … ` : ''}${outcome} (${seconds(took)})\n`);
  };
}
