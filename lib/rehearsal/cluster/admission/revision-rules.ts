import type { ClusterConfig } from '../config/index.ts';
import type { FieldErrors } from './field-errors.ts';

// biome-ignore lint/suspicious/noExplicitAny: specs come from outside; these rules are what makes them known
type Open = Record<string, any>;

const reservedPorts: readonly number[] = [8008, 8012, 8013, 8022, 9090, 9091];
const reservedVariables: readonly string[] = ['PORT', 'K_SERVICE', 'K_CONFIGURATION', 'K_REVISION'];

/** The spec of a revision, wherever it stands. */
export function checkRevisionSpec(spec: Open, config: ClusterConfig, errors: FieldErrors, at: string): void {
  const { defaults } = config;
  const { timeoutSeconds, containerConcurrency } = spec;
  if (
    timeoutSeconds !== undefined &&
    !(timeoutSeconds >= 0 && timeoutSeconds <= defaults.maxRevisionTimeoutSeconds)
  )
    errors.outOfBounds(timeoutSeconds, 0, defaults.maxRevisionTimeoutSeconds, `${at}.timeoutSeconds`);
  const least = defaults.allowContainerConcurrencyZero ? 0 : 1;
  const most = defaults.containerConcurrencyMaxLimit;
  if (containerConcurrency !== undefined && !(containerConcurrency >= least && containerConcurrency <= most))
    errors.outOfBounds(containerConcurrency, least, most, `${at}.containerConcurrency`);
  const containers: readonly Open[] = spec.containers ?? [];
  if (containers.length === 0) errors.missing(`${at}.containers`);
  const serving = containers.filter((container) => (container.ports ?? []).length > 0).length;
  if (containers.length > 1 && serving !== 1)
    errors.add(
      serving === 0 ? 'missing field(s)' : 'more than one container port is set',
      `${at}.containers[*].ports`,
    );
  containers.forEach((container, index) => {
    checkContainer(container, errors, `${at}.containers[${index}]`);
  });
}

function checkContainer(container: Open, errors: FieldErrors, at: string): void {
  if (!container.image) errors.missing(`${at}.image`);
  for (const field of ['stdin', 'tty', 'lifecycle'])
    if (container[field]) errors.disallowed(`${at}.${field}`);
  const ports: readonly Open[] = container.ports ?? [];
  if (ports.length > 1) errors.add('More than one container port is set', `${at}.ports`);
  for (const port of ports) checkPort(port, errors, `${at}.ports`);
  (container.env ?? []).forEach((variable: Open, index: number) => {
    const path = `${at}.env[${index}]`;
    if (reservedVariables.includes(variable.name))
      errors.add(`"${variable.name}" is a reserved environment variable`, `${path}.name`);
    for (const field of ['fieldRef', 'resourceFieldRef'])
      if (variable.valueFrom?.[field] !== undefined) errors.disallowed(`${path}.valueFrom.${field}`);
  });
}

function checkPort(port: Open, errors: FieldErrors, at: string): void {
  const { containerPort = 0, name = '', protocol = 'TCP' } = port;
  if (reservedPorts.includes(containerPort))
    errors.add(`${containerPort} is a reserved port`, `${at}.containerPort`);
  else if (!(containerPort >= 0 && containerPort <= 65535))
    errors.outOfBounds(containerPort, 0, 65535, `${at}.containerPort`);
  if (!['', 'http1', 'h2c'].includes(name)) errors.add(`Port name ${name} is not allowed`, at);
  if (protocol !== 'TCP') errors.invalidValue(protocol, `${at}.protocol`);
  for (const field of ['hostPort', 'hostIP']) if (port[field]) errors.disallowed(`${at}.${field}`);
}
