import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { stateOfTable } from '../../../../lib/cutover/index.ts';
import { type LocalTables, startLocalTables } from '../../../helpers/local-table.ts';
import { storeSuite } from '../../../helpers/store-suite.ts';
import { temporaryDirectories } from '../../../helpers/temporary-directory.ts';

const directory = temporaryDirectories();
let tables: LocalTables;
beforeAll(async () => {
  tables = await startLocalTables();
});
afterAll(() => tables.close());

storeSuite('files', async () => join(await directory(), 'state'));
storeSuite('a table', async () => stateOfTable(await tables.table()));
