import type { Dependencies } from '../dependencies.ts';
import { AppError } from '../errors.ts';
import { createJobWatcher } from '../jobs/watch-jobs.ts';
import { principalOf } from '../plugins/authentication.ts';
import { type EventKind, sendEvents } from '../plugins/send-events.ts';
import type { App } from '../plugins/types.ts';
import { IdParams } from '../schemas/common.ts';
import { JOB_EVENTS, JobEventStream, LAST_JOB_EVENTS } from '../schemas/job-events.ts';
import { EventsQuery } from '../schemas/message-events.ts';
import { problems } from '../schemas/problem.ts';
import { lastEventId } from './send-answer.ts';

const KIND: EventKind = {
  schemas: JOB_EVENTS,
  last: LAST_JOB_EVENTS,
  interrupted: 'job.interrupted',
};

/** What happens to a job, while it happens. */
export function registerJobEventRoutes(
  app: App,
  { repositories: { jobs, jobChanges }, workersBell }: Dependencies,
): void {
  const watcher = createJobWatcher(jobChanges, workersBell, (err, message) =>
    app.log.error({ err }, message),
  );

  app.get(
    '/v1/jobs/:id/events',
    {
      config: { policy: { scope: 'read' } },
      // Whoever watches accepts events, whatever the header says.
      sse: 'manual',
      schema: {
        operationId: 'watchJob',
        tags: ['Jobs'],
        summary: 'Watch a job until it ends',
        description:
          'The first event is the job as it is, unless `Last-Event-ID` or `after` says that it is known; then one comes whenever it has changed. Who reads slowly gets the latest state, not all of them. A hundred may be open for an account; another one is a 429. A stream that ends early, since its reader is no longer logged in, the job is deleted or the server closes, ends with a `job.interrupted` that repeats the id before it. The stream of a job that has ended is its last event.',
        params: IdParams,
        querystring: EventsQuery,
        response: {
          200: {
            description: 'The events.',
            content: { 'text/event-stream': { schema: JobEventStream } },
          },
          ...problems(404, 429),
        },
      },
    },
    async (request, reply) => {
      const job = await jobs.getById(principalOf(request).userId, request.params.id);
      if (!job) throw new AppError('not_found');
      watcher.checkRoom(job.userId);
      const after = lastEventId(request) ?? request.query.after;
      const { closing } = request.server;
      await sendEvents(request, reply, KIND, {
        statusCode: 200,
        after,
        events: (signal) => watcher.watch(job, after, AbortSignal.any([signal, closing])),
      });
      // Not `reply`: that would wait for the stream to end, which ends when this returns.
      return undefined;
    },
  );
}
