import { checkContainers, mountedVolumes } from './containers.ts';
import { type Finding, under } from './finding.ts';
import { dns1123Rule, hostRule, isDns1123Label, isDns1123Subdomain } from './names.ts';
import { type FeatureFlag, feature, type ServingConfig } from './serving-config.ts';
import { type Fields, fieldsOf, listOf, textOf } from './shape.ts';

/** Fields of a pod spec that a feature flag must let through: `enabled` or `allowed`. */
const gatedFields: Readonly<Record<string, FeatureFlag>> = {
  affinity: 'kubernetes.podspec-affinity',
  dnsConfig: 'kubernetes.podspec-dnsconfig',
  dnsPolicy: 'kubernetes.podspec-dnspolicy',
  hostAliases: 'kubernetes.podspec-hostaliases',
  hostIPC: 'kubernetes.podspec-hostipc',
  hostNetwork: 'kubernetes.podspec-hostnetwork',
  hostPID: 'kubernetes.podspec-hostpid',
  nodeSelector: 'kubernetes.podspec-nodeselector',
  priorityClassName: 'kubernetes.podspec-priorityclassname',
  runtimeClassName: 'kubernetes.podspec-runtimeclassname',
  schedulerName: 'kubernetes.podspec-schedulername',
  shareProcessNamespace: 'kubernetes.podspec-shareprocessnamespace',
  tolerations: 'kubernetes.podspec-tolerations',
  topologySpreadConstraints: 'kubernetes.podspec-topologyspreadconstraints',
};

/** Kinds of volumes, with the flag that must be `enabled` where there is one. */
const volumeKinds: Readonly<Record<string, FeatureFlag | undefined>> = {
  secret: undefined,
  configMap: undefined,
  projected: undefined,
  emptyDir: 'kubernetes.podspec-volumes-emptydir',
  persistentVolumeClaim: 'kubernetes.podspec-persistent-volume-claim',
  csi: 'kubernetes.podspec-volumes-csi',
  ephemeral: 'kubernetes.podspec-volumes-ephemeral',
  hostPath: 'kubernetes.podspec-volumes-hostpath',
  image: 'kubernetes.podspec-volumes-image',
};

/** The flags that this pod spec needs, so that Knative takes it. */
export function neededFeatures(spec: Fields): FeatureFlag[] {
  const flags = new Set<FeatureFlag>();
  for (const [field, flag] of Object.entries(gatedFields)) if (spec[field] !== undefined) flags.add(flag);
  if (listOf(spec.containers).length > 1) flags.add('multi-container');
  for (const volume of listOf(spec.volumes).map(fieldsOf)) {
    for (const [kind, flag] of Object.entries(volumeKinds))
      if (flag !== undefined && volume[kind] !== undefined) flags.add(flag);
    const claim = volume.persistentVolumeClaim;
    if (claim !== undefined && fieldsOf(claim).readOnly !== true)
      flags.add('kubernetes.podspec-persistent-volume-write');
  }
  return [...flags];
}

function checkVolume(volume: Fields, config: ServingConfig): Finding[] {
  const kinds = Object.keys(volumeKinds).filter((kind) => volume[kind] !== undefined);
  const found: Finding[] = [];
  if (kinds.length !== 1)
    found.push({
      field: '',
      code: 'volume.kind',
      value: kinds.join(', ') || undefined,
      allowed: `one of ${Object.keys(volumeKinds).join(', ')}`,
    });
  for (const flag of neededFeatures({ volumes: [volume] }))
    if (feature(config, flag) !== 'enabled')
      found.push({
        field: '',
        code: 'feature.off',
        value: kinds.join(', '),
        allowed: `no such volume while the feature ${flag} is not enabled`,
      });
  if (!isDns1123Label(textOf(volume.name) ?? ''))
    found.push({ field: 'name', code: 'name.dns1123', value: volume.name, allowed: dns1123Rule });
  return found;
}

/** What is wrong with the pod spec of a revision. */
export function checkPodSpec(spec: Fields, config: ServingConfig): Finding[] {
  const found: Finding[] = [];
  for (const [field, flag] of Object.entries(gatedFields))
    if (spec[field] !== undefined && feature(config, flag) === 'disabled')
      found.push({
        field,
        code: 'feature.off',
        value: spec[field],
        allowed: `nothing while the feature ${flag} is disabled`,
      });
  const volumes = new Map<string, Fields>();
  const mounted = mountedVolumes(spec);
  listOf(spec.volumes)
    .map(fieldsOf)
    .forEach((volume, index) => {
      const name = textOf(volume.name) ?? '';
      if (volumes.has(name))
        found.push({
          field: `volumes[${index}].name`,
          code: 'volume.name',
          value: name,
          allowed: 'each name once',
        });
      if (!mounted.has(name))
        found.push({
          field: `volumes[${index}].name`,
          code: 'volume.unmounted',
          value: name,
          allowed: 'a volume that a container mounts',
        });
      found.push(...under(`volumes[${index}]`, checkVolume(volume, config)));
      volumes.set(name, volume);
    });
  const account = textOf(spec.serviceAccountName) ?? '';
  if (account !== '' && !isDns1123Subdomain(account))
    found.push({ field: 'serviceAccountName', code: 'name.dns1123', value: account, allowed: hostRule });
  return [...found, ...checkContainers(spec, volumes, config)];
}
