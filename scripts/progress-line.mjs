/**
 * Prints what is running, with a clock if a person is watching.
 *
 * @param {string} title
 * @returns {(outcome: string) => void} ends the line with the outcome and the time it took
 */
export function progressLine(title) {
  const started = performance.now();
  const seconds = () => `${((performance.now() - started) / 1000).toFixed(1)} s`;
  const watched = process.stdout.isTTY === true;
  process.stdout.write(`${title} … `);
  const clock = watched
    ? setInterval(() => process.stdout.write(`\r${title} … ${seconds()} `), 500)
    : undefined;
  return (outcome) => {
    clearInterval(clock);
    process.stdout.write(`${watched ? `\r\u001b[2K${title} … ` : ''}${outcome} (${seconds()})\n`);
  };
}
