import { ZeroshiftError } from '../../messages/error.ts';

/** A DynamoDB table. */
export interface TablePlace {
  readonly name: string;
  /** @default - the environment's */
  readonly region?: string;
  /** URL of a stand-in on this machine. It never gets real credentials. @default - AWS's */
  readonly endpoint?: string;
}

const form = /^dynamodb:(?:(?<region>[a-z0-9-]+)\/)?(?<name>[A-Za-z0-9_.-]{3,255})(?:@(?<endpoint>.+))?$/;
const loopback = /^http:\/\/(127(\.\d{1,3}){3}|localhost|\[::1\])(:\d+)?\/?$/;

/**
 * The table that a `--state` names (`dynamodb:TABLE`, `dynamodb:REGION/TABLE`), or undefined when it names a folder.
 * @throws ZeroshiftError `state.invalid`
 */
export function tablePlace(state: string): TablePlace | undefined {
  if (!state.startsWith('dynamodb:')) return undefined;
  const { region, name, endpoint } = form.exec(state)?.groups ?? {};
  if (name === undefined || (endpoint !== undefined && !loopback.test(endpoint)))
    throw new ZeroshiftError('the state is no table', {
      code: 'state.invalid',
      source: 'user',
      problems: [
        {
          where: '--state',
          value: state,
          allowed: 'a folder, dynamodb:TABLE or dynamodb:REGION/TABLE; @URL behind it only on loopback',
        },
      ],
    });
  return {
    name,
    ...(region === undefined ? {} : { region }),
    ...(endpoint === undefined ? {} : { endpoint }),
  };
}

/** What `--state` says of a table. */
export const stateOfTable = ({ name, region, endpoint }: TablePlace): string =>
  `dynamodb:${region === undefined ? '' : `${region}/`}${name}${endpoint === undefined ? '' : `@${endpoint}`}`;
