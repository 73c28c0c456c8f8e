import { describedSizes, type PolicyDescription, type PolicyFile } from '@lamo/algos';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { z } from 'zod';
import { answerOf } from './answer-of';
import { Batcher, type BatcherOptions } from './batcher';
import { describeSchemas } from './describe-schemas';
import { Episodes } from './episodes';
import { type GuardOptions, guard } from './guard';
import { checkValue, readObservation } from './read-request';
import { refuse } from './refuse';
import { RequestError } from './request-error';
import { bounded, MOST_OBSERVATIONS, requestSchemas } from './request-schema';
import { serveMetrics } from './serve-metrics';

/** How a policy is served. */
export interface PolicyAppOptions extends GuardOptions, Omit<BatcherOptions, 'onBatch'> {
  /** Bytes that the body of a request may have. */
  readonly maxBody: number;
  /** Episodes that may be played at the same time. */
  readonly maxEpisodes: number;
  /** Milliseconds after which an episode is forgotten that nobody plays. */
  readonly episodeIdle: number;
}

/** What is the same for every request. */
interface Served {
  readonly description: PolicyDescription;
  readonly schemas: ReturnType<typeof requestSchemas>;
  readonly batcher: Batcher;
  readonly episodes: Episodes;
  readonly metrics: ReturnType<typeof serveMetrics>;
}

/** Makes what answers requests for a policy: `POST /act`, episodes, and what there is to know. It listens to nothing. */
export function policyApp(policy: PolicyFile, options: PolicyAppOptions): Hono {
  const { description } = policy;
  const metrics = serveMetrics({ waiting: () => batcher.waiting, episodes: () => episodes.size });
  const batcher = new Batcher(policy.run, { ...options, onBatch: metrics.batch });
  const episodes = new Episodes(description, options.maxEpisodes, options.episodeIdle);
  const served: Served = { description, schemas: requestSchemas(description), batcher, episodes, metrics };
  const app = new Hono();
  app.use(async (context, next) => {
    const start = performance.now();
    await next();
    const route = ROUTES.has(context.req.path) ? context.req.path : episodeRoute(context.req.path);
    metrics.request(route, context.res.status, (performance.now() - start) / 1000);
  });
  app.use(guard(options));
  app.onError((error, context) => refuse(context, error));
  app.notFound((context) => refuse(context, noRoute(context)));
  app.post('*', async (context, next) => {
    if (/^application\/json\s*(;|$)/i.test(context.req.header('content-type') ?? '')) return next();
    throw new RequestError(415, 'not-json', 'expected the header Content-Type: application/json');
  });
  app.post(
    '*',
    bodyLimit({
      maxSize: options.maxBody,
      onError: () => {
        throw tooLarge(options.maxBody);
      },
    }),
  );
  addActing(app, served);
  addEpisodes(app, served);
  addKnowledge(app, policy, served);
  return app;
}

const ROUTES = new Set(['/', '/act', '/episodes', '/health', '/metrics', '/schema', '/policy']);

/** Ids of episodes are no labels: there are too many. */
const episodeRoute = (path: string) => (/^\/episodes\/[^/]+(\/act)?$/.test(path) ? '/episodes/ID' : 'other');

function addActing(app: Hono, { description, schemas, batcher, metrics }: Served): void {
  const one = z.strictObject({ observation: z.unknown() });
  const many = z.strictObject({ observations: z.array(z.unknown()).min(1).max(MOST_OBSERVATIONS) });
  app.post('/act', async (context) => {
    if (description.sequence !== undefined) throw readsWindows();
    const body = await readBody(context);
    const isMany = typeof body === 'object' && body !== null && 'observations' in body;
    const given = isMany ? checkValue(many, body).observations : [checkValue(one, body).observation];
    const read = given.map((value, i) =>
      readObservation(schemas, description, value, isMany ? `observations[${i}]` : 'observation'),
    );
    const outputs = await batcher.submit(read.map(({ observation }) => ({ observations: observation })));
    const answers = outputs.map((output, i) => answerOf(description, read[i]!.observation, output));
    for (const { warnings } of answers) if (warnings !== undefined) metrics.outside();
    return context.json(isMany ? { answers } : answers[0]!);
  });
}

function addEpisodes(app: Hono, { description, schemas, batcher, episodes, metrics }: Served): void {
  const envelope = z.strictObject({ observation: z.unknown(), reward: bounded.optional() });
  app.post('/episodes', async (context) => {
    const { targetReturn } = checkValue(schemas.begin, await readBody(context));
    const episode = episodes.begin(targetReturn);
    return context.json({ id: episode.id, targetReturn: episode.targetReturn }, 201);
  });
  app.post('/episodes/:id/act', async (context) => {
    const episode = episodes.find(context.req.param('id'));
    const { observation: value, reward } = checkValue(envelope, await readBody(context));
    const read = readObservation(schemas, description, value, 'observation', episode.before);
    const outputs = await episode.act(read.observation, reward, batcher);
    episode.before = read.values;
    const answer = answerOf(description, read.observation, outputs);
    if (answer.warnings !== undefined) metrics.outside();
    return context.json({ ...answer, step: episode.steps });
  });
  app.delete('/episodes/:id', (context) => {
    episodes.end(context.req.param('id'));
    return context.body(null, 204);
  });
}

function addKnowledge(
  app: Hono,
  { isDescribed }: PolicyFile,
  { description, schemas, metrics }: Served,
): void {
  const started = Date.now();
  const { algorithm, lamo, sequence } = description;
  const jsonSchemas = describeSchemas(schemas, sequence !== undefined);
  const routes = [...ROUTES].filter((route) => sequence === undefined || route !== '/act');
  app.get('/', (context) => context.json({ algorithm: algorithm ?? null, lamo, routes }));
  app.get('/health', (context) =>
    context.json({
      status: 'ok',
      ...{ algorithm: algorithm ?? null, isDescribed, readsWindows: sequence !== undefined },
      ...describedSizes(description),
      seconds: Math.round((Date.now() - started) / 1000),
    }),
  );
  app.get('/policy', (context) => context.json(isDescribed ? description : null));
  app.get('/schema', (context) => context.json(jsonSchemas));
  app.get('/metrics', async (context) =>
    context.body(await metrics.text(), 200, { 'Content-Type': metrics.contentType }),
  );
}

async function readBody(context: Context): Promise<unknown> {
  const text = await context.req.text();
  try {
    return JSON.parse(text);
  } catch (cause) {
    if (!(cause instanceof SyntaxError || cause instanceof RangeError)) throw cause;
    const issue = { path: '', expected: 'JSON', received: cause.message };
    throw new RequestError(400, 'not-json', `the body: expected JSON: ${cause.message}`, [issue]);
  }
}

function noRoute({ req }: Context): RequestError {
  const { method, path } = req;
  if (ROUTES.has(path)) return new RequestError(405, 'other-method', `${path} does not take ${method}`);
  return new RequestError(404, 'no-route', `There is no ${path}`, [
    { path: '', expected: [...ROUTES].join(', '), received: path },
  ]);
}

function readsWindows(): RequestError {
  const hint = 'Begin an episode (POST /episodes), and take its steps (POST /episodes/ID/act).';
  return new RequestError(
    400,
    'reads-windows',
    'The policy reads the last steps, not one observation',
    [],
    hint,
  );
}

function tooLarge(most: number): RequestError {
  return new RequestError(
    413,
    'too-large',
    `expected a body of at most ${most} bytes`,
    [],
    'Ask for fewer observations at once.',
  );
}
