import { writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { fileJson, fileLines, readFromFile } from '../../../../lib/cli/migrate/from-file.ts';
import { temporaryDirectories } from '../../../helpers/temporary-directory.ts';

const folderFor = temporaryDirectories();
const text = `apiVersion: serving.knative.dev/v1
kind: Service
metadata: {name: a}
spec: {template: {spec: {containers: [{image: 'app:1'}]}}}
`;

it('takes what is no colour for a file', async () => {
  expect(await readFromFile({})).toBeUndefined();
  expect(await readFromFile({ from: 'blue' })).toBeUndefined();
  const file = join(await folderFor(), 'blue');
  writeFileSync(file, text);
  const read = await readFromFile({ from: file, namespaces: ['shop', 'shop'] });
  const service = { apiVersion: 'serving.knative.dev/v1', kind: 'Service', name: 'a', namespace: 'shop' };
  expect(await read?.source.get(service)).toMatchObject({ metadata: { namespace: 'shop' } });
});

it('reads the standard input, and says what it mended', async () => {
  const read = await readFromFile({ from: '-' }, Readable.from([text.slice(0, 50), text.slice(50)]));
  if (read === undefined) throw new Error('no file');
  expect(fileLines(read).map(({ text: line }) => line)).toContain('traffic that the file does not say (1)');
  expect(fileJson(read)[0]).toEqual({
    line: 'repair',
    file: 'standard input',
    where: 'standard input:3',
    object: 'Service default/a',
    code: 'namespace-chosen',
    text: 'the file does not say its namespace: default; --namespace names another',
  });
});

it('refuses what is neither', async () => {
  const folder = await folderFor();
  await mkdir(join(folder, 'exports'));
  await expect(readFromFile({ from: 'gren' })).rejects.toMatchObject({
    code: 'export.unreadable',
    action: 'did you mean green?',
    problems: [{ where: '--from', allowed: 'blue, green, or a file' }],
  });
  await expect(readFromFile({ from: join(folder, 'exports') })).rejects.toMatchObject({
    code: 'export.unreadable',
    problems: [{ found: 'it is a folder' }],
  });
  await expect(readFromFile({ from: join(folder, 'none.yaml') })).rejects.toMatchObject({
    code: 'export.unreadable',
  });
});

it('does not guess into which of several namespaces something goes', async () => {
  const namespaces = ['shop', 'bank'];
  await expect(readFromFile({ from: '-', namespaces }, Readable.from([text]))).rejects.toMatchObject({
    code: 'usage.namespace',
    problems: [
      { where: '--namespace', value: 'shop bank', allowed: 'one namespace with this file' },
      { where: 'standard input:3', found: 'no namespace' },
    ],
  });
  const placed = text.replace('{name: a}', '{name: a, namespace: bank}');
  const read = await readFromFile({ from: '-', namespaces }, Readable.from([placed]));
  expect(read?.file.repairs.map(({ code }) => code)).not.toContain('namespace-chosen');
});
