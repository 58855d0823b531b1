import { Type } from 'typebox';
import { migrationsAreCurrent } from '../db/migrations.ts';
import type { Dependencies } from '../dependencies.ts';
import { AppError } from '../errors.ts';
import type { App } from '../plugins/types.ts';
import { StrictObject } from '../schemas/common.ts';
import { problems } from '../schemas/problem.ts';

const Health = StrictObject({ status: Type.Literal('ok') });

/** What an orchestrator and a monitor ask. They are not limited: silence would look like a fault. */
export function registerHealthRoutes(app: App, { db }: Dependencies): void {
  const config = { policy: 'public', rateLimit: false } as const;
  const tags = ['Health'];

  app.get(
    '/health/live',
    {
      config,
      schema: {
        operationId: 'getLiveness',
        tags,
        summary: 'Whether the process answers',
        response: { 200: Health },
      },
    },
    async () => ({ status: 'ok' as const }),
  );

  app.get(
    '/health/ready',
    {
      config,
      schema: {
        operationId: 'getReadiness',
        tags,
        summary: 'Whether the database answers and its migrations are current',
        response: { 200: Health, ...problems(503) },
      },
    },
    async () => {
      if (!(await migrationsAreCurrent(db))) {
        throw new AppError('unavailable', 'The database has not been migrated to this version.');
      }
      return { status: 'ok' as const };
    },
  );

  app.get(
    '/metrics',
    {
      config,
      schema: {
        operationId: 'getMetrics',
        tags,
        summary: 'Metrics for Prometheus',
        response: {
          200: { description: 'Metrics.', content: { 'text/plain': { schema: Type.String() } } },
        },
      },
    },
    async (_request, reply) => {
      const { register } = app.metrics.client;
      return reply.type(register.contentType).send(await register.metrics());
    },
  );
}
