import { setTimeout } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { loadConfig } from '../../src/config.ts';
import type { Database } from '../../src/db/client.ts';
import { createDependencies } from '../../src/dependencies.ts';
import type { JobHandler } from '../../src/jobs/handler.ts';
import { createLog } from '../../src/log.ts';
import { openConfiguredDatabase } from '../../src/open-database.ts';
import { runWorker } from '../../src/run-worker.ts';

/*
 * A worker to be killed, stopped and continued: `src/worker.ts`, with one handler, whose jobs say what
 * it does. What it writes is read by `worker-processes.ts`.
 */
const Step = Type.Union([
  /** Waits, and leaves when it is told to. */
  Type.Object({ sleep: Type.Integer() }),
  /** Waits, whatever it is told. */
  Type.Object({ ignore: Type.Integer() }),
  /** Keeps the whole process from doing anything, its beats included; in the first attempt. */
  Type.Object({ block: Type.Integer() }),
  /** Writes as handlers should. */
  Type.Object({ effect: Type.String() }),
  /** Writes without asking whether the job is still its own. */
  Type.Object({ note: Type.String() }),
  /** Ends the process. */
  Type.Object({ kill: Type.Boolean() }),
  /** Leaves an error behind that nobody catches, and goes on. */
  Type.Object({ stray: Type.String() }),
]);

const Parameters = Compile(Type.Object({ steps: Type.Array(Step) }));

const config = loadConfig(process.env);
const connection = await openConfiguredDatabase(config);
const dependencies = await createDependencies(config, connection);

const handler: JobHandler = {
  type: 'embed',
  concurrency: 1_000,
  async run({ id, attempt, parameters, signal, db }) {
    const write = (where: Database, table: 'effects' | 'notes', name: string) =>
      where.execute(sql`insert into ${sql.identifier(table)} (job_id, attempt, current, name)
        select id, ${attempt}::integer, attempt, ${name}::text from jobs where id = ${id}`);
    const note = (name: string) => write(dependencies.db, 'notes', name);
    // Not where the database is gone: that is what the test is about.
    signal.addEventListener('abort', () => note(signal.reason.name).catch(() => {}));
    try {
      for (const step of Parameters.Parse(parameters).steps) {
        if ('sleep' in step) await setTimeout(step.sleep, undefined, { signal });
        if ('ignore' in step) await setTimeout(step.ignore);
        if ('block' in step && attempt === 1) {
          Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, step.block);
        }
        if ('effect' in step) await db.transaction((tx) => write(tx, 'effects', step.effect));
        if ('note' in step) await note(step.note);
        if ('stray' in step) void Promise.reject(new Error(step.stray));
        if ('kill' in step) process.kill(process.pid, 'SIGKILL');
      }
    } catch (error) {
      if (error instanceof Error && error.name === 'LeaseLost') await note('refused');
      throw error;
    }
    return { result: { attempt } };
  },
};

const graceMs = Number(process.env.GRACE_MS ?? 25_000);
await runWorker(
  {
    ...dependencies,
    jobHandlers: new Map([[handler.type, handler]]),
    workerOptions: { ...dependencies.workerOptions, graceMs },
  },
  createLog(config.LOG_LEVEL),
);
