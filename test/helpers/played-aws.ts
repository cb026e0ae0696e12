import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { vi } from 'vitest';
import type { ClusterPort } from '../../lib/clusters/cluster-port.ts';
import { type Colour, colours, Duration } from '../../lib/fleet/index.ts';
import {
  networkLoadBalancerArn,
  type RehearsalAccelerator,
  startAccelerator,
} from '../../lib/rehearsal/accelerator/index.ts';
import { type ManagedEntrance, startEntrance } from '../../lib/rehearsal/entrance/index.ts';
import { entranceHost } from '../../lib/stacks/index.ts';
import { type Answer, Played } from '../lib/stacks/registration/played.ts';
import { resourcesOf, type SynthesizedStack, type Template, templateOf } from '../lib/stacks/synthesis.ts';
import { type AttributeOf, deployedParameters, resolved } from './cloud-formation.ts';
import { type LocalParameters, startLocalParameters } from './local-parameters.ts';
import { type LocalTables, startLocalTables } from './local-table.ts';

/** What CDK wrote into a folder. */
export async function stacksIn(outdir: string): Promise<Record<string, SynthesizedStack>> {
  const read = async (file: string): Promise<unknown> =>
    JSON.parse(await readFile(join(outdir, file), 'utf8'));
  const { artifacts } = (await read('manifest.json')) as {
    artifacts: Record<string, { type: string; environment: string; properties: { templateFile: string } }>;
  };
  const stacks = Object.entries(artifacts).filter(([, { type }]) => type === 'aws:cloudformation:stack');
  return Object.fromEntries(
    await Promise.all(
      stacks.map(
        async ([name, { environment, properties }]): Promise<[string, SynthesizedStack]> => [
          name,
          {
            template: (await read(properties.templateFile)) as Template,
            environment: environment.replace('aws://', ''),
            terminationProtection: true,
            dependencies: [],
          },
        ],
      ),
    ),
  );
}

export interface PlayedAwsProps {
  readonly fleet: string;
  readonly region: string;
  readonly account: string;
  readonly ports: readonly number[];
  /** Load balancers that were there before, by colour: their ARNs. @default - the stacks make them */
  readonly existing?: Readonly<Partial<Record<Colour, string>>>;
}

/**
 * An account of AWS on loopback, one region: load balancers without a target, an accelerator without an endpoint, SSM and
 * DynamoDB. What the SDK's clients of this process ask for is answered here until it is closed.
 */
export class PlayedAws {
  private constructor(
    private readonly props: PlayedAwsProps,
    readonly accelerator: RehearsalAccelerator,
    readonly entrances: Readonly<Record<Colour, ManagedEntrance>>,
    private readonly parameters: LocalParameters,
    private readonly tables: LocalTables,
    private readonly resource: Played,
  ) {}

