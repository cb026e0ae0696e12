import { type Finding, finding, nowhere, under } from './finding.ts';
import { isImageReference } from './image-reference.ts';
import { beyond, fields, notTaken } from './masks.ts';
import { checkMounts } from './mounts.ts';
import type { Container, ContainerPort, EnvFrom, EnvVar, RevisionSpec, Volume } from './objects.ts';
import { checkProbe, checkReadiness, noProbe } from './probes.ts';
import { checkSecurityContext } from './security-context.ts';
import type { FeatureFlag, ValidationContext } from './serving-config.ts';

/** Ports of the queue-proxy, its metrics and profiling. */
const reservedPorts = [8008, 8012, 8013, 8022, 9090, 9091];
const reservedVariables = ['PORT', 'K_SERVICE', 'K_CONFIGURATION', 'K_REVISION'];

/** Which part a container plays: it has the port, it stands beside that one, or it runs before. */
type Part = 'serving' | 'sidecar' | 'init';

type Volumes = ReadonlyMap<string, Volume>;

function checkPort(port: ContainerPort): Finding[] {
  const { containerPort = 0 } = port;
  const found = beyond(port, fields.port);
  if (reservedPorts.includes(containerPort))
    found.push(
      finding('containerPort', 'port.reserved', containerPort, `any port but ${reservedPorts.join(', ')}`),
    );
  if (containerPort < 0 || containerPort > 65_535)
    found.push(finding('containerPort', 'port.range', containerPort, 'a whole number from 1 to 65535'));
  return found;
}

/** Only the first port counts: several are refused elsewhere. */
function checkServingPort([port]: readonly ContainerPort[]): Finding[] {
  if (port === undefined) return [];
  const { name = '', protocol = 'TCP' } = port;
  const found = checkPort(port);
  if (protocol !== 'TCP') found.push(finding('protocol', 'port.protocol', protocol, 'TCP'));
  if (!['', 'http1', 'h2c'].includes(name)) found.push(finding('', 'port.name', name, 'http1 or h2c'));
  return found;
}

function checkVariables(variables: readonly EnvVar[], part: Part, context: ValidationContext): Finding[] {
  const reserved = part === 'serving' ? reservedVariables : reservedVariables.slice(1);
  const flag: FeatureFlag = 'kubernetes.podspec-fieldref';
  return variables.flatMap(({ name = '', valueFrom = {} }, index) => {
    const found: Finding[] = [];
    if (name === '') found.push(finding('name', 'env.name', undefined, 'a name'));
    else if (reserved.includes(name))
      found.push(finding('name', 'env.reserved', name, `any name but ${reserved.join(', ')}`));
    for (const [source, value] of Object.entries(valueFrom)) {
      if ((fields.environment as readonly string[]).includes(source)) continue;
      const gated = source === 'fieldRef' || source === 'resourceFieldRef';
      if (!gated) found.push(notTaken(`valueFrom.${source}`, value));
      else if (context.feature(flag) === 'disabled') found.push(notTaken(`valueFrom.${source}`, value, flag));
    }
    return under(`[${index}]`, found);
  });
}

function checkEnvFrom(sources: readonly EnvFrom[]): Finding[] {
  const named = ['configMapRef', 'secretRef'] as const;
  return sources.reduce<Finding[]>((before, source, index) => {
    let found = before;
    // What was wrong before is named below the next reference: so does upstream.
    if (source.secretRef !== undefined) found = under('secretRef', under(`[${index}]`, found));
    if (source.configMapRef !== undefined) found = under('configMapRef', under(`[${index}]`, found));
    const given = named.filter((reference) => source[reference] !== undefined);
    if (given.length === 1) return found;
    const value = given.length === 0 ? undefined : 'both';
    return [
      ...found,
      ...named.map((field) => finding(field, 'env.source', value, 'either configMapRef or secretRef')),
    ];
  }, []);
}

function checkImage(image: string | undefined): Finding[] {
  if (image !== undefined && isImageReference(image)) return [];
  return [
    finding('image', 'container.image', image, 'the reference of an image such as ghcr.io/team/app:1.0'),
  ];
}

/** What every container is judged by. */
function checkContainer(
  container: Container,
  part: Part,
  volumes: Volumes,
  context: ValidationContext,
): Finding[] {
  const { name, ports = [], terminationMessagePolicy: policy } = container;
  const found = beyond(container, fields.container);
  if (name === 'queue-proxy') found.push(finding('name', 'container.reserved', name, 'another name'));
  found.push(
    ...under('env', checkVariables(container.env ?? [], part, context)),
    ...under('envFrom', checkEnvFrom(container.envFrom ?? [])),
    ...checkImage(container.image),
    ...under('ports', part === 'init' ? ports.flatMap(checkPort) : checkServingPort(ports)),
    ...under('resources', beyond(container.resources, fields.resources)),
    ...under('securityContext', checkSecurityContext(container.securityContext, context)),
  );
  if (policy !== undefined && !['File', 'FallbackToLogsOnError'].includes(policy))
    found.push(
      finding('terminationMessagePolicy', 'container.policy', policy, 'File or FallbackToLogsOnError'),
    );
  return [...found, ...under('volumeMounts', checkMounts(container.volumeMounts ?? [], volumes, context))];
}

