import type { PolicyFile } from '@lamo/algos';
import { type PolicyAppOptions, policyApp } from '../src/serve/policy-app';

const OPTIONS: PolicyAppOptions = {
  ...{ hosts: () => undefined, origins: ['https://shop.example'], maxBatch: 8, maxWait: 0, maxQueue: 100 },
  ...{ maxBody: 2000, maxEpisodes: 2, episodeIdle: 60_000 },
};

/** Asks an app, without a network. */
export const asking = (policy: PolicyFile, more: Partial<PolicyAppOptions> = {}) => {
  const app = policyApp(policy, { ...OPTIONS, ...more });
  return async (
    route: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
    method?: string,
  ) => {
    const request = {
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      headers: {
        Host: '127.0.0.1:1',
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    };
    const response = await app.request(`http://127.0.0.1:1${route}`, request);
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.startsWith('application/json');
    return {
      status: response.status,
      headers: response.headers,
      json: isJson ? JSON.parse(text) : undefined,
      text,
    };
  };
};
