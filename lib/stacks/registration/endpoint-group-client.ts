import {
  AddEndpointsCommand,
  DescribeAcceleratorCommand,
  DescribeEndpointGroupCommand,
  type GlobalAcceleratorClient,
  ListEndpointGroupsCommand,
  RemoveEndpointsCommand,
} from '@aws-sdk/client-global-accelerator';
import type { ClientAddress, RegisteredEndpoint } from './decide.ts';

/** What the API takes for an endpoint whose weight nobody said. */
const unsaidWeight = 128;

const isNamed = (error: unknown, name: string): boolean => error instanceof Error && error.name === name;

/** Another change of the group is under way: the same call works a little later. */
export const isTransactionInProgress = (error: unknown): boolean =>
  isNamed(error, 'TransactionInProgressException');

/** The calls that a registration makes, and no others: the function's role allows exactly these. */
export class EndpointGroupClient {
  private readonly reads: GlobalAcceleratorClient;
  private readonly writes: GlobalAcceleratorClient;

  /** `writes` must not repeat a call by itself: what is to be written is decided anew each time. */
  constructor(clients: {
    readonly reads: GlobalAcceleratorClient;
    readonly writes: GlobalAcceleratorClient;
  }) {
    this.reads = clients.reads;
    this.writes = clients.writes;
  }

  /** The group's endpoints, or undefined where the group has gone. */
  async endpoints(endpointGroupArn: string): Promise<RegisteredEndpoint[] | undefined> {
    try {
      const { EndpointGroup } = await this.reads.send(
        new DescribeEndpointGroupCommand({ EndpointGroupArn: endpointGroupArn }),
      );
      return (EndpointGroup?.EndpointDescriptions ?? []).map((endpoint) => ({
        id: endpoint.EndpointId ?? '',
        weight: endpoint.Weight ?? unsaidWeight,
        ...(endpoint.ClientIPPreservationEnabled === undefined
          ? {}
          : { clientIpPreservation: endpoint.ClientIPPreservationEnabled }),
      }));
    } catch (error) {
      if (isNamed(error, 'EndpointGroupNotFoundException')) return undefined;
      throw error;
    }
  }

  async add(
    endpointGroupArn: string,
    endpoint: { readonly id: string; readonly weight: number; readonly clientAddress: ClientAddress },
  ): Promise<void> {
    const { id, weight, clientAddress } = endpoint;
    await this.writes.send(
      new AddEndpointsCommand({
        EndpointGroupArn: endpointGroupArn,
        // Every value is said: the defaults differ between the API, CloudFormation and the console.
        EndpointConfigurations: [
          {
            EndpointId: id,
            Weight: weight,
            ClientIPPreservationEnabled: clientAddress === 'preserved',
          },
        ],
      }),
    );
  }

  async remove(endpointGroupArn: string, endpoint: RegisteredEndpoint): Promise<void> {
    await this.writes.send(
      new RemoveEndpointsCommand({
        EndpointGroupArn: endpointGroupArn,
        EndpointIdentifiers: [
          {
            EndpointId: endpoint.id,
            ...(endpoint.clientIpPreservation === undefined
              ? {}
              : { ClientIPPreservationEnabled: endpoint.clientIpPreservation }),
          },
        ],
      }),
    );
  }

  async isDeployed(acceleratorArn: string): Promise<boolean> {
    const { Accelerator } = await this.reads.send(
      new DescribeAcceleratorCommand({ AcceleratorArn: acceleratorArn }),
    );
    return Accelerator?.Status === 'DEPLOYED';
  }

  /** The listener's group in a region; there is at most one. */
  async findGroup(listenerArn: string, region: string): Promise<string | undefined> {
    let token: string | undefined;
    do {
      const page = await this.reads.send(
        new ListEndpointGroupsCommand({
          ListenerArn: listenerArn,
          ...(token === undefined ? {} : { NextToken: token }),
        }),
      );
      const group = page.EndpointGroups?.find(({ EndpointGroupRegion }) => EndpointGroupRegion === region);
      if (group?.EndpointGroupArn !== undefined) return group.EndpointGroupArn;
      token = page.NextToken;
    } while (token !== undefined);
    return undefined;
  }
}
