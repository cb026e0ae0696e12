import type { Problem } from '../messages/error.ts';
import { colours } from './colour.ts';
import type { Fleet } from './fleet.ts';

type Fields = Partial<
  Pick<Fleet, 'regions' | 'colours' | 'entrance' | 'accelerator' | 'clusters' | 'alarms'>
>;

/** Where the accelerator's control plane is: the alarms of cutovers are there too. */
const operationsRegion = 'us-west-2';

/** What AWS does not allow together. Fields that are wrong by themselves are left out. */
export function awsContradictions(fields: Fields): Problem[] {
  return [
    ...addressProblems(fields),
    ...tlsProblems(fields),
    ...clusterProblems(fields),
    ...existingProblems(fields),
    ...topicProblems(fields),
  ];
}

/** Which addresses go together, as AWS has it. Targets of type ip are what reaches pods without a node between. */
function addressProblems({ accelerator, entrance }: Fields): Problem[] {
  const found: Problem[] = [];
  for (const field of ['flowLogs', 'alias'] as const)
    if (accelerator?.existing !== undefined && accelerator[field] !== undefined)
      found.push({
        where: `accelerator.${field}`,
        value: field,
        allowed: 'nothing beside accelerator.existing: the stacks leave an accelerator of yours as it is',
      });
  const outside = accelerator?.alias?.hosts.filter((host) => !isBelow(host, accelerator.alias?.zone ?? ''));
  for (const host of outside ?? [])
    found.push({
      where: 'accelerator.alias.hosts',
      value: host,
      allowed: `a name in the zone ${accelerator?.alias?.zone}`,
    });
  if (accelerator?.addresses === 'dual-stack')
    found.push({
      where: 'accelerator.addresses',
      value: 'dual-stack',
      allowed:
        '"ipv4": behind a dual-stack accelerator AWS takes no load balancer with targets of type ip, which pods are',
    });
  if (entrance?.clientAddress !== 'preserved') return found;
  if (entrance.addresses === 'dual-stack')
    found.push({
      where: 'entrance.clientAddress',
      value: 'preserved',
      allowed:
        '"hidden" with entrance.addresses "dual-stack": an IPv4 accelerator keeps no client address towards a dual-stack load balancer',
    });
  if (entrance.tls !== undefined)
    found.push({
      where: 'entrance.clientAddress',
      value: 'preserved',
      allowed: '"hidden" with entrance.tls: the accelerator keeps no client address towards a TLS listener',
    });
  return found;
}

const isBelow = (host: string, zone: string): boolean => host === zone || host.endsWith(`.${zone}`);

/** A certificate for each region, in that region, and a port that it answers at. */
function tlsProblems({ entrance, regions, colours: both }: Fields): Problem[] {
  if (entrance?.tls === undefined) return [];
  const found: Problem[] = [];
  const { tls, ports, plainPorts } = entrance;
  if (!ports.includes(443) || plainPorts.some(({ port }) => port === 443))
    found.push({
      where: 'entrance.tls',
      value: 'certificates',
      allowed: 'only where 443 is a port of the gateway among entrance.ports',
    });
  for (const { name } of regions ?? [])
    if (tls.certificates[name] === undefined)
      found.push({
        where: `entrance.tls.certificates.${name}`,
        value: undefined,
        allowed: `the ARN of a certificate in ${name}`,
      });
  for (const [region, arn] of Object.entries(tls.certificates)) {
    const where = `entrance.tls.certificates.${region}`;
    if (regions !== undefined && !regions.some(({ name }) => name === region))
      found.push({
        where,
        value: arn,
        allowed: `a region of the fleet: ${regions.map(({ name }) => name).join(', ')}`,
      });
    else if (arn.split(':')[3] !== region)
      found.push({
        where,
        value: arn,
        allowed: `a certificate in ${region}: a load balancer takes no other`,
      });
  }
  for (const colour of colours) {
    const protocol = both?.[colour].serving.network['http-protocol'];
    if (typeof protocol === 'string' && protocol.toLowerCase() === 'redirected')
      found.push({
        where: `colours.${colour}.serving.network.http-protocol`,
        value: protocol,
        allowed:
          '"Enabled" with entrance.tls: what comes in by TLS reaches the gateway in the clear and would be redirected for ever',
      });
    if (both?.[colour].ingress?.config?.['certs-secret-name'] !== undefined)
      found.push({
        where: `colours.${colour}.ingress.config.certs-secret-name`,
        value: both[colour].ingress?.config?.['certs-secret-name'],
        allowed: 'nothing with entrance.tls: the load balancers have the certificate',
      });
  }
  return found;
}

/** Auto Mode's controller registers targets of Auto Mode's nodes alone. */
function clusterProblems({ clusters, colours: both }: Fields): Problem[] {
  if (clusters === undefined || clusters.nodes === 'auto') return [];
  return colours.flatMap((colour): Problem[] => {
    const controller = both?.[colour].ingress?.controller ?? 'eks-auto-mode';
    if (both === undefined || controller !== 'eks-auto-mode') return [];
    return [
      {
        where: `colours.${colour}.ingress.controller`,
        value: controller,
        allowed:
          '"aws-load-balancer-controller" with managed nodes: EKS Auto Mode, which is off, brings the other one',
      },
    ];
  });
}

/** A cluster that the stacks did not make has to be reached all the same. */
function existingProblems({ colours: both, regions }: Fields): Problem[] {
  return colours.flatMap((colour) =>
    Object.entries(both?.[colour].existing ?? {}).flatMap(([region, part]): Problem[] => {
      const where = `colours.${colour}.existing.${region}`;
      const { clusterName, endpoint, certificateAuthority, context } = part;
      const reach = [endpoint, certificateAuthority, context].some((one) => one !== undefined);
      if (regions?.some(({ name }) => name === region) === false) return [];
      if (clusterName === undefined)
        return reach
          ? [{ where: `${where}.clusterName`, value: undefined, allowed: 'the name of the cluster' }]
          : [];
      if (context !== undefined || (endpoint !== undefined && certificateAuthority !== undefined)) return [];
      const missing = endpoint === undefined ? 'endpoint' : 'certificateAuthority';
      return [
        {
          where: `${where}.${missing}`,
          value: undefined,
          allowed: `endpoint and certificateAuthority, as \`aws eks describe-cluster --name ${clusterName}\` tells them, or a context of the kubeconfig`,
        },
      ];
    }),
  );
}

function topicProblems({ alarms, regions }: Fields): Problem[] {
  if (alarms === undefined || regions === undefined) return [];
  const known = [...new Set([operationsRegion, ...regions.map(({ name }) => name)])];
  return Object.entries(alarms.topics).flatMap(([region, arn]): Problem[] => {
    const where = `alarms.topics.${region}`;
    if (!known.includes(region))
      return [{ where, value: arn, allowed: `a region with alarms: ${known.join(', ')}` }];
    if (arn.split(':')[3] !== region)
      return [{ where, value: arn, allowed: `a topic in ${region}: an alarm reaches no other` }];
    return [];
  });
}
