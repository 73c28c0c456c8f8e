import { openRepository } from '../src/hub/open-repository';

// Fetches all files of a repository, over and over into folders that the other processes use too.
const [endpoint, cacheFolder] = process.argv.slice(2) as [string, string];
for (let round = 0; round < 10; round++) {
  const options = { endpoint, token: '', offline: false, retryDelay: 1 };
  const repository = await openRepository('openai/tiny', {
    ...options,
    cacheFolder: `${cacheFolder}/${round}`,
  });
  for (const file of repository.files) await repository.path(file);
}
