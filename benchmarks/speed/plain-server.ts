/** The least that serves a policy: node's own server and onnxruntime, lists of numbers, nothing checked. `plain-server.ts FILE`. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { importOnnxRuntime } from '@lamo/runtime';

const { InferenceSession, Tensor } = await importOnnxRuntime();
const session = await InferenceSession.create(process.argv[2]!, {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
});
const server = createServer(async (request, response) => {
  let text = '';
  for await (const piece of request) text += piece;
  const { observation } = JSON.parse(text) as { readonly observation: readonly number[] };
  const observations = new Tensor('float32', Float32Array.from(observation), [1, observation.length]);
  const { actions } = await session.run({ observations });
  response.writeHead(200, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify({ action: Array.from(actions!.data as Float32Array) }));
});
server.listen(0, '127.0.0.1', () => {
  console.log(JSON.stringify({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }));
});
