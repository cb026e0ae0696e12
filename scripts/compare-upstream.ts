// Compares a folder of released YAML with the constructs: npm run compare:upstream -- DIR
import { compareFolder } from './lib/compare-folder.ts';
import { readReleased } from './lib/read-released.ts';
import { folderArguments, runScript } from './lib/run-script.ts';

await runScript(async () => {
  const { folder } = folderArguments(process.argv.slice(2), 'npm run compare:upstream -- DIR');
  return compareFolder(await readReleased(folder));
});
