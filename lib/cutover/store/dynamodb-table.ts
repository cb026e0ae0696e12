/**
 * The table that holds journals, leases and mailboxes of fleets, as plain data: whoever makes the table (the stacks, a
 * test, a person) makes it from this.
 */
export const journalTable = {
  partitionKey: 'pk',
  sortKey: 'sk',
  /** Of both keys: strings. */
  keyType: 'S',
  billingMode: 'PAY_PER_REQUEST',
  /** What an operator of the fleet must be allowed to do with it. */
  actions: [
    'dynamodb:GetItem',
    'dynamodb:PutItem',
    'dynamodb:UpdateItem',
    'dynamodb:DeleteItem',
    'dynamodb:Query',
  ],
  /** What whoever only reads (`status`, `history`) needs. */
  readActions: ['dynamodb:GetItem', 'dynamodb:Query'],
} as const;

/** Name of a fleet's table. It is in the locator as well, so that nobody has to guess it. */
export const journalTableName = (fleet: string): string => `zeroshift-${fleet}`;
