import type {
  EndpointConfiguration,
  EndpointDescription,
  GlobalAcceleratorClient,
  GlobalAcceleratorClientConfig,
} from '@aws-sdk/client-global-accelerator';
import {
  type AcceleratorCall,
  asTrafficError,
  incompleteAnswer,
  withinDeadline,
} from './accelerator-error.ts';
import { fillAttachments } from './cross-account.ts';
import { loopbackControlPlane } from './loopback.ts';
import type { Endpoint, TrafficPort } from './traffic-port.ts';

export interface GlobalAcceleratorTrafficProps {
  /** URL of a rehearsal's control plane, on loopback. It never gets real credentials. @default - AWS's, in us-west-2 */
  readonly controlPlane?: string;
  /** For AWS's control plane only. @default - the SDK's chain: environment, profile, role */
  readonly credentials?: NonNullable<GlobalAcceleratorClientConfig['credentials']>;
  /** Milliseconds that one call may take, its retries included. @default 15000 */
  readonly timeoutMs?: number;
}

/** A `TrafficPort` that holds connections until it is closed. */
export interface GlobalAcceleratorTraffic extends TrafficPort {
  close(): Promise<void>;
}

/** The service lives in this region only, whatever the fleet's regions are. */
const region = 'us-west-2';
const attempts = 3;

/**
 * The port to move traffic over AWS Global Accelerator. Every call throws `ZeroshiftError` `traffic.unavailable`,
 * `traffic.refused`, `traffic.denied` or `traffic.not-found`.
 * @throws ZeroshiftError `traffic.invalid-control-plane` when the control plane given is not on loopback
 */
export function createGlobalAcceleratorTraffic(
  props: GlobalAcceleratorTrafficProps = {},
): GlobalAcceleratorTraffic {
  const timeoutMs = props.timeoutMs ?? 15_000;
  const config = clientConfig(props, timeoutMs);
  let loaded: Promise<{ sdk: Sdk; client: GlobalAcceleratorClient }> | undefined;
  const load = async () => {
    const sdk = await import('@aws-sdk/client-global-accelerator');
    return { sdk, client: new sdk.GlobalAcceleratorClient(config) };
  };

  /** Loading the SDK is not part of the deadline: on a cold disk it can take longer than an answer. */
  const call = async <T>(
    what: AcceleratorCall,
    run: (sdk: Sdk, client: GlobalAcceleratorClient, abortSignal: AbortSignal) => Promise<T>,
  ): Promise<T> => {
    loaded ??= load();
    const { sdk, client } = await loaded;
    try {
      return await withinDeadline(timeoutMs, (signal) => run(sdk, client, signal));
    } catch (error) {
      throw asTrafficError(error, what);
    }
  };

  return {
    readGroup: (endpointGroupArn) => {
      const what: AcceleratorCall = { verb: 'read', subject: `the endpoint group ${endpointGroupArn}` };
      return call(what, async (sdk, client, abortSignal) => {
        const { EndpointGroup: group } = await client.send(
          new sdk.DescribeEndpointGroupCommand({ EndpointGroupArn: endpointGroupArn }),
          { abortSignal },
        );
        if (group?.EndpointGroupRegion === undefined) throw incompleteAnswer(what, 'a region');
        const endpoints = (group.EndpointDescriptions ?? []).map((it) => endpointOf(it, what));
        return {
          arn: endpointGroupArn,
          region: group.EndpointGroupRegion,
          endpoints: await fillAttachments(endpointGroupArn, endpoints, async (input) =>
            client.send(new sdk.ListCrossAccountResourcesCommand(input), { abortSignal }),
          ),
        };
      });
    },

    writeGroup: (endpointGroupArn, endpoints) =>
      call(
        { verb: 'write', subject: `the endpoint group ${endpointGroupArn}` },
        async (sdk, client, abortSignal) => {
          const input = {
            EndpointGroupArn: endpointGroupArn,
            EndpointConfigurations: endpoints.map(configurationOf),
          };
          await client.send(new sdk.UpdateEndpointGroupCommand(input), { abortSignal });
        },
      ),

    status: (acceleratorArn) => {
      const what: AcceleratorCall = { verb: 'read', subject: `the accelerator ${acceleratorArn}` };
      return call(what, async (sdk, client, abortSignal) => {
        const { Accelerator: accelerator } = await client.send(
          new sdk.DescribeAcceleratorCommand({ AcceleratorArn: acceleratorArn }),
          { abortSignal },
        );
        if (accelerator?.Status === undefined) throw incompleteAnswer(what, 'a status');
        return accelerator.Status;
      });
    },

    close: async () => {
      (await loaded?.catch(() => undefined))?.client.destroy();
    },
  };
}

type Sdk = typeof import('@aws-sdk/client-global-accelerator');

function clientConfig(
  props: GlobalAcceleratorTrafficProps,
  timeoutMs: number,
): GlobalAcceleratorClientConfig {
  // One attempt that hangs must leave time for the next.
  const perAttempt = Math.ceil(timeoutMs / attempts);
  const common = {
    region,
    maxAttempts: attempts,
    retryMode: 'standard',
    requestHandler: {
      connectionTimeout: Math.min(perAttempt, 3000),
      requestTimeout: perAttempt,
      throwOnRequestTimeout: true,
    },
  };
  if (props.controlPlane === undefined)
    return props.credentials === undefined ? common : { ...common, credentials: props.credentials };
  return {
    ...common,
    endpoint: loopbackControlPlane(props.controlPlane),
    // Never the operator's: what listens on loopback is not AWS.
    credentials: { accessKeyId: 'rehearsal', secretAccessKey: 'rehearsal' },
    // Both may be set in the environment, and neither goes with an endpoint of one's own.
    useFipsEndpoint: false,
    useDualstackEndpoint: false,
  };
}

function endpointOf(description: EndpointDescription, what: AcceleratorCall): Endpoint {
  const { EndpointId: id, Weight: weight } = description;
  if (id === undefined || weight === undefined) throw incompleteAnswer(what, "an endpoint's id and weight");
  return {
    id,
    weight,
    ...(description.ClientIPPreservationEnabled !== undefined && {
      clientIpPreservation: description.ClientIPPreservationEnabled,
    }),
    ...(description.HealthState !== undefined && { health: description.HealthState }),
    ...(description.HealthReason !== undefined && { healthReason: description.HealthReason }),
  };
}

/** Weight is always said, 0 included: left out, the service would take 128. */
const configurationOf = (endpoint: Endpoint): EndpointConfiguration => ({
  EndpointId: endpoint.id,
  Weight: endpoint.weight,
  ...(endpoint.clientIpPreservation !== undefined && {
    ClientIPPreservationEnabled: endpoint.clientIpPreservation,
  }),
  ...(endpoint.attachmentArn !== undefined && { AttachmentArn: endpoint.attachmentArn }),
});
