import { listModels } from '../chat/models.ts';
import type { Dependencies } from '../dependencies.ts';
import type { App } from '../plugins/types.ts';
import { ModelList } from '../schemas/models.ts';

/** The models that the administrator allows. */
export function registerModelRoutes(
  app: App,
  { languageModels, repositories }: Dependencies,
): void {
  app.get(
    '/v1/models',
    {
      config: { policy: { scope: 'read' } },
      schema: {
        operationId: 'listModels',
        tags: ['Models'],
        summary: 'List the models that may be used',
        description:
          'Those that write answers come first, the default one at their head; `extractive` quotes without a model and is always there. The last one makes the vectors that searches compare.',
        response: { 200: ModelList },
      },
    },
    async () => {
      const active = await repositories.embeddingModels.getActive();
      return { data: listModels(languageModels, active) };
    },
  );
}
