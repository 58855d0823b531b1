import type { Dependencies } from '../dependencies.ts';
import { AppError } from '../errors.ts';
import { principalOf } from '../plugins/authentication.ts';
import type { App } from '../plugins/types.ts';
import { IdParams } from '../schemas/common.ts';
import { JobReference } from '../schemas/jobs.ts';
import { problems } from '../schemas/problem.ts';

/** What an owner can tell a job. */
export function registerJobCommandRoutes(
  app: App,
  { repositories: { jobs }, workersBell }: Dependencies,
): void {
  const commands = [
    {
      name: 'cancel',
      obey: jobs.cancel,
      summary: 'End a job for good',
      description: 'Also one that is running: what it has not written by now is not written.',
    },
    {
      name: 'pause',
      obey: jobs.pause,
      summary: 'Keep a job from being done until it is resumed',
      description: 'One that is running stops, and begins anew when it is resumed.',
    },
    {
      name: 'resume',
      obey: jobs.resume,
      summary: 'Let a job that is paused be done',
      description: 'It waits for its turn.',
    },
    {
      name: 'retry',
      obey: jobs.reopen,
      summary: 'Try once more what has failed',
      description: 'As if it were new, with all its retries. Its runs stay.',
    },
  ];
  for (const { name, obey, summary, description } of commands) {
    app.post(
      `/v1/jobs/:id/${name}`,
      {
        config: { policy: { scope: 'write' } },
        schema: {
          operationId: `${name}Job`,
          tags: ['Jobs'],
          summary,
          description: `${description} A job in a state that does not allow it is a 409, \`job_state\`.`,
          params: IdParams,
          response: { 200: JobReference, ...problems(404, 409) },
        },
      },
      async (request) => {
        const job = await obey(principalOf(request).userId, request.params.id);
        if (!job) throw new AppError('not_found');
        workersBell.ring();
        return job;
      },
    );
  }
}
