import type {
  AttributeValue,
  DynamoDBClient,
  DynamoDBClientConfig,
  QueryCommandOutput,
} from '@aws-sdk/client-dynamodb';
import { ZeroshiftError } from '../../messages/error.ts';
import { journalTable } from './dynamodb-table.ts';
import type { TablePlace } from './table-place.ts';

export type Value = string | number | boolean | Uint8Array;
export type Item = Readonly<Record<string, Value>>;

/** The words of a condition; each name stands for itself, `:x` for a value. */
export interface Condition {
  readonly expression: string;
  readonly values?: Item;
}

/** A table as the store uses it. Reads are consistent. Every call throws `ZeroshiftError` `<room>.unavailable` or `<room>.denied`. */
export interface Table {
  readonly place: TablePlace;
  get(pk: string, sk: string): Promise<Item | undefined>;
  /** In the order of their sort keys. */
  query(pk: string): Promise<readonly Item[]>;
  put(pk: string, sk: string, item: Item): Promise<void>;
  /** Sets these attributes if the condition holds, and makes the item where there is none. False if it does not hold. */
  set(pk: string, sk: string, item: Item, condition: Condition): Promise<boolean>;
  remove(pk: string, sk: string): Promise<void>;
}

/** Milliseconds for one call, its retries included. */
const timeoutMs = 12_000;
const attempts = 4;

type Sdk = typeof import('@aws-sdk/client-dynamodb');

/** Clients by place: each keeps its connections, and none keeps the process. */
const clients = new Map<string, Promise<{ readonly sdk: Sdk; readonly client: DynamoDBClient }>>();

async function load(place: TablePlace): Promise<{ readonly sdk: Sdk; readonly client: DynamoDBClient }> {
  const sdk = await import('@aws-sdk/client-dynamodb');
  return { sdk, client: new sdk.DynamoDBClient(configOf(place)) };
}

function configOf({ region, endpoint }: TablePlace): DynamoDBClientConfig {
  const perAttempt = Math.ceil(timeoutMs / attempts);
  return {
    ...(region === undefined ? {} : { region }),
    maxAttempts: attempts,
    requestHandler: {
      connectionTimeout: perAttempt,
      requestTimeout: perAttempt,
      throwOnRequestTimeout: true,
    },
    ...(endpoint === undefined
      ? {}
      : {
          endpoint,
          region: region ?? 'us-east-1',
          // Never the operator's: what listens on loopback is not AWS.
          credentials: { accessKeyId: 'rehearsal', secretAccessKey: 'rehearsal' },
          useFipsEndpoint: false,
          useDualstackEndpoint: false,
        }),
  };
}

/**
 * A table of a place.
 * @param room what is kept there, and how its errors' codes begin: `lease`, `journal`, `mailbox`, `plan`
 */
