import { setTimeout } from 'node:timers/promises';

export type Api = <Answer>(
  method: string,
  path: string,
  body?: FormData | object,
) => Promise<Answer>;

type Job<Result> = { id: string; status: string; errorMessage: string | null; result: Result };

/** Uploads a file of more than 1 MiB, and waits for the job that imports it. @returns its result */
export async function importByJob<Result>(api: Api, form: FormData): Promise<Result> {
  let { job } = await api<{ job: Job<Result> }>('POST', '/v1/transcripts', form);
  while (job.status === 'queued' || job.status === 'running') {
    await setTimeout(50);
    job = await api<Job<Result>>('GET', `/v1/jobs/${job.id}`);
  }
  if (job.status !== 'completed') throw new Error(`${job.status}: ${job.errorMessage}`);
  return job.result;
}
