import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { synthColour } from '../../charts/index.ts';
import { serviceKinds } from '../../constructs/service/shape.ts';
import { colours, loadFleet } from '../../lib/fleet/index.ts';
import { temporaryDirectories } from '../helpers/temporary-directory.ts';

const temporaryDirectory = temporaryDirectories();
const page = await readFile(resolve(import.meta.dirname, '../../docs/services.md'), 'utf8');

it('the examples of the page are services that both colours take', async () => {
  const blocks = [...page.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code = '']) => code);
  const folder = await temporaryDirectory();
  await mkdir(join(folder, 'services'));
  for (const [index, code] of blocks.entries()) await writeFile(join(folder, `services/${index}.ts`), code);
  await writeFile(
    join(folder, 'fleet.config.ts'),
    `import { defineFleet } from 'zeroshift/fleet';
    export default defineFleet({
      name: 'page', domain: 'example.com',
      regions: [{ name: 'eu-west-1', account: '111122223333', availabilityZones: ['eu-west-1a', 'eu-west-1b'] }],
      colours: { blue: { kubernetes: '1.34', knative: '1.22.1' }, green: { kubernetes: '1.35', knative: '1.23.0' } },
      services: 'services',
    });`,
  );
  const fleet = await loadFleet(join(folder, 'fleet.config.ts'));
  const shown = [...page.matchAll(/^export const (\w+): KnativeServiceProps/gm)].map(([, name]) => name);
  expect(fleet.services.map(({ name }) => name).sort()).toEqual(shown.sort());
  for (const colour of colours) {
    const files = [...synthColour(fleet, colour).values()].join('');
    for (const name of shown) expect(files).toContain(`name: ${name}\n`);
  }
});

it('the page names every prop', () => {
  expect(Object.keys(serviceKinds).filter((prop) => !page.includes(`\`${prop}\``))).toEqual([]);
});