export function tableAt(place: TablePlace, room: string): Table {
  const key = JSON.stringify(place);
  const call = async <T>(
    run: (sdk: Sdk, client: DynamoDBClient, abortSignal: AbortSignal) => Promise<T>,
  ): Promise<T> => {
    let loaded = clients.get(key);
    if (loaded === undefined) {
      loaded = load(place);
      clients.set(key, loaded);
    }
    const { sdk, client } = await loaded;
    try {
      return await run(sdk, client, AbortSignal.timeout(timeoutMs));
    } catch (error) {
      throw isConditionFailed(error) ? error : asStoreError(error, room, place);
    }
  };
  const { name: TableName } = place;
  const keyOf = (pk: string, sk: string) => ({
    [journalTable.partitionKey]: { S: pk },
    [journalTable.sortKey]: { S: sk },
  });
  return {
    place,
    get: (pk, sk) =>
      call(async (sdk, client, abortSignal) => {
        const input = { TableName, Key: keyOf(pk, sk), ConsistentRead: true };
        const { Item: item } = await client.send(new sdk.GetItemCommand(input), { abortSignal });
        return item === undefined ? undefined : itemOf(item);
      }),
    query: (pk) =>
      call(async (sdk, client, abortSignal) => {
        const items: Item[] = [];
        let from: QueryCommandOutput['LastEvaluatedKey'];
        do {
          const answer: QueryCommandOutput = await client.send(
            new sdk.QueryCommand({
              TableName,
              ConsistentRead: true,
              KeyConditionExpression: '#pk = :pk',
              ExpressionAttributeNames: { '#pk': journalTable.partitionKey },
              ExpressionAttributeValues: { ':pk': { S: pk } },
              ...(from === undefined ? {} : { ExclusiveStartKey: from }),
            }),
            { abortSignal },
          );
          items.push(...(answer.Items ?? []).map(itemOf));
          from = answer.LastEvaluatedKey;
        } while (from !== undefined);
        return items;
      }),
    put: (pk, sk, item) =>
      call(async (sdk, client, abortSignal) => {
        const input = { TableName, Item: { ...attributesOf(item), ...keyOf(pk, sk) } };
        await client.send(new sdk.PutItemCommand(input), { abortSignal });
      }),
    set: async (pk, sk, item, condition) => {
      const names = new Set([...Object.keys(item), ...namesIn(condition.expression)]);
      const values = Object.entries({ ...prefixed(item, ':set_'), ...prefixed(condition.values ?? {}, ':') });
      try {
        await call((sdk, client, abortSignal) =>
          client.send(
            new sdk.UpdateItemCommand({
              TableName,
              Key: keyOf(pk, sk),
              UpdateExpression: `SET ${Object.keys(item)
                .map((name) => `#${name} = :set_${name}`)
                .join(', ')}`,
              ConditionExpression: condition.expression,
              ExpressionAttributeNames: Object.fromEntries([...names].map((name) => [`#${name}`, name])),
              ExpressionAttributeValues: Object.fromEntries(
                values.map(([name, value]) => [name, attributeOf(value)]),
              ),
            }),
            { abortSignal },
          ),
        );
        return true;
      } catch (error) {
        if (isConditionFailed(error)) return false;
        throw error;
      }
    },
    remove: (pk, sk) =>
      call(async (sdk, client, abortSignal) => {
        await client.send(new sdk.DeleteItemCommand({ TableName, Key: keyOf(pk, sk) }), { abortSignal });
      }),
  };
}

const namesIn = (expression: string): string[] =>
  [...expression.matchAll(/#(\w+)/g)].map(([, name = '']) => name);

const prefixed = (item: Item, prefix: string): Item =>
  Object.fromEntries(Object.entries(item).map(([name, value]) => [`${prefix}${name}`, value]));

const attributeOf = (value: Value): AttributeValue => {
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'number') return { N: String(value) };
  return typeof value === 'boolean' ? { BOOL: value } : { B: value };
};

const attributesOf = (item: Item): Record<string, AttributeValue> =>
  Object.fromEntries(Object.entries(item).map(([name, value]) => [name, attributeOf(value)]));

const itemOf = (attributes: Record<string, AttributeValue>): Item =>
  Object.fromEntries(
    Object.entries(attributes).flatMap(([name, { S, N, BOOL, B }]) => {
      const value = S ?? (N === undefined ? undefined : Number(N)) ?? BOOL ?? B;
      return value === undefined ? [] : [[name, value]];
    }),
  );

const isConditionFailed = (error: unknown): boolean =>
  error instanceof Error && error.name === 'ConditionalCheckFailedException';

const denied =
  /^(AccessDenied|UnrecognizedClient|InvalidSignature|IncompleteSignature|ExpiredToken|MissingAuthenticationToken|NotAuthorized|CredentialsProvider|TokenProvider)(Exception|Error)?$/;

/** Every failure of the table is one that a person may have to do something about: it has no other kind. */
function asStoreError(error: unknown, room: string, place: TablePlace): ZeroshiftError {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  // Only the first line: below it, a refused signature repeats the signed headers.
  const why = (message.split('\n')[0] ?? '').slice(0, 300) || name;
  const missing = name === 'ResourceNotFoundException';
  const kind = missing ? 'not-found' : denied.test(name) ? 'denied' : 'unavailable';
  const actions = {
    'not-found': 'check the name and the region of the table; the stacks make it',
    denied: `check which credentials are in use and that they allow ${journalTable.actions.join(', ')} on the table`,
    unavailable: 'try again; what was written before is safe',
  };
  return new ZeroshiftError(`the table ${place.name} does not do what it is asked for: ${why}`, {
    code: `${room}.${kind}`,
    source: 'outside',
    action: actions[kind],
    cause: error,
  });
}
