import type { JournalRecord } from '../../../lib/cutover/journal-event.ts';
import type { Lease } from '../../../lib/cutover/lease.ts';
import type { Table } from '../../../lib/cutover/store/dynamodb-client.ts';
import { tableStore } from '../../../lib/cutover/store/dynamodb-state.ts';
import type { AppendedFile, Machine } from '../../../lib/cutover/store/machine.ts';
import { type CutoverStore, fileStore } from '../../../lib/cutover/store.ts';
import { ZeroshiftError } from '../../../lib/messages/error.ts';
import { noSpace } from './disk.ts';
import { never, type Process, type Special } from './process.ts';
import { files } from './simulation.ts';

/** Journal, lease and mailbox as one process has them. */
export function storeOf(process: Process): CutoverStore {
  const { simulation } = process;
  const { plan } = simulation;
  const machine = machineOf(process);
  const store =
    simulation.scenario.store === 'files'
      ? fileStore('state', plan.fleet, files, machine)
      : tableStore((room) => tableOf(process, room), plan.fleet, plan.id, machine);
  return {
    ...store,
    underWay: async () => [],
    mailbox: {
      send: (mail, now) => store.mailbox.send(mail, now),
      read: async () =>
        (await store.mailbox.read()).map(({ mail, done }) => ({
          mail,
          done: () => {
            if (!process.isZombie) simulation.checker.onMailTaken(mail);
            return done();
          },
        })),
    },
    takeLease: async (actor): Promise<Lease> => {
      const lease = await store.takeLease(actor);
      process.token = lease.token;
      simulation.onLease(lease.token);
      return lease;
    },
  };
}

async function writes<T>(process: Process, write: () => Promise<T> | T): Promise<T> {
  if (process.reads) process.simulation.checker.fail('10: a verb that reads has written to the store');
  return write();
}

/** A table that is far away: it can be gone, and whether a write took effect need not be known. */
function tableOf(process: Process, room: string): Table {
  const { simulation } = process;
  const { table } = simulation.table;
  const failed = (kind: 'unavailable' | 'denied'): ZeroshiftError =>
    new ZeroshiftError(`the table does not do what ${room} asks for`, {
      code: `${room}.${kind}`,
      source: 'outside',
    });
  const reach = async <T>(run: () => Promise<T>): Promise<T> => {
    if (process.isDead) return never();
    if (simulation.isOut('table')) throw failed('unavailable');
    return run();
  };
  const write = <T>(what: string, run: () => Promise<T>): Promise<T> =>
    process.call('store', what, (fault) =>
      writes(process, async () => {
        if (fault === 'unavailable' || simulation.isOut('table')) throw failed('unavailable');
        if (fault === 'refused') throw failed('denied');
        const answer = await run();
        // Its effect is there, and nobody is told.
        if (fault === 'late') throw failed('unavailable');
        // Whoever hears nothing sends it again: the condition is held against what the first one has left.
        return fault === 'lost' || fault === 'twice' ? run() : answer;
      }),
    );
  return {
    ...table,
    get: (...given) => reach(() => table.get(...given)),
    query: (...given) => reach(() => table.query(...given)),
    set: (...given) => write('set', () => table.set(...given)),
    put: (...given) => write('put', () => table.put(...given)),
    remove: (...given) => write('remove', () => table.remove(...given)),
  };
}

function machineOf(process: Process): Machine {
  const { simulation, place } = process;
  const { disk } = simulation;
  const read = async <T>(run: () => T): Promise<T> => (process.isDead ? never() : run());
  const write = <T>(what: string, run: () => T, special?: Special, detail?: () => string) =>
    process.call('store', what, () => writes(process, run), special, detail);
  const full = (): void => {
    disk.full = true;
    simulation.inAWhile(() => {
      disk.full = false;
    });
  };
  return {
    host: place.host,
    identity: () => read(() => place.host),
    processStart: (pid) =>
      read(() => (simulation.processes.get(pid)?.actor.host === place.host ? `start of ${pid}` : '')),
    uniqueName: () => String(simulation.nextName++),
    sleep: (milliseconds) => (process.isDead ? never() : simulation.time.sleep(milliseconds)),
    every: (milliseconds, run) => {
      let on = true;
      const beat = (): void => {
        if (!on || process.isDead) return;
        if (process.paused === undefined) run();
        simulation.world.clock.in(milliseconds, beat);
      };
      simulation.world.clock.in(milliseconds, beat);
      return () => {
        on = false;
      };
    },
    makeFolder: async () => undefined,
    names: (path) => read(() => disk.names(path)),
    read: (path) => read(() => disk.read(path)),
    write: (path, text) => write('write', () => disk.write(path, text), { full }),
    link: (from, to) => write('link', () => disk.link(from, to)),
    rename: (from, to) => write('rename', () => disk.rename(from, to)),
    remove: (path) => write('remove', () => disk.remove(path)),
    modified: (path) => read(() => disk.modified(path)),
    touch: (path) => read(() => disk.touch(path)),
    openAppended: async (path): Promise<AppendedFile> => {
      if (!process.reads) disk.open(path);
      return {
        read: () => read(() => disk.bytes(path)),
        size: () => read(() => disk.size(path)),
        append: (bytes) => {
          const text = bytes.toString('latin1');
          return write(
            'append',
            () => disk.append(path, text),
            {
              full,
              // It dies within the line that it writes.
              'crash-before': () => {
                try {
                  disk.append(path, text.slice(0, Math.floor(text.length * simulation.choose())));
                } catch {
                  // The disk was full as well.
                }
              },
            },
            () => `record ${(JSON.parse(bytes.toString('utf8')) as JournalRecord).event.type}`,
          );
        },
        truncate: (length) => write('truncate', () => disk.truncate(path, length)),
        sync: () =>
          write('sync', () => {
            if (disk.full) throw noSpace();
            disk.sync(path);
          }),
        close: async () => undefined,
      };
    },
  };
}
