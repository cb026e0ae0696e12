import { type Finding, finding, nowhere, under } from './finding.ts';
import { isNegativeQuantity } from './go-values.ts';
import { beyond, fields, notTaken, volumeFlags } from './masks.ts';
import { dns1123Rule, isDns1123Label } from './names.ts';
import type { KeyToPath, Projection, Volume } from './objects.ts';
import type { FeatureFlag, ValidationContext } from './serving-config.ts';

const allKinds = Object.keys(volumeFlags);

const kindsOf = (context: ValidationContext): readonly string[] =>
  context.ephemeralAndStartUp ? allKinds : allKinds.filter((kind) => kind !== 'ephemeral');

const missing = (field: string): Finding => finding(field, 'field.missing', undefined, 'a value');

/** Each of the fields, where exactly one is allowed. */
const oneOf = (named: readonly string[], code: string, value: string | undefined): Finding[] =>
  named.map((field) => finding(field, code, value, `one of ${named.join(', ')}`));

const checkItems = (items: readonly KeyToPath[] = []): Finding[] =>
  items.flatMap(({ key, path }, index) =>
    under(`items[${index}]`, [
      ...(key === undefined ? [missing('key')] : []),
      ...(path === undefined ? [missing('path')] : []),
    ]),
  );

function checkProjection(projection: Projection): Finding[] {
  const { configMap, secret, downwardAPI, serviceAccountToken } = projection;
  const found = beyond(projection, fields.projection);
  const given = fields.projection.filter((kind) => projection[kind] !== undefined);
  for (const [kind, source] of [
    ['configMap', configMap],
    ['secret', secret],
  ] as const)
    if (source !== undefined)
      found.push(
        ...under(kind, [
          ...(source.name === undefined ? [missing('name')] : []),
          ...checkItems(source.items),
        ]),
      );
  if (serviceAccountToken !== undefined && serviceAccountToken.path === undefined)
    found.push(missing('serviceAccountToken.path'));
  if (downwardAPI !== undefined) found.push(...under('downwardAPI', checkDownward(downwardAPI.items)));
  if (given.length === 0) found.push(...oneOf(fields.projection, 'volume.kind', undefined));
  if (given.length > 1) found.push(...oneOf(given, 'volume.kind', given.join(' and ')));
  return found;
}

function checkDownward(items: NonNullable<Projection['downwardAPI']>['items']): Finding[] {
  if (items !== undefined && items.length === 0) return [notTaken('items', items)];
  return (items ?? []).flatMap(({ path, fieldRef, resourceFieldRef }, index) => {
    const given = [fieldRef, resourceFieldRef].filter((reference) => reference !== undefined).length;
    return under(`items[${index}]`, [
      ...(given === 1
        ? []
        : oneOf(['fieldRef', 'resourceFieldRef'], 'volume.item', given === 0 ? undefined : 'both')),
      ...(path === undefined ? [missing('path')] : []),
    ]);
  });
}

function checkEmptyDir({ medium = '', sizeLimit }: NonNullable<Volume['emptyDir']>): Finding[] {
  const found: Finding[] = [];
  if (medium !== '' && medium !== 'Memory')
    found.push(finding('medium', 'volume.medium', medium, 'Memory, or nothing'));
  if (sizeLimit !== undefined && isNegativeQuantity(String(sizeLimit).trim()))
    found.push(finding('sizeLimit', 'volume.size', sizeLimit, 'a quantity of at least 0'));
  return under('emptyDir', found);
}

function checkImage(image: NonNullable<Volume['image']>): Finding[] {
  const { reference, pullPolicy } = image;
  const found = beyond(image, fields.imageVolume);
  if (reference === undefined) found.push(missing('reference'));
  if (pullPolicy !== undefined && !['IfNotPresent', 'Always', 'Never'].includes(pullPolicy))
    found.push(finding('pullPolicy', 'volume.pull-policy', pullPolicy, 'IfNotPresent, Always or Never'));
  return under('image', found);
}

/** Kinds that the cluster does not let in, for which the webhook names no field. */
function kindsThatAreOff(volume: Volume, context: ValidationContext): Finding[] {
  const off = (flag: FeatureFlag): boolean => context.feature(flag) !== 'enabled';
  const why = (flag: FeatureFlag, what: string) =>
    nowhere('feature.off', volume.name, `${what} while the feature ${flag} is not enabled`);
  const claim = volume.persistentVolumeClaim;
  const write = 'kubernetes.podspec-persistent-volume-write';
  return [
    ...kindsOf(context).flatMap((kind) => {
      const flag = volumeFlags[kind];
      return flag !== undefined && volume[kind as keyof Volume] !== undefined && off(flag)
        ? [why(flag, `no ${kind} volume`)]
        : [];
    }),
    ...(claim !== undefined && claim.readOnly !== true && off(write)
      ? [why(write, 'only readOnly claims')]
      : []),
  ];
}

function checkVolume(volume: Volume, context: ValidationContext): Finding[] {
  const { name = '', secret, configMap, projected, emptyDir, image } = volume;
  const kinds = kindsOf(context);
  const found: Finding[] = [];
  // A volume without a proper name is not looked at for its flags: so does upstream.
  if (name === '') found.push(missing('name'));
  else if (!isDns1123Label(name)) found.push(finding('name', 'name.dns1123', name, dns1123Rule));
  else found.push(...kindsThatAreOff(volume, context));
  for (const [kind, value] of Object.entries(volume)) {
    if (kind === 'name') continue;
    const flag = volumeFlags[kind];
    const taken = kinds.includes(kind) && (flag === undefined || context.feature(flag) !== 'disabled');
    if (!taken) found.push(notTaken(kind, value, flag));
  }
  found.push(...checkItems(secret?.items), ...checkItems(configMap?.items));
  (projected?.sources ?? []).forEach((source, index) => {
    found.push(...under(`projected[${index}]`, checkProjection(source)));
  });
  if (emptyDir !== undefined) found.push(...checkEmptyDir(emptyDir));
  if (image !== undefined) found.push(...checkImage(image));
  const given = kinds.filter((kind) => volume[kind as keyof Volume] !== undefined);
  if (given.length > 1) found.push(...oneOf(given, 'volume.kind', given.join(' and ')));
  if (given.length === 0) {
    const open = kinds.filter((kind) => {
      const flag = volumeFlags[kind];
      return flag === undefined || context.feature(flag) === 'enabled';
    });
    found.push(...oneOf(open, 'volume.kind', undefined));
  }
  return found;
}

/** What is wrong with the volumes of a pod. `mounted`: the names that some container mounts. */
export function checkVolumes(
  volumes: readonly Volume[],
  mounted: ReadonlySet<string>,
  context: ValidationContext,
): Finding[] {
  const names = new Set<string>();
  return volumes.flatMap((volume, index) => {
    const { name = '' } = volume;
    const found: Finding[] = [];
    if (names.has(name)) found.push(finding('name', 'volume.name', name, 'each name once'));
    if (!mounted.has(name))
      found.push(finding('name', 'volume.unmounted', name, 'a volume that a container mounts'));
    names.add(name);
    return under(`[${index}]`, [...found, ...checkVolume(volume, context)]);
  });
}
