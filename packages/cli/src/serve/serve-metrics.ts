import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** What is counted while a policy is served. */
export interface ServeMetrics {
  /** Writes down everything as Prometheus reads it. */
  text(): Promise<string>;
  /** The type of that text. */
  readonly contentType: string;
  /** Counts a request that was answered. */
  request(route: string, status: number, seconds: number): void;
  /** Counts rows that were computed at once. */
  batch(rows: number): void;
  /** Counts observations that are far from those of the training. */
  outside(): void;
}

/** Starts to count. @param gauges what is looked up when it is asked for */
export function serveMetrics(gauges: {
  readonly waiting: () => number;
  readonly episodes: () => number;
}): ServeMetrics {
  const registers = [new Registry()];
  const [registry] = registers as [Registry];
  const requests = new Counter({
    ...{ name: 'lamo_requests_total', help: 'Requests that were answered', registers },
    labelNames: ['route', 'status'],
  });
  const latencies = new Histogram({
    ...{ name: 'lamo_request_seconds', help: 'Time from a request to its answer', registers },
    labelNames: ['route'],
    buckets: [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5],
  });
  const batches = new Histogram({
    ...{ name: 'lamo_batch_observations', help: 'Observations that were computed at once', registers },
    buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256],
  });
  const outside = new Counter({
    name: 'lamo_observations_outside_training_total',
    ...{ help: 'Observations with numbers that are far from those of the training', registers },
  });
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      ...{ name, help, registers },
      collect() {
        this.set(read());
      },
    });
  gauge('lamo_waiting_observations', 'Observations that wait', gauges.waiting);
  gauge('lamo_episodes', 'Episodes that are played', gauges.episodes);
  return {
    text: () => registry.metrics(),
    contentType: registry.contentType,
    request(route, status, seconds) {
      requests.inc({ route, status });
      latencies.observe({ route }, seconds);
    },
    batch: (rows) => batches.observe(rows),
    outside: () => outside.inc(),
  };
}
