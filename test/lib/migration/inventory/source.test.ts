import { expect, it } from 'vitest';
import type { KubeObject } from '../../../../lib/clusters/cluster-port.ts';
import type { ServedResource } from '../../../../lib/clusters/definition-port.ts';
import { ZeroshiftError } from '../../../../lib/messages/error.ts';
import { SourceReader } from '../../../../lib/migration/inventory/source.ts';

const kinds = [
  ['serving.knative.dev/v1', 'Service'],
  ['serving.knative.dev/v1', 'Configuration'],
  ['apps/v1', 'Deployment'],
  ['batch/v1', 'Job'],
] as const;
const served: ServedResource[] = kinds.map(([apiVersion, kind]) => ({
  apiVersion,
  kind,
  namespaced: true,
  verbs: ['get', 'list'],
  preferred: true,
}));

/** A cluster with so many objects of each kind in each namespace, which notes the lists that it is asked for. */
function readerOf(many: Readonly<Record<string, number>>, forbidden: readonly string[] = []) {
  const asked: string[] = [];
  const reader = new SourceReader(
    {
      get: () => Promise.reject(new Error('nobody asks for that')),
      discover: () => Promise.reject(new Error('nobody asks for that')),
      async *list({ apiVersion, kind }, { namespace } = {}) {
        asked.push(`${kind} ${namespace ?? 'all'}`);
        if (forbidden.includes(kind))
          throw new ZeroshiftError(`no ${kind} for you`, {
            code: 'cluster.forbidden',
            source: 'outside',
            action: 'ask somebody',
          });
        for (const place of ['a', 'b', 'c', 'other'])
          for (let index = 0; index < (many[kind] ?? 0); index++)
            if (namespace === undefined || namespace === place)
              yield { apiVersion, kind, metadata: { name: `${kind}-${index}`, namespace: place } };
      },
    },
    { resources: served },
  );
  const read = async (kind: string, namespaces?: readonly string[]): Promise<string[]> => {
    const found: string[] = [];
    const objects: AsyncIterable<KubeObject> = reader.list(
      kind,
      namespaces === undefined ? {} : { namespaces },
    );
    for await (const { metadata } of objects) found.push(`${metadata.namespace}/${metadata.name}`);
    return found;
  };
  return { reader, read, asked };
}

const three = ['a', 'b', 'c'];

it.each([undefined, ['a'], three])(
  'what was looked ahead for in %s is asked for once, and is the same',
  async (places) => {
    const scope = places === undefined ? {} : { namespaces: places };
    const { reader, read, asked } = readerOf({ Deployment: 2, Job: 1 });
    const plain = await readerOf({ Deployment: 2, Job: 1 }).read('Deployment.apps', places);
    reader.lookAhead('Deployment.apps', scope);
    reader.lookAhead('Deployment.apps', scope);
    expect(asked).toEqual([`Deployment ${places?.length === 1 ? 'a' : 'all'}`]);
    expect(await read('Deployment.apps', places)).toEqual(plain);
    expect(asked).toHaveLength(1);
    // What was given is not given again.
    expect(await read('Deployment.apps', places)).toEqual(plain);
    expect(asked).toHaveLength(2);
  },
);

it('what fails ahead is told when it is its turn', async () => {
  const { reader, read } = readerOf({ Job: 1 }, ['Deployment']);
  reader.lookAhead('Deployment.apps');
  expect(await read('Job.batch')).toHaveLength(4);
  expect(reader.unread).toEqual([]);
  expect(await read('Deployment.apps')).toEqual([]);
  expect(reader.unread).toEqual([{ entry: 'unread', kind: 'Deployment.apps', why: 'no Deployment for you' }]);
});

it('a kind that is not served is not asked for', () => {
  const { reader, asked } = readerOf({});
  reader.lookAhead('CronJob.batch');
  expect(asked).toEqual([]);
});

it('where there are many services, what each of them has is not looked for in the whole cluster', async () => {
  const { read, asked } = readerOf({ Service: 100, Configuration: 100, Job: 1 });
  await read('Service.serving.knative.dev', three);
  expect(asked.splice(0)).toEqual(['Service all', 'Service a', 'Service b', 'Service c']);
  expect(await read('Configuration.serving.knative.dev', three)).toHaveLength(300);
  expect(asked.splice(0)).toEqual(['Configuration a', 'Configuration b', 'Configuration c']);
  expect(await read('Job.batch', three)).toHaveLength(3);
  expect(asked).toEqual(['Job all']);
});
