import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { App } from './types.ts';

const Made = Type.Object({ id: Type.String() });
const Accepted = Compile(Type.Object({ job: Type.Optional(Made), batch: Type.Optional(Made) }));

/**
 * Says by `Location` where it is that a 202 names: `{job}` or `{batch}`. It is told from the body, so
 * that an answer that is given again under its Idempotency-Key says it again.
 */
export function registerLocations(app: App): void {
  app.addHook('onSend', async (_request, reply, payload) => {
    if (reply.statusCode !== 202 || typeof payload !== 'string') return payload;
    const body: unknown = JSON.parse(payload);
    if (!Accepted.Check(body)) return payload;
    if (body.job) reply.header('location', `/v1/jobs/${body.job.id}`);
    if (body.batch) reply.header('location', `/v1/batches/${body.batch.id}`);
    return payload;
  });
}
