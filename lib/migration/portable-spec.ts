import type { KubeObject } from '../clusters/cluster-port.ts';

/** Fields that a cluster fills in by itself and that mean nothing, or something else, in another one. */
const ofCluster: Readonly<Record<string, readonly string[]>> = {
  'v1 Namespace': ['spec'],
  'v1 PersistentVolumeClaim': ['spec.volumeName'],
  'v1 Pod': ['spec.nodeName'],
};

const generatedJobLabels = ['controller-uid', 'batch.kubernetes.io/controller-uid'];

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A copy without what a path leads to. */
export function withoutField(value: Fields, [step = '', ...rest]: readonly string[]): Fields {
  if (!Object.hasOwn(value, step)) return value;
  const { [step]: inner, ...others } = value;
  if (rest.length === 0) return others;
  return isFields(inner) ? { ...value, [step]: withoutField(inner, rest) } : value;
}

/** A Job's selector and its pods' labels hold its uid, unless a person chose them. */
function withoutJobUid(object: Fields): Fields {
  const { spec } = object;
  if (isFields(spec) && spec.manualSelector === true) return object;
  const labels = generatedJobLabels.map((label) => ['spec', 'template', 'metadata', 'labels', label]);
  return [['spec', 'selector'], ...labels].reduce<Fields>(withoutField, object);
}

/** Node ports are drawn by chance, and may be taken in the other cluster. A headless Service says so in its address. */
function withoutAddresses(object: Fields): Fields {
  const { spec } = object;
  if (!isFields(spec)) return object;
  const ports = Array.isArray(spec.ports)
    ? {
        ports: spec.ports.map((port: unknown) =>
          isFields(port) && spec.type !== 'NodePort' ? withoutField(port, ['nodePort']) : port,
        ),
      }
    : {};
  const headless = spec.clusterIP === 'None' ? { clusterIP: 'None' } : {};
  const rest = [['clusterIP'], ['clusterIPs'], ['healthCheckNodePort']].reduce<Fields>(withoutField, spec);
  return { ...object, spec: { ...rest, ...ports, ...headless } };
}

/** Tokens that a cluster made for an account; a Secret that a person named stays. */
function withoutTokens(object: KubeObject): KubeObject {
  const { secrets, ...rest } = object;
  if (!Array.isArray(secrets)) return object;
  const made = new RegExp(`^${object.metadata.name.replaceAll('.', '\\.')}-(token|dockercfg)-`);
  const kept = secrets.filter(({ name }: { name?: string }) => !made.test(name ?? ''));
  return kept.length === 0 ? (rest as KubeObject) : { ...object, secrets: kept };
}

/** An object without the fields of its kind that belong to the cluster that it is in. */
export function withoutClusterFields(object: KubeObject): KubeObject {
  const kind = `${object.apiVersion} ${object.kind}`;
  if (kind === 'v1 Service') return withoutAddresses(object) as KubeObject;
  if (kind === 'batch/v1 Job') return withoutJobUid(object) as KubeObject;
  if (kind === 'v1 ServiceAccount') return withoutTokens(object);
  return (ofCluster[kind] ?? []).reduce<Fields>(
    (fields, path) => withoutField(fields, path.split('.')),
    object,
  ) as KubeObject;
}
