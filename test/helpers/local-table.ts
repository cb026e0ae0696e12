import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import dynalite from 'dynalite';
import { journalTable, type TablePlace } from '../../lib/cutover/index.ts';

/** A stand-in for DynamoDB on this machine. */
export interface LocalTables {
  readonly endpoint: string;
  /** A new table, made as the stacks make it. @param name @default - one that no other has */
  table(name?: string): Promise<TablePlace>;
  close(): Promise<void>;
}

export async function startLocalTables(): Promise<LocalTables> {
  const server: Server = dynalite({ createTableMs: 0 });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return tablesAt(endpoint, async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
}

/** Tables at whatever answers for DynamoDB at this URL. @param end called when they are closed */
export async function tablesAt(endpoint: string, end: () => Promise<void>): Promise<LocalTables> {
  const { CreateTableCommand, DescribeTableCommand, DynamoDBClient } = await import(
    '@aws-sdk/client-dynamodb'
  );
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new DynamoDBClient({ endpoint, region: 'us-east-1', credentials });
  let made = 0;
  return {
    endpoint,
    table: async (name = `zeroshift-test-${++made}`) => {
      const { partitionKey, sortKey, keyType, billingMode } = journalTable;
      await client.send(
        new CreateTableCommand({
          TableName: name,
          BillingMode: billingMode,
          AttributeDefinitions: [
            { AttributeName: partitionKey, AttributeType: keyType },
            { AttributeName: sortKey, AttributeType: keyType },
          ],
          KeySchema: [
            { AttributeName: partitionKey, KeyType: 'HASH' },
            { AttributeName: sortKey, KeyType: 'RANGE' },
          ],
        }),
      );
      while (
        (await client.send(new DescribeTableCommand({ TableName: name }))).Table?.TableStatus !== 'ACTIVE'
      )
        await new Promise((resolve) => setTimeout(resolve, 5));
      return { name, region: 'us-east-1', endpoint };
    },
    close: async () => {
      client.destroy();
      await end();
    },
  };
}
