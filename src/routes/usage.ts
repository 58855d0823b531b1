import type { Dependencies } from '../dependencies.ts';
import { readDays } from '../model-calls/read-days.ts';
import { principalOf } from '../plugins/authentication.ts';
import type { App } from '../plugins/types.ts';
import { Page } from '../schemas/common.ts';
import { UsageQuery, UsageQuota, UsageRow } from '../schemas/usage.ts';

/** What models were asked for, what that cost, and what may be asked today. */
export function registerUsageRoutes(app: App, { repositories, modelCalls }: Dependencies): void {
  const tags = ['Usage'];

  app.get(
    '/v1/usage',
    {
      config: { policy: { scope: 'read' } },
      schema: {
        operationId: 'listUsage',
        tags,
        summary: 'Add up the calls to models by day, model and purpose',
        description:
          'Days are those of UTC, the last one first. A call counts on the day on which it began.',
        querystring: UsageQuery,
        response: { 200: Page(UsageRow) },
      },
    },
    async (request) => {
      const days = readDays(request.query, new Date());
      return repositories.usage.listByDay(principalOf(request).userId, {
        ...request.query,
        ...days,
      });
    },
  );

  app.get(
    '/v1/usage/quota',
    {
      config: { policy: { scope: 'read' } },
      schema: {
        operationId: 'getQuota',
        tags,
        summary: 'Get what may be asked of models today',
        description:
          'A call over the quota answers 429 `quota_exceeded` with `Retry-After`, until `resetsAt`.',
        response: { 200: UsageQuota },
      },
    },
    async (request) => modelCalls.readQuota(principalOf(request).userId),
  );
}
