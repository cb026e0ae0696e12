// Adds a release of Knative Serving from a folder of released YAML: npm run release:add -- DIR [--kubernetes 1.34]
import { fileURLToPath } from 'node:url';
import { addRelease } from './lib/add-release.ts';
import { readReleased } from './lib/read-released.ts';
import { folderArguments, runScript } from './lib/run-script.ts';

const usage = 'npm run release:add -- DIR [--kubernetes 1.34]';
const at = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));

await runScript(async () => {
  const { folder, options } = folderArguments(process.argv.slice(2), usage, { kubernetes: /^1\.\d+$/ });
  const place = (room: string) => ({
    releases: at(`constructs/${room}/releases`),
    digests: at(`test/fixtures/${room}/upstream-digests.json`),
  });
  const places = { serving: place('knative'), kourier: place('kourier') };
  return addRelease(await readReleased(folder), places, options.kubernetes);
});
