import { type Finding, under } from './finding.ts';
import { isQuantity } from './go-values.ts';
import { dns1123Rule, isDns1123Label } from './names.ts';
import { feature, type ServingConfig } from './serving-config.ts';
import { type Fields, fieldsOf, listOf, textOf, textsOf } from './shape.ts';

/** Ports of the queue-proxy, its metrics and profiling. */
const reservedPorts = [8008, 8012, 8013, 8022, 9090, 9091];
const reservedVariables = ['PORT', 'K_SERVICE', 'K_CONFIGURATION', 'K_REVISION'];
const handlers = ['httpGet', 'tcpSocket', 'exec', 'grpc'];

function checkPort(port: Fields): Finding[] {
  const found: Finding[] = [];
  const { containerPort, name, protocol } = port;
  if (reservedPorts.includes(containerPort as number))
    found.push({
      field: 'ports.containerPort',
      code: 'port.reserved',
      value: containerPort,
      allowed: `any port but ${reservedPorts.join(', ')}, which Knative uses itself`,
    });
  else if (
    !Number.isInteger(containerPort) ||
    (containerPort as number) < 0 ||
    (containerPort as number) > 65_535
  )
    found.push({
      field: 'ports.containerPort',
      code: 'port.range',
      value: containerPort,
      allowed: 'a whole number from 1 to 65535',
    });
  if (name !== undefined && !['', 'http1', 'h2c'].includes(name as string))
    found.push({ field: 'ports', code: 'port.name', value: name, allowed: 'http1 or h2c' });
  if (protocol !== undefined && !['', 'TCP'].includes(protocol as string))
    found.push({ field: 'ports.protocol', code: 'port.protocol', value: protocol, allowed: 'TCP' });
  return found;
}

function checkVariables(variables: readonly unknown[], sidecar: boolean): Finding[] {
  const reserved = sidecar ? reservedVariables.slice(1) : reservedVariables;
  return variables.map(fieldsOf).flatMap(({ name }, index): Finding[] => {
    const field = `env[${index}].name`;
    if (textOf(name) === undefined || name === '')
      return [{ field, code: 'env.name', value: name, allowed: 'a name' }];
    return reserved.includes(name as string)
      ? [{ field, code: 'env.reserved', value: name, allowed: `any name but ${reserved.join(', ')}` }]
      : [];
  });
}

function checkResources(resources: Fields): Finding[] {
  return ['requests', 'limits'].flatMap((side) =>
    Object.entries(fieldsOf(resources[side]))
      .filter(([, amount]) => typeof amount !== 'number' && !isQuantity(textOf(amount) ?? ''))
      .map(([resource, value]) => ({
        field: `resources.${side}.${resource}`,
        code: 'resources.quantity',
        value,
        allowed: 'a Kubernetes quantity such as 250m or 64Mi',
      })),
  );
}

function checkProbe(field: string, probe: unknown): Finding[] {
  if (probe === undefined) return [];
  const given = handlers.filter((handler) => fieldsOf(probe)[handler] !== undefined);
  if (given.length === 1) return [];
  return [
    {
      field,
      code: 'probe.handler',
      value: given.join(', ') || undefined,
      allowed: `one of ${handlers.join(', ')}`,
    },
  ];
}

function checkMounts(mounts: readonly unknown[], volumes: ReadonlyMap<string, Fields>): Finding[] {
  const paths = new Set<string>();
  return mounts.map(fieldsOf).flatMap((mount, index): Finding[] => {
    const found: Finding[] = [];
    if (!volumes.has(textOf(mount.name) ?? ''))
      found.push({
        field: `[${index}].name`,
        code: 'volume.unknown',
        value: mount.name,
        allowed: `a volume of the service: ${[...volumes.keys()].join(', ') || 'there is none'}`,
      });
    const path = textOf(mount.mountPath) ?? '';
    if (!path.startsWith('/') || ['/', '/dev', '/dev/log'].includes(path.replace(/(.)\/+$/, '$1')))
      found.push({
        field: `[${index}].mountPath`,
        code: 'mount.path',
        value: mount.mountPath,
        allowed: 'an absolute path, but not /, /dev or /dev/log',
      });
    else if (paths.has(path))
      found.push({
        field: `[${index}].mountPath`,
        code: 'mount.path',
        value: path,
        allowed: 'each path once',
      });
    paths.add(path);
    return found;
  });
}