  static async start(props: PlayedAwsProps): Promise<PlayedAws> {
    const { region, account, ports } = props;
    const start = () =>
      startEntrance({ ports, healthCheckMs: 200, flowIdleMs: 350_000, connectTimeoutMs: 30_000 });
    const [blue, green, parameters, tables] = await Promise.all([
      start(),
      start(),
      startLocalParameters(),
      startLocalTables(),
    ]);
    const entrances = { blue, green };
    const accelerator = await startAccelerator({
      name: props.fleet,
      region,
      account,
      ports: Object.fromEntries(ports.map((port) => [String(port), 0])),
      endpoints: colours.map((colour) => ({
        id: balancerOf(props, colour).arn,
        addresses: entrances[colour].addresses,
        healthUrl: entrances[colour].healthUrl,
      })),
      propagation: Duration.milliseconds(50),
      seed: 1,
    });
    await tables.table(`zeroshift-${props.fleet}`);
    const resource = new Played();
    await resource.open();
    vi.stubEnv('AWS_ENDPOINT_URL_GLOBAL_ACCELERATOR', accelerator.controlPlane);
    vi.stubEnv('AWS_ENDPOINT_URL_SSM', parameters.endpoint);
    vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', tables.endpoint);
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'rehearsal');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'rehearsal');
    return new PlayedAws(props, accelerator, entrances, parameters, tables, resource);
  }

  async close(): Promise<void> {
    vi.unstubAllEnvs();
    this.resource.close();
    await this.accelerator.close();
    await Promise.all([
      this.entrances.blue.close(),
      this.entrances.green.close(),
      this.parameters.close(),
      this.tables.close(),
    ]);
  }

  /** Plays CloudFormation: parameters of the locator, and the registration of entrances by the function itself. */
  async deploy(stacks: Record<string, SynthesizedStack>, only?: readonly string[]): Promise<Answer[]> {
    const attributeOf = this.attributes(stacks);
    const chosen = Object.keys(stacks).filter((name) => only === undefined || only.includes(name));
    const answers: Answer[] = [];
    for (const name of chosen) {
      const own = { [name]: stacks[name] as SynthesizedStack };
      for (const parameter of deployedParameters(own, attributeOf, stacks))
        this.parameters.put({ ...parameter, value: this.dialled(parameter.value) });
      for (const { Properties } of resourcesOf(
        templateOf(stacks, name),
        'Custom::ZeroshiftEntranceRegistration',
      ))
        answers.push(
          await this.resource.send('Create', resolved(Properties, name, stacks, attributeOf) as object),
        );
    }
    return answers;
  }

  /** The event by which CloudFormation takes a registration away. */
  async remove(stacks: Record<string, SynthesizedStack>, name: string, id: string): Promise<Answer> {
    const [registration] = resourcesOf(templateOf(stacks, name), 'Custom::ZeroshiftEntranceRegistration');
    const properties = resolved(registration?.Properties, name, stacks, this.attributes(stacks)) as object;
    return this.resource.send('Delete', properties, id);
  }

  /**
   * Plays the cluster's load-balancing controller: a binding to a target group of this colour's entrance registers the pods
   * behind its service. A rehearsal's pods share one address, so the way to them is the cluster's own.
   * @returns the names of the target groups that were bound
   */
  async bind(
    colour: Colour,
    cluster: ClusterPort,
    way: Readonly<Record<string, string>>,
    targetGroups: readonly string[],
  ): Promise<string[]> {
    const bound: string[] = [];
    const addresses: Record<string, string> = {};
    for await (const { metadata, spec } of cluster.list({
      apiVersion: 'eks.amazonaws.com/v1',
      kind: 'TargetGroupBinding',
    })) {
      const { namespace = '' } = metadata;
      const service = await cluster.get({
        apiVersion: 'v1',
        kind: 'Service',
        namespace,
        name: spec.serviceRef.name,
      });
      const port = (service?.spec?.ports as { port: number }[] | undefined)?.find(
        (one) => one.port === spec.serviceRef.port,
      );
      if (port === undefined || !targetGroups.includes(spec.targetGroupName)) continue;
      const labelSelector = Object.entries(service?.spec?.selector ?? {})
        .map(([label, value]) => `${label}=${value}`)
        .join(',');
      let pods = 0;
      for await (const pod of cluster.list({ apiVersion: 'v1', kind: 'Pod' }, { namespace, labelSelector }))
        if (pod.status?.phase === 'Running') pods++;
      if (pods === 0) continue;
      bound.push(spec.targetGroupName);
      addresses[port.port] = way[port.port] ?? '';
    }
    const [address] = Object.values(addresses);
    if (address !== undefined)
      await this.entrances[colour].register({ name: `pods of ${colour}`, addresses, health: { address } });
    return bound;
  }

  private attributes(stacks: Record<string, SynthesizedStack>): AttributeOf {
    const { region, account } = this.props;
    const { acceleratorArn, listenerArn, endpointGroupArn } = this.accelerator;
    return ({ stack, id, type, attribute }) => {
      switch (`${type} ${attribute}`) {
        case 'AWS::GlobalAccelerator::Accelerator AcceleratorArn':
          return acceleratorArn;
        case 'AWS::GlobalAccelerator::Accelerator DnsName':
          return 'accelerator.test';
        case 'AWS::GlobalAccelerator::Listener ListenerArn':
          return listenerArn;
        case 'AWS::GlobalAccelerator::EndpointGroup EndpointGroupArn':
          return endpointGroupArn;
        case 'AWS::ElasticLoadBalancingV2::LoadBalancer Ref':
        case 'AWS::ElasticLoadBalancingV2::LoadBalancer DNSName': {
          const name = String(templateOf(stacks, stack).Resources[id]?.Properties.Name);
          return attribute === 'Ref' ? networkLoadBalancerArn({ region, account, name }) : `${name}.test`;
        }
        case 'AWS::EKS::Cluster Endpoint':
          return 'https://eks.test';
        case 'AWS::EKS::Cluster CertificateAuthorityData':
          return 'YQ==';
        default:
          return `${id}.${attribute}`;
      }
    };
  }

  /** As DNS leads a name to an address; and here every port to the one that the system chose. */
  private dialled(value: string): string {
    const places: [string, Readonly<Record<string, string>>][] = [
      ['accelerator.test', this.accelerator.addresses],
      ...colours.map((colour): [string, Readonly<Record<string, string>>] => [
        balancerOf(this.props, colour).host,
        this.entrances[colour].addresses,
      ]),
    ];
    return places.reduce(
      (text, [host, addresses]) =>
        Object.entries(addresses).reduce(
          (one, [port, to]) => one.replaceAll(`"${host}:${port}"`, `"${to}"`),
          text,
        ),
      value,
    );
  }
}

function balancerOf({ fleet, existing, region, account }: PlayedAwsProps, colour: Colour) {
  const there = existing?.[colour];
  if (there !== undefined) return { arn: there, host: entranceHost(there) };
  const name = `${fleet}-${colour}`;
  return { arn: networkLoadBalancerArn({ region, account, name }), host: `${name}.test` };
}