function checkServing(
  container: Container,
  volumes: Volumes,
  port: ContainerPort,
  context: ValidationContext,
): Finding[] {
  return [
    ...under('livenessProbe', checkProbe(container.livenessProbe, port)),
    ...under('readinessProbe', checkReadiness(container.readinessProbe, port)),
    ...under('startupProbe', context.ephemeralAndStartUp ? checkProbe(container.startupProbe, port) : []),
    ...checkContainer(container, 'serving', volumes, context),
  ];
}

function checkSidecar(container: Container, volumes: Volumes, context: ValidationContext): Finding[] {
  const probed = context.feature('multi-container-probing') === 'enabled';
  const { livenessProbe: live, readinessProbe: ready } = container;
  const start = context.ephemeralAndStartUp ? container.startupProbe : undefined;
  return [
    ...under('livenessProbe', probed ? checkProbe(live) : noProbe(live)),
    ...under('readinessProbe', probed ? checkReadiness(ready) : noProbe(ready)),
    ...under('startupProbe', probed ? checkProbe(start) : noProbe(start)),
    ...checkContainer(container, 'sidecar', volumes, context),
  ];
}

/** What is wrong with the init containers. Fields begin with `containers`: so do upstream's. */
export function checkInitContainers(
  spec: RevisionSpec,
  volumes: Volumes,
  context: ValidationContext,
): Finding[] {
  const { initContainers = [], containers = [] } = spec;
  const flag = 'kubernetes.podspec-init-containers';
  if (initContainers.length === 0) return [];
  if (context.feature(flag) !== 'enabled')
    return [
      nowhere(
        'feature.off',
        initContainers.length,
        `no init containers while the feature ${flag} is not enabled`,
      ),
    ];
  const names = new Set(containers.map(({ name }) => name));
  return initContainers.reduce<Finding[]>((before, container, index) => {
    let found = before;
    if (names.has(container.name)) found = under(`containers[${index}]`, [...found, duplicate(container)]);
    const notHere = (['livenessProbe', 'readinessProbe', 'startupProbe', 'lifecycle'] as const)
      .filter((field) => container[field] !== undefined)
      .map((field) => finding(field, 'container.init', container[field], 'nothing in an init container'));
    return [
      ...found,
      ...under(`containers[${index}]`, [...notHere, ...checkContainer(container, 'init', volumes, context)]),
    ];
  }, []);
}

const duplicate = ({ name }: Container): Finding => finding('name', 'container.name', name, 'each name once');

/** The port that takes the requests, and what is wrong with how many there are. */
function servingPort(containers: readonly Container[]): readonly [ContainerPort, Finding[]] {
  const withPorts = containers.filter(({ ports = [] }) => ports.length > 0);
  const count = withPorts.reduce((sum, { ports = [] }) => sum + ports.length, 0);
  const port = { ...withPorts.at(-1)?.ports?.[0] };
  const allowed = 'exactly one port, on the container that takes the requests';
  const wrong = count > 1 || (count === 0 && containers.length > 1);
  return [
    { ...port, name: port.name ?? 'http', containerPort: port.containerPort ?? 8080 },
    wrong ? [finding('containers[*].ports', 'port.count', count, allowed)] : [],
  ];
}

/** What is wrong with the containers that serve. Fields begin with `containers`. */
export function checkContainers(spec: RevisionSpec, volumes: Volumes, context: ValidationContext): Finding[] {
  const { containers = [] } = spec;
  const [port, ports] = servingPort(containers);
  const [first, ...more] = containers;
  if (first === undefined)
    return [...ports, finding('containers', 'container.none', undefined, 'at least one container')];
  if (more.length === 0)
    return [...ports, ...under('containers[0]', checkServing(first, volumes, port, context))];
  if (context.feature('multi-container') !== 'enabled')
    return [
      ...ports,
      nowhere(
        'feature.off',
        containers.length,
        'one container while the feature multi-container is not enabled',
      ),
    ];
  const names = new Set<string | undefined>();
  return [
    ...ports,
    ...containers.reduce<Finding[]>((before, container, index) => {
      let found = before;
      // A second one with the name moves what was found before below itself: so does upstream.
      if (names.has(container.name)) found = under(`containers[${index}]`, [...found, duplicate(container)]);
      names.add(container.name);
      const own =
        (container.ports ?? []).length === 0
          ? checkSidecar(container, volumes, context)
          : checkServing(container, volumes, port, context);
      return [...found, ...under(`containers[${index}]`, own)];
    }, []),
  ];
}
