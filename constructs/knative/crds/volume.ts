import type { Release } from '../releases/index.ts';
import { optionalSource } from './references.ts';
import {
  atomic,
  atomicList,
  type Fields,
  flag,
  int32,
  int64,
  object,
  opaque,
  quantity,
  type Schema,
  text,
} from './schema.ts';

/** Which keys of a Secret or ConfigMap become files, and where. */
const items = atomicList(object({ key: text, mode: int32, path: text }, ['key', 'path']));

const downwardFile = object(
  {
    fieldRef: atomic(object({ apiVersion: text, fieldPath: text }, ['fieldPath'])),
    mode: int32,
    path: text,
    resourceFieldRef: atomic(
      object({ containerName: text, divisor: quantity, resource: text }, ['resource']),
    ),
  },
  ['path'],
);

const projectedSource = object({
  configMap: atomic(object({ ...optionalSource, items })),
  downwardAPI: object({ items: atomicList(downwardFile) }),
  secret: atomic(object({ ...optionalSource, items })),
  serviceAccountToken: object({ audience: text, expirationSeconds: int64, path: text }, ['path']),
});

/** Kinds of volume behind a feature flag: a release that does not know the flag has no such field. */
const flagged = {
  csi: 'kubernetes.podspec-volumes-csi',
  emptyDir: 'kubernetes.podspec-volumes-emptydir',
  ephemeral: 'kubernetes.podspec-volumes-ephemeral',
  hostPath: 'kubernetes.podspec-volumes-hostpath',
  image: 'kubernetes.podspec-volumes-image',
  persistentVolumeClaim: 'kubernetes.podspec-persistent-volume-claim',
} as const;

const flaggedKinds = ({ features }: Release): Fields =>
  Object.fromEntries(
    Object.entries(flagged).flatMap(([kind, feature]) =>
      features.includes(feature) ? [[kind, opaque]] : [],
    ),
  );

/** A volume of a revision. */
export const volume = (release: Release): Schema =>
  object(
    {
      ...flaggedKinds(release),
      configMap: atomic(object({ ...optionalSource, defaultMode: int32, items })),
      name: text,
      projected: object({ defaultMode: int32, sources: atomicList(projectedSource) }),
      secret: object({ defaultMode: int32, items, optional: flag, secretName: text }),
    },
    ['name'],
  );