/** What is wrong with one container. `sidecar`: it is one of several and not the one with the port. */
function checkContainer(
  container: Fields,
  sidecar: boolean,
  volumes: ReadonlyMap<string, Fields>,
  config: ServingConfig,
): Finding[] {
  const found: Finding[] = [];
  const { name, image } = container;
  if (name === 'queue-proxy')
    found.push({ field: 'name', code: 'container.reserved', value: name, allowed: 'another name' });
  else if (name !== undefined && !isDns1123Label(textOf(name) ?? ''))
    found.push({ field: 'name', code: 'name.dns1123', value: name, allowed: dns1123Rule });
  if (textOf(image) === undefined || image === '' || /\s|[A-Z].*\//.test(image as string))
    found.push({
      field: 'image',
      code: 'container.image',
      value: image,
      allowed: 'the reference of an image such as ghcr.io/team/app:1.0',
    });
  const [port] = listOf(container.ports);
  if (port !== undefined) found.push(...checkPort(fieldsOf(port)));
  found.push(
    ...checkVariables(listOf(container.env), sidecar),
    ...checkResources(fieldsOf(container.resources)),
  );
  for (const probe of ['readinessProbe', 'livenessProbe', 'startupProbe']) {
    if (container[probe] === undefined) continue;
    if (sidecar && feature(config, 'multi-container-probing') !== 'enabled')
      found.push({
        field: probe,
        code: 'feature.off',
        value: 'a probe of a sidecar',
        allowed: 'none while the feature multi-container-probing is not enabled',
      });
    else found.push(...checkProbe(probe, container[probe]));
  }
  return [...found, ...under('volumeMounts', checkMounts(listOf(container.volumeMounts), volumes))];
}

/** What is wrong with the containers of a pod spec. Fields begin with `containers`. */
export function checkContainers(
  spec: Fields,
  volumes: ReadonlyMap<string, Fields>,
  config: ServingConfig,
): Finding[] {
  const containers = listOf(spec.containers).map(fieldsOf);
  if (containers.length === 0)
    return [{ field: 'containers', code: 'container.none', allowed: 'at least one container' }];
  const several = containers.length > 1;
  const found: Finding[] = [];
  if (several && feature(config, 'multi-container') !== 'enabled')
    found.push({
      field: 'containers',
      code: 'feature.off',
      value: containers.length,
      allowed: 'one container while the feature multi-container is not enabled',
    });
  const ports = containers.reduce((sum, container) => sum + listOf(container.ports).length, 0);
  if (ports > 1 || (several && ports === 0))
    found.push({
      field: 'containers[*].ports',
      code: 'port.count',
      value: ports,
      allowed: 'exactly one port, on the container that takes the requests',
    });
  const names = new Set<unknown>();
  containers.forEach((container, index) => {
    if (several && container.name !== undefined && names.has(container.name))
      found.push({
        field: `containers[${index}].name`,
        code: 'container.name',
        value: container.name,
        allowed: 'each name once',
      });
    names.add(container.name);
    const sidecar = several && listOf(container.ports).length === 0;
    found.push(...under(`containers[${index}]`, checkContainer(container, sidecar, volumes, config)));
  });
  return found;
}

/** Names of all volumes that some container mounts. */
export const mountedVolumes = (spec: Fields): ReadonlySet<string> =>
  new Set(
    listOf(spec.containers).flatMap((container) =>
      listOf(fieldsOf(container).volumeMounts).flatMap((mount) => textsOf(mount).name ?? []),
    ),
  );
