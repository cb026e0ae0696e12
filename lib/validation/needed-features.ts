import { podSpecFlags, volumeFlags } from './masks.ts';
import type { FeatureFlag } from './serving-config.ts';

type Fields = Readonly<Record<string, unknown>>;

const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};

const listOf = (value: unknown): readonly Fields[] => (Array.isArray(value) ? value.map(fieldsOf) : []);

function ofVolume(volume: Fields): FeatureFlag[] {
  const flags = Object.entries(volumeFlags).flatMap(([kind, flag]) =>
    flag !== undefined && volume[kind] !== undefined ? [flag] : [],
  );
  const claim = volume.persistentVolumeClaim;
  if (claim !== undefined && fieldsOf(claim).readOnly !== true)
    flags.push('kubernetes.podspec-persistent-volume-write');
  return flags;
}

function ofContainer(container: Fields): FeatureFlag[] {
  const flags: FeatureFlag[] = [];
  const refers = listOf(container.env).some(({ valueFrom }) => {
    const source = fieldsOf(valueFrom);
    return source.fieldRef !== undefined || source.resourceFieldRef !== undefined;
  });
  if (refers) flags.push('kubernetes.podspec-fieldref');
  if (listOf(container.volumeMounts).some(({ mountPropagation }) => mountPropagation !== undefined))
    flags.push('kubernetes.podspec-volumes-mount-propagation');
  if (fieldsOf(fieldsOf(container.securityContext).capabilities).add !== undefined)
    flags.push('kubernetes.containerspec-addcapabilities');
  return flags;
}

/** The flags that this pod spec needs, so that Knative takes it. */
export function neededFeatures(spec: Fields): FeatureFlag[] {
  const containers = listOf(spec.containers);
  const flags = Object.entries(podSpecFlags).flatMap(([field, flag]) =>
    spec[field] === undefined ? [] : [flag],
  );
  if (spec.securityContext !== undefined) flags.push('kubernetes.podspec-securitycontext');
  if (containers.length > 1) flags.push('multi-container');
  const probed = containers.some(
    ({ ports, livenessProbe, readinessProbe, startupProbe }) =>
      listOf(ports).length === 0 && (livenessProbe ?? readinessProbe ?? startupProbe) !== undefined,
  );
  if (containers.length > 1 && probed) flags.push('multi-container-probing');
  flags.push(...listOf(spec.volumes).flatMap(ofVolume));
  flags.push(...[...containers, ...listOf(spec.initContainers)].flatMap(ofContainer));
  return [...new Set(flags)];
}
