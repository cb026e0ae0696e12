import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { composeServing, release } from '../../constructs/knative/index.ts';
import { composeKourier, kourierRelease } from '../../constructs/kourier/index.ts';
import type { KubeObject } from '../../lib/clusters/cluster-port.ts';

/**
 * A folder as upstream releases it, made of our own objects: CRDs in two files, an example in `config-features`, Kourier.
 * @param change what is different there
 * @param kourier whether Kourier's file is there
 */
export async function releasedFolder(
  version: string,
  change: (objects: KubeObject[]) => KubeObject[] = (objects) => objects,
  kourier = false,
): Promise<string> {
  const data = release(version);
  const example = data.features.map((feature) => `# A text.\n${feature}: "disabled"\n`).join('');
  const all = [
    ...composeServing(data, 'upstream'),
    ...(kourier ? composeKourier(kourierRelease(version), 'upstream') : []),
  ];
  const objects = change(
    all.map((object) =>
      object.kind === 'ConfigMap' && object.metadata.name === 'config-features'
        ? { ...object, data: { _example: example } }
        : object,
    ),
  );
  const folder = await mkdtemp(join(tmpdir(), 'zeroshift-released-'));
  const write = (file: string, some: readonly KubeObject[]) =>
    writeFile(join(folder, file), some.map((object) => stringify(object)).join('---\n'));
  await write(
    '1-crds.yaml',
    objects.filter(({ kind }) => kind === 'CustomResourceDefinition'),
  );
  const isKourier = ({ metadata }: KubeObject) =>
    metadata.labels?.['app.kubernetes.io/component'] === 'net-kourier';
  await write(
    '2-core.yaml',
    objects.filter((object) => !isKourier(object)),
  );
  if (kourier) await write('kourier.yaml', objects.filter(isKourier));
  return folder;
}
