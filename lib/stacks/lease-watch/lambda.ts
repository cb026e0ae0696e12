import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { readLease } from './read-lease.ts';
import { hasStopped, measurement } from './watch.ts';

/** The entry of the Lambda function: looks at the lease once and writes what it found. Bundled; nothing else imports it. */

export async function handler({ fleet, table }: { fleet: string; table: string }): Promise<void> {
  const client = new DynamoDBClient({
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 3000, requestTimeout: 5000 },
  });
  const stopped = await hasStopped(
    () => readLease(client, table, fleet),
    async (milliseconds) => void (await sleep(milliseconds)),
  );
  console.log(measurement(fleet, stopped, Date.now()));
}
