import { type DynamoDBClient, GetItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { journalTable } from '../../cutover/store/dynamodb-table.ts';

const { partitionKey, sortKey } = journalTable;

/**
 * Id of a cutover of the fleet that has begun and is neither rolled back nor finalized, whether or not somebody is at work
 * on it: there is a way back that needs both colours. A table that is not there holds none. Throws the SDK's errors.
 */
export async function cutoverUnderWay(
  client: DynamoDBClient,
  tableName: string,
  fleet: string,
): Promise<string | undefined> {
  try {
    for (const id of await cutoversOf(client, tableName, fleet))
      if (await isUnderWay(client, tableName, `${fleet}/cutovers/${id}/journal`)) return id;
    return undefined;
  } catch (error) {
    if (error instanceof Error && error.name === 'ResourceNotFoundException') return undefined;
    throw error;
  }
}

async function cutoversOf(client: DynamoDBClient, tableName: string, fleet: string): Promise<string[]> {
  const ids: string[] = [];
  let from: Record<string, { S: string }> | undefined;
  do {
    const { Items = [], LastEvaluatedKey } = await client.send(
      new QueryCommand({
        TableName: tableName,
        ConsistentRead: true,
        KeyConditionExpression: '#pk = :pk',
        // The plans themselves are large, and not needed.
        ProjectionExpression: '#sk',
        ExpressionAttributeNames: { '#pk': partitionKey, '#sk': sortKey },
        ExpressionAttributeValues: { ':pk': { S: `${fleet}/cutovers` } },
        ...(from === undefined ? {} : { ExclusiveStartKey: from }),
      }),
    );
    ids.push(...Items.map((item) => item[sortKey]?.S ?? ''));
    from = LastEvaluatedKey as typeof from;
  } while (from !== undefined);
  return ids;
}

/** By the last record of its journal, which stands in the item `head`. What cannot be read is taken to be under way. */
async function isUnderWay(client: DynamoDBClient, tableName: string, journal: string): Promise<boolean> {
  const { Item: head } = await client.send(
    new GetItemCommand({
      TableName: tableName,
      Key: { [partitionKey]: { S: journal }, [sortKey]: { S: 'head' } },
      ConsistentRead: true,
    }),
  );
  if (head?.seq === undefined) return false;
  try {
    const { event } = JSON.parse(head.text?.S ?? '') as { event?: { type?: string; outcome?: string } };
    return !(event?.type === 'ended' && event.outcome !== 'completed');
  } catch {
    return true;
  }
}
