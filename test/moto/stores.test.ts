import { afterAll, beforeAll } from 'vitest';
import { stateOfTable } from '../../lib/cutover/index.ts';
import { type LocalTables, tablesAt } from '../helpers/local-table.ts';
import { inTurn, startMoto } from '../helpers/moto.ts';
import { storeSuite } from '../helpers/store-suite.ts';

let tables: LocalTables;
beforeAll(async () => {
  const moto = await inTurn(await startMoto());
  tables = await tablesAt(moto.endpoint, moto.close);
});
afterAll(() => tables.close());

storeSuite("a table of moto's", async () => stateOfTable(await tables.table()));
