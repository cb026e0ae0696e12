import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fileMailbox } from '../../../lib/cutover/mailbox.ts';
import { temporaryDirectories } from '../../helpers/temporary-directory.ts';

const directory = temporaryDirectories();
const from = (pid: number) => ({ command: 'rollback', by: { user: 'u', host: 'h', pid } }) as const;

it('keeps commands in order until they are done', async () => {
  const place = join(await directory(), 'mailbox');
  const box = fileMailbox(place);
  expect(await box.read()).toEqual([]);
  await box.send(from(2), 1_000_000);
  await box.send(from(1), 999_999);
  const mails = await box.read();
  expect(mails.map(({ mail }) => mail.by.pid)).toEqual([1, 2]);
  await mails[0]?.done();
  expect((await fileMailbox(place).read()).map(({ mail }) => mail.by.pid)).toEqual([2]);
});

it('takes away what is no command, and leaves alone what is still being written', async () => {
  const place = await directory();
  await writeFile(join(place, '000000000000001-1.json'), '{"command":');
  await writeFile(join(place, '000000000000002-1.json'), '{"command":"finalize","by":{}}');
  await writeFile(join(place, '000000000000003-1.json'), 'null');
  await writeFile(join(place, '.000000000000004-1.json'), '{"comm');
  expect(await fileMailbox(place).read()).toEqual([]);
  expect(await readdir(place)).toEqual(['.000000000000004-1.json']);
});
