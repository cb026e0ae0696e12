import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GlobalAcceleratorClient } from '@aws-sdk/client-global-accelerator';
import { cutoverUnderWay } from '../lease-watch/cutover-under-way.ts';
import { readLease } from '../lease-watch/read-lease.ts';
import { EndpointGroupClient } from './endpoint-group-client.ts';
import {
  handle,
  type RegistrationEvent,
  type RegistrationOutcome,
  type RegistrationProperties,
} from './handle.ts';

/** The entry of the Lambda function: plays the event and answers CloudFormation. Bundled; nothing else imports it. */

interface CloudFormationEvent extends RegistrationEvent {
  readonly ResponseURL: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
}

interface Context {
  getRemainingTimeInMillis(): number;
}

/** Time to answer in, before Lambda ends the process. */
const margin = 30_000;

const requestHandler = { connectionTimeout: 3000, requestTimeout: 10_000 } as const;

const client = (maxAttempts: number) =>
  new GlobalAcceleratorClient({
    // The API lives in this region only, wherever the function runs.
    region: 'us-west-2',
    maxAttempts,
    requestHandler,
  });

/** What the fleet's table says; nothing where the stack does not say whose table to ask. */
async function asked<T>(
  { Fleet, JournalTable, JournalRegion }: RegistrationProperties,
  ask: (client: DynamoDBClient, table: string, fleet: string) => Promise<T | undefined>,
): Promise<T | undefined> {
  if (Fleet === undefined || JournalTable === undefined || JournalRegion === undefined) return undefined;
  return ask(new DynamoDBClient({ region: JournalRegion, requestHandler }), JournalTable, Fleet);
}

export async function handler(event: CloudFormationEvent, context: Context): Promise<void> {
  const groups = new EndpointGroupClient({ reads: client(5), writes: client(1) });
  const outcome = await handle(event, {
    groups,
    leaseHolder: (properties) => asked(properties, readLease),
    cutoverUnderWay: (properties) => asked(properties, cutoverUnderWay),
    sleep: async (milliseconds) => void (await sleep(milliseconds)),
    timeLeft: () => context.getRemainingTimeInMillis() - margin,
  });
  // The event's URL is a secret: it is not logged.
  console.log(JSON.stringify({ request: event.RequestType, ...outcome }));
  await answer(event, outcome);
}

async function answer(event: CloudFormationEvent, { id, refusal }: RegistrationOutcome): Promise<void> {
  const body = Buffer.from(
    JSON.stringify({
      Status: refusal === undefined ? 'SUCCESS' : 'FAILED',
      ...(refusal === undefined ? {} : { Reason: refusal.slice(0, 1000) }),
      PhysicalResourceId: id,
      StackId: event.StackId,
      RequestId: event.RequestId,
      LogicalResourceId: event.LogicalResourceId,
    }),
  );
  for (let attempt = 1; ; attempt++)
    try {
      const response = await fetch(event.ResponseURL, {
        method: 'PUT',
        body,
        // The URL is signed for an empty content type.
        headers: { 'content-type': '' },
        signal: AbortSignal.timeout(5000),
      });
      if (response.ok) return;
      throw new Error(`CloudFormation refused the answer with ${response.status}`);
    } catch (error) {
      if (attempt === 3) throw error;
      await sleep(1000 * attempt);
    }
}
